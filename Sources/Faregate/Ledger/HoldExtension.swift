/// The result of extending a hold.
package struct HoldExtension: Sendable, Hashable {
    /// The credits added: fewer than requested if the account has no more.
    package let taken: Credits
    /// The credits that the charge holds now.
    package let held: Credits
    /// The account's balance before and after the extension.
    package let drawdown: Drawdown

    package init(taken: Credits, held: Credits, drawdown: Drawdown) {
        self.taken = taken
        self.held = held
        self.drawdown = drawdown
    }
}
