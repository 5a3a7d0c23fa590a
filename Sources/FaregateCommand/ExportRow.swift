import Faregate
import FaregateBooks

/// A call in an export.
struct ExportRow: ExportLine {
    static let columns = [
        "charge", "account", "member", "action", "createdAt", "state", "credits", "policyVersion", "rule",
    ]

    let call: MadeCall

    var cells: [String] {
        [
            call.charge.description, call.account.rawValue, call.member ?? "", call.action, call.createdAt.description,
            call.state.rawValue, "\(call.credits)", call.policyVersion, call.rule,
        ]
    }

    func encode(to encoder: any Encoder) throws { try call.encode(to: encoder) }
}
