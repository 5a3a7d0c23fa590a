extension Standing {
    /// Why a call would be refused.
    public struct Refusal: Sendable, Hashable, Codable {
        /// The last part of the problem's type: `insufficient-credits`, `quota-exceeded`.
        public let kind: String
        /// One sentence for the caller.
        public let detail: String
        /// When the limit has room again; nil if waiting doesn't help.
        public let retryAt: Timestamp?
        /// The credits that are missing; nil if credits aren't the reason.
        public let shortfall: Credits?

        init(_ refusal: Faregate.Refusal) {
            kind = refusal.reason.kind
            detail = refusal.description
            retryAt = if case .limit(_, _, let time) = refusal.reason { time } else { nil }
            shortfall =
                if case .insufficientCredits(let required, let available, let debt, _, _) = refusal.reason {
                    Credits(rawValue: required.rawValue - available.rawValue + debt.rawValue)
                } else { nil }
        }
    }
}
