/// What an account could spend before more was taken, and after that.
package struct Drawdown: Sendable, Hashable {
    package let before: Credits
    package let after: Credits

    package init(before: Credits, after: Credits) {
        self.before = before
        self.after = after
    }

    /// Whether it was by this that the account came below so many credits.
    func comes(below lowBalance: Credits) -> Bool { before >= lowBalance && after < lowBalance }
}
