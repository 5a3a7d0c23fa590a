extension ProviderKit {
    /// Sends one request to a payment provider and returns the answer, with `URLSession` or with the server's own HTTP
    /// client.
    public protocol Transport: Sendable {
        /// Sends the request once. Follows no redirect, and ends when its task is cancelled.
        ///
        /// - Throws: if there is no answer: it took longer than the request's timeout, it was larger than the request
        ///   allows, or the connection failed. An answer of any status is returned.
        func send(_ request: ProviderKit.Request) async throws -> ProviderKit.Response
    }
}
