extension Purchase {
    /// The change that an event made.
    public struct Change: Sendable, Hashable {
        /// Nil if the event belongs to no recorded purchase.
        public let purchase: ID?
        public let account: AccountID?
        public let before: Position?
        public let after: Position?
        /// The change of the account's debt: credits to take back that were already spent. Negative if the debt
        /// decreased.
        public let debt: Credits

        package init(
            purchase: ID?,
            account: AccountID?,
            before: Position?,
            after: Position?,
            debt: Credits
        ) {
            self.purchase = purchase
            self.account = account
            self.before = before
            self.after = after
            self.debt = debt
        }
    }
}

extension Purchase.Change: CustomStringConvertible {
    /// `pur_1 of ana: paid, 0 -> 100 credits`, and the flags that a person has to check.
    public var description: String {
        guard let purchase, let account, let after else { return "a purchase that is not on record" }
        let credits = "\(before?.credits ?? 0) -> \(after.credits) credits"
        let owes = debt > .zero ? ["owes \(debt) more"] : []
        let flags = after.flags.map(\.rawValue).sorted()
        return "\(purchase) of \(account): "
            + ([after.status.rawValue, credits] + owes + flags).joined(separator: ", ")
    }
}
