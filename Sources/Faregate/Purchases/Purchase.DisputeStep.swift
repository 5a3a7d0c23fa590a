extension Purchase {
    /// What happened in a dispute. Only money counts: `withdrawn` and `lost` take, `reinstated` and `won` give all of it back,
    /// also after a loss. Where the provider tells how much moved, that counts instead:
    /// ``Purchase/Fact/disputeMoved(id:payment:movement:amount:)``.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum DisputeStep: String, Sendable, Hashable, Codable, CaseIterable {
        /// An inquiry: no money moves.
        case warning, warningClosed
        case opened, withdrawn, reinstated, won, lost
    }
}
