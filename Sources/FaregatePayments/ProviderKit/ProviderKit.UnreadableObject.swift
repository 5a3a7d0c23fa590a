public import Faregate

extension ProviderKit {
    /// An object in a provider's list that can't be read.
    public struct UnreadableObject: Sendable, Hashable {
        /// The object's kind at the provider, such as `refund`.
        public let kind: String
        /// The provider's id of the object; nil if even that can't be read.
        public let id: String?
        public let reason: String
        /// The ids of its order, as far as they can be read.
        public let names: Purchase.Names

        public init(kind: String, id: String?, reason: String, names: Purchase.Names) {
            self.kind = kind
            self.id = id
            self.reason = reason
            self.names = names
        }
    }
}
