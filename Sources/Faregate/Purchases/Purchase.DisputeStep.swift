extension Purchase {
    /// A step of a dispute. Only steps that move money count: `withdrawn` and `lost` take it, `reinstated` and `won`
    /// return all of it, even after a loss. If the provider reports the amounts that moved, those count instead:
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
