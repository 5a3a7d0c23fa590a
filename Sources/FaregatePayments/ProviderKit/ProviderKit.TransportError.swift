extension ProviderKit {
    /// Why there is no answer, in words that don't quote the request.
    public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// False only if the request certainly did not reach the provider: no connection was made.
        public let mayHaveBeenReceived: Bool

        public init(_ description: String, mayHaveBeenReceived: Bool = true) {
            self.description = description
            self.mayHaveBeenReceived = mayHaveBeenReceived
        }
    }
}
