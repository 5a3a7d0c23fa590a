/// What an account could spend before more was taken, and after that.
public struct Drawdown: Sendable, Hashable {
    public let before: Credits
    public let after: Credits

    public init(before: Credits, after: Credits) {
        self.before = before
        self.after = after
    }

    /// Whether it was by this that the account came below so many credits.
    func comes(below lowBalance: Credits) -> Bool { before >= lowBalance && after < lowBalance }
}
