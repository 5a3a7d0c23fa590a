import Faregate
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// One request in progress: collects the answer up to its limit, and hands the first outcome to the waiting caller.
final class Exchange: NSObject, URLSessionDataDelegate {
    private typealias Outcome = Result<ProviderKit.Response, any Error>

    private enum State {
        case receiving(CheckedContinuation<ProviderKit.Response, any Error>?, Data)
        /// An outcome that arrived before the caller waited for it.
        case ended(Result<ProviderKit.Response, any Error>)
        case delivered
    }

    private let maxResponseBytes: Int
    private let state = Mutex<State>(.receiving(nil, Data()))

    init(maxResponseBytes: Int) {
        self.maxResponseBytes = maxResponseBytes
    }

    func begin(_ continuation: CheckedContinuation<ProviderKit.Response, any Error>) {
        let early: Outcome? = state.withLock { state in
            if case .ended(let outcome) = state {
                state = .delivered
                return outcome
            }
            state = .receiving(continuation, Data())
            return nil
        }
        if let early { continuation.resume(with: early) }
    }

    /// Keeps the first outcome and drops later ones.
    func finish(_ outcome: Result<ProviderKit.Response, any Error>) {
        let waiting: CheckedContinuation<ProviderKit.Response, any Error>? = state.withLock { state in
            guard case .receiving(let continuation, _) = state else { return nil }
            state = continuation == nil ? .ended(outcome) : .delivered
            return continuation
        }
        waiting?.resume(with: outcome)
    }

    /// - Returns: the body so far; nil if it is too large or the caller no longer waits.
    private func gather(_ data: Data) -> Data? {
        state.withLock { state in
            guard case .receiving(let continuation, var body) = state, body.count + data.count <= maxResponseBytes
            else { return nil }
            // Releases the first copy, so that appending does not copy the whole body for every piece.
            state = .delivered
            body.append(data)
            state = .receiving(continuation, body)
            return body
        }
    }

    /// On Linux, Foundation reads and cancels on the same queue. So the task is cancelled only once the sender pauses,
    /// which happens all the time across a network.
    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard gather(data) == nil else { return }
        finish(.failure(ProviderKit.TransportError("the answer is larger than \(maxResponseBytes) bytes")))
        dataTask.cancel()
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard error == nil, let response = task.response as? HTTPURLResponse, let body = gather(Data()) else {
            return finish(.failure(ProviderKit.TransportError(error as? URLError)))
        }
        finish(.success(ProviderKit.Response(response, body: body)))
    }

    /// Returns a redirect as the answer and doesn't follow it: the key must not be sent to another address.
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    /// Returns a 401 with `WWW-Authenticate` at once, although its body may not have arrived yet. The provider has
    /// refused the key, and there is no other key to try.
    ///
    /// Without this, Foundation on Linux waits forever for a credential
    /// ([swift-corelibs-foundation#5456](https://github.com/swiftlang/swift-corelibs-foundation/issues/5456)).
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        guard let response = challenge.failureResponse as? HTTPURLResponse else {
            // Part of the TLS handshake, which Foundation handles.
            return completionHandler(.performDefaultHandling, nil)
        }
        if let body = gather(Data()) { finish(.success(ProviderKit.Response(response, body: body))) }
        completionHandler(.cancelAuthenticationChallenge, nil)
    }
}

extension ProviderKit.Response {
    fileprivate init(_ response: HTTPURLResponse, body: Data) {
        let headers = response.allHeaderFields.map { (name: "\($0.key)", value: "\($0.value)") }
        self.init(status: response.statusCode, headers: headers, body: body)
    }
}

extension ProviderKit.TransportError {
    /// Our own words: Foundation's differ between platforms, and are empty on some.
    fileprivate init(_ error: URLError?) {
        switch error?.code {
        case .cannotFindHost, .dnsLookupFailed: self.init(notReceived: "the host's name is unknown")
        case .cannotConnectToHost: self.init(notReceived: "the host refused the connection")
        case .notConnectedToInternet: self.init(notReceived: "there is no network")
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid:
            self.init(notReceived: "no secure connection could be made")
        case .timedOut: self.init("no answer in time")
        case .networkConnectionLost: self.init("the connection broke off")
        case let code?: self.init("the connection failed (URLError \(code.rawValue))")
        case nil: self.init("the connection failed")
        }
    }

    private init(notReceived description: String) {
        self.init(description, mayHaveBeenReceived: false)
    }
}
