/// What came of an attempt to hold more.
public struct HoldExtension: Sendable, Hashable {
    /// How many credits were added: fewer than asked for when the account has no more.
    public let taken: Credits
    /// How many the charge holds now.
    public let held: Credits
    /// What that left of the account.
    public let drawdown: Drawdown

    public init(taken: Credits, held: Credits, drawdown: Drawdown) {
        self.taken = taken
        self.held = held
        self.drawdown = drawdown
    }
}
