import Faregate
import FaregateBooks

/// A call in an export.
struct ExportRow: ExportLine {
    static let columns = [
        "charge", "account", "member", "action", "createdAt", "state", "credits", "policyVersion", "rule",
        "plan", "attributes", "units", "used",
    ]

    let call: MadeCall

    var cells: [String] {
        [
            call.charge.description, call.account.rawValue, call.member ?? "", call.action, call.createdAt.description,
            call.state.rawValue, "\(call.credits)", call.policyVersion, call.rule, call.plan ?? "",
            ExportRow.text(call.attributes.mapValues(\.text)), ExportRow.text(call.units.mapValues(String.init)),
            ExportRow.text((call.used ?? [:]).mapValues(String.init)),
        ]
    }

    /// `model=large; size=2`, sorted.
    private static func text(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    }

    func encode(to encoder: any Encoder) throws { try call.encode(to: encoder) }
}
