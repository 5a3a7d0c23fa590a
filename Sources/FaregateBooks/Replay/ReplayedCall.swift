import Faregate
import Foundation

/// A call as the ledger recorded it, with what pricing it again needs. Numbers instead of names, as in its row.
struct ReplayedCall: Sendable {
    let charge: Int64
    let member: Int64?
    let price: Int64
    let createdAt: Timestamp
    let quoted: Int64
    /// The credits that were paid, or are held.
    let paid: Int64
    let debt: Int64
    let short: Int64
    let state: ChargeState
    let isAbandoned: Bool
    /// JSON.
    let attributes: String?
    let plan: String?
    /// JSON.
    let units: String?
    /// JSON.
    let used: String?
    /// The abandoned charge that this one replaces.
    let replaced: Int64?
    let closedAt: Timestamp

    /// What it cost, including debt; 0 for a call that is open or was refunded.
    var credits: Int64 { state == .settled ? paid + debt : 0 }

    /// In words.
    var result: String {
        switch state {
        case .settled: ReplayTally.text(credits)
        case .refunded: "failed"
        case .held: "open"
        }
    }

    /// Whether it was charged after its call had run: settled after it was abandoned, or let through while the ledger
    /// was out of reach. Nothing could refuse such a call.
    ///
    /// A free call that was let through can't be told from others, so a replay may refuse it by a limit. Other calls
    /// that were let through count when they were charged, after the outage.
    var isChargedLate: Bool { isLateSettlement || quoted == 0 && paid + debt + short > 0 }

    /// A late settlement makes its charge and settles it at once; a new call under the key of an abandoned charge
    /// replaces that charge too, but settles later.
    var isLateSettlement: Bool { replaced != nil && state == .settled && closedAt == createdAt }
}

/// A line of the journal, with its call if it may be the first line about the call.
struct ReplayedLine: Sendable {
    let id: Int64
    let at: Timestamp
    let account: Int64
    let kind: Entry.Kind
    let credits: Int64
    let debt: Int64
    let charge: Int64?
    let grant: Int64?
    /// Whether it grants credits that were carried over from an earlier period of a plan.
    let isCarried: Bool
    /// Nil for lines of other kinds than `charge` and `settle`.
    let call: ReplayedCall?

    /// Whether the line can be the first about its call. A late settlement that nobody could pay has no other line.
    func isFirst(of call: ReplayedCall) -> Bool {
        at == call.createdAt && (kind == .charge || call.isLateSettlement)
    }
}

/// What some of the journal's lines changed.
struct ReplayedSum: Sendable {
    let account: Int64
    /// Nil for lines about no grant.
    let grantNumber: Int64?
    /// The grant, if it pays for some actions.
    var grant: ReplayedGrant?
    let credits: Int64
    let debt: Int64
}

/// An action and a policy's version, which many charges refer to by one number.
struct ReplayedPrice: Sendable {
    let action: String
    /// The action's names when it was recorded, oldest first.
    let names: [String]
    let policyVersion: String
}

extension Units {
    /// Reads the JSON of a column. Units differ from call to call, so the usual form is read without a decoder.
    init(recorded text: String) {
        self = Units(plain: text) ?? value(Units.self, fromJSON: text) ?? [:]
    }

    /// Nil unless the text is like `{"input_tokens":12,"output_tokens":3}`, in ASCII and without escapes.
    private init?(plain text: String) {
        guard text.hasPrefix("{\""), text.hasSuffix("}"),
            text.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\\") })
        else { return nil }
        self = [:]
        for part in text.dropFirst().dropLast().split(separator: ",\"", omittingEmptySubsequences: false) {
            guard let colon = part.range(of: "\":", options: .backwards), let amount = Int64(part[colon.upperBound...])
            else { return nil }
            let name = part[..<colon.lowerBound]
            self[String(name.hasPrefix("\"") ? name.dropFirst() : name)] = amount
        }
    }
}
