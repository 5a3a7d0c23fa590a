import Faregate
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request under way: gathers the answer up to its bound, and hands the first outcome to the one who waits.
final class Exchange: NSObject, URLSessionDataDelegate {
    private typealias Outcome = Result<ProviderKit.Response, any Error>

    private enum State {
        case receiving(CheckedContinuation<ProviderKit.Response, any Error>?, Data)
        /// An outcome that came before anybody waited for it.
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

    /// The first outcome counts; later ones are dropped.
    func finish(_ outcome: Result<ProviderKit.Response, any Error>) {
        let waiting: CheckedContinuation<ProviderKit.Response, any Error>? = state.withLock { state in
            guard case .receiving(let continuation, _) = state else { return nil }
            state = continuation == nil ? .ended(outcome) : .delivered
            return continuation
        }
        waiting?.resume(with: outcome)
    }

    /// - Returns: the body so far; nil when it is too large, or nobody waits for it any more.
    private func gather(_ data: Data) -> Data? {
        state.withLock { state in
            guard case .receiving(let continuation, var body) = state, body.count + data.count <= maxResponseBytes
            else { return nil }
            // Let go of the first copy, so that the second one is not made of the whole body anew with every piece.
            state = .delivered
            body.append(data)
            state = .receiving(continuation, body)
            return body
        }
    }

    /// On Linux the task is cancelled once the sender pauses for a moment, as everybody does across a network: the queue
    /// on which Foundation reads is the one on which it cancels.
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

    /// A redirect is an answer like any other: the key goes nowhere but where it was meant to.
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    /// A provider answers a wrong key with 401 and `WWW-Authenticate`. There is no other key to try, so that is the
    /// answer, though its body may not be here yet.
    ///
    /// Left to itself, Foundation on Linux waits for a credential for good
    /// ([swift-corelibs-foundation#5456](https://github.com/swiftlang/swift-corelibs-foundation/issues/5456)).
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        guard let response = challenge.failureResponse as? HTTPURLResponse else {
            // Part of the TLS handshake, which is Foundation's business.
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
    /// Foundation's own words are not the same on all platforms, and empty on some.
    fileprivate init(_ error: URLError?) {
        switch error?.code {
        case .cannotFindHost, .dnsLookupFailed: self.init(unheard: "the host's name is unknown")
        case .cannotConnectToHost: self.init(unheard: "the host takes no connection")
        case .notConnectedToInternet: self.init(unheard: "there is no network")
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid:
            self.init(unheard: "no secure connection can be made")
        case .timedOut: self.init("no answer in time")
        case .networkConnectionLost: self.init("the connection broke off")
        case let code?: self.init("the connection failed (URLError \(code.rawValue))")
        case nil: self.init("the connection failed")
        }
    }

    private init(unheard description: String) {
        self.init(description, mayHaveBeenHeard: false)
    }
}
