import FaregateBooks

/// The accounts of a report: their number and sums, and those that are nearly out of credits.
struct ReportAccounts: Encodable {
    let found: LowAccounts
    /// An account with fewer credits than this is nearly out of credits: the policy's `lowBalance`, or 1.
    let lowBalance: Int64

    private enum CodingKeys: CodingKey { case lowBalance }

    func encode(to encoder: any Encoder) throws {
        try found.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(lowBalance, forKey: .lowBalance)
    }

    /// The accounts that are listed, in words.
    var condition: String { lowBalance == 1 ? "no credits left" : "fewer than \(lowBalance.grouped) credits" }

    /// The number of accounts, in words.
    var sentence: String {
        let number = "\(found.accounts.grouped) account\(found.accounts == 1 ? "" : "s")"
        let debt = found.debt > 0 ? " Debts: \(found.debt.grouped) credits." : ""
        return "\(number) with \(found.remaining.grouped) credits in all.\(debt)"
    }
}

extension LowAccounts.Account {
    /// What else to know about it, in words; empty if nothing.
    var note: String {
        let notes = [
            isSuspended ? "suspended" : nil, isDue ? "its next call may bring credits of its plan" : nil,
        ]
        return notes.compactMap(\.self).joined(separator: "; ")
    }
}
