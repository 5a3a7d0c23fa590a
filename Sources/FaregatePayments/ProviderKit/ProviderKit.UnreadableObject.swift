public import Faregate

extension ProviderKit {
    /// An object in a provider's list that can't be read.
    public struct UnreadableObject: Sendable, Hashable {
        /// What it is at the provider: `refund`.
        public let kind: String
        /// The provider's id of it; nil where even that can't be read.
        public let id: String?
        public let reason: String
        /// By what its order is known, as far as it says.
        public let names: Purchase.Names

        public init(kind: String, id: String?, reason: String, names: Purchase.Names) {
            self.kind = kind
            self.id = id
            self.reason = reason
            self.names = names
        }
    }
}
