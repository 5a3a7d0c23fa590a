/// An account's spendable credits before and after an open charge took more of them: to extend its hold, or when it was
/// settled at more than its hold.
package struct Drawdown: Sendable, Hashable {
    package let before: Credits
    package let after: Credits

    package init(before: Credits, after: Credits) {
        self.before = before
        self.after = after
    }

    /// Whether this drawdown took the account below `lowBalance`.
    func crosses(_ lowBalance: Credits) -> Bool { before >= lowBalance && after < lowBalance }
}
