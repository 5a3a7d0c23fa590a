extension ProviderKit {
    /// Sends one request to a payment provider and returns the answer, with `URLSession` or with the server's own HTTP
    /// client.
    public protocol Transport: Sendable {
        /// Sends the request once. Follows no redirect, and ends when its task is cancelled.
        ///
        /// - Throws: if the answer takes longer than the request's timeout or is larger than the request allows, or if
        ///   the connection fails. An answer of any status is returned.
        func send(_ request: ProviderKit.Request) async throws -> ProviderKit.Response
    }
}
