public import Foundation

/// Carries one request to a payment provider and brings back the answer: `URLSession`, or whatever a server has.
public protocol HTTPTransport: Sendable {
    /// Sends the request once. It follows no redirect, and ends when its task is cancelled.
    ///
    /// - Throws: when there is no answer: it took longer than the request's timeout, it was larger than the request
    ///   admits, or the connection failed. An answer of any status is no error.
    func send(_ request: ProviderRequest) async throws -> ProviderResponse
}

/// A request to a payment provider. Its headers hold the API key: it is not for logs.
public struct ProviderRequest: Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    public let method: Method
    public let url: URL
    public let headers: [(name: String, value: String)]
    /// Empty where there is none.
    public let body: Data
    /// How long the answer may take to be there as a whole.
    public let timeout: Duration
    /// How large the answer's body may be.
    public let maxResponseBytes: Int

    public init(
        method: Method,
        url: URL,
        headers: [(name: String, value: String)],
        body: Data,
        timeout: Duration,
        maxResponseBytes: Int
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maxResponseBytes = maxResponseBytes
    }
}

/// A payment provider's answer.
public struct ProviderResponse: Sendable {
    public let status: Int
    public let headers: [(name: String, value: String)]
    public let body: Data

    public init(status: Int, headers: [(name: String, value: String)] = [], body: Data) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, in whatever case: [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110.html#fields).
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Why there is no answer, in words that hold nothing of the request.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    /// False only where it is certain that nobody heard the request: no connection was made.
    public let mayHaveBeenHeard: Bool

    public init(_ description: String, mayHaveBeenHeard: Bool = true) {
        self.description = description
        self.mayHaveBeenHeard = mayHaveBeenHeard
    }
}
