extension ProviderKit {
    /// Carries one request to a payment provider and brings back the answer: `URLSession`, or whatever a server has.
    public protocol Transport: Sendable {
        /// Sends the request once. It follows no redirect, and ends when its task is cancelled.
        ///
        /// - Throws: when there is no answer: it took longer than the request's timeout, it was larger than the request
        ///   admits, or the connection failed. An answer of any status is no error.
        func send(_ request: ProviderKit.Request) async throws -> ProviderKit.Response
    }
}
