public import Faregate
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension ProviderKit {
    /// Sends requests with Foundation's `URLSession`: no cookies, no cache, no redirects.
    ///
    /// Every request has its own session: checkouts are rare, and no state is left between two requests.
    public struct URLSessionTransport: ProviderKit.Transport {
        private let clock: any WallClock

        public init(clock: any WallClock = SystemClock()) {
            self.clock = clock
        }

        public func send(_ request: ProviderKit.Request) async throws -> ProviderKit.Response {
            let exchange = Exchange(maxResponseBytes: request.maxResponseBytes)
            let session = URLSession(configuration: .bare, delegate: exchange, delegateQueue: nil)
            // Otherwise the session would keep its delegate forever.
            defer { session.finishTasksAndInvalidate() }
            let task = session.dataTask(with: URLRequest(request))
            let timer = Task { [clock] in
                // URLSession's own timeout starts again with every byte; this one limits the whole request.
                try await clock.sleep(for: request.timeout)
                exchange.finish(
                    .failure(
                        ProviderKit.TransportError(
                            "no answer within \(durationText(milliseconds: request.timeout.milliseconds))"))
                )
                task.cancel()
            }
            defer { timer.cancel() }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    exchange.begin(continuation)
                    task.resume()
                }
            } onCancel: {
                exchange.finish(.failure(CancellationError()))
                task.cancel()
            }
        }
    }
}

extension URLSessionConfiguration {
    fileprivate static var bare: URLSessionConfiguration {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        return configuration
    }
}

extension URLRequest {
    fileprivate init(_ request: ProviderKit.Request) {
        self.init(url: request.url, timeoutInterval: Double(request.timeout.milliseconds) / 1000)
        httpMethod = request.method.rawValue
        if !request.body.isEmpty { httpBody = request.body }
        for header in request.headers { setValue(header.value, forHTTPHeaderField: header.name) }
    }
}
