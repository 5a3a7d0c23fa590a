import Faregate
import Foundation

/// Sends requests to a payment provider, and repeats them if a repeat can succeed and does no harm.
struct ProviderAPI: Sendable {
    static let maxTries = 3
    static let maxResponseBytes = 8 << 20
    private static let timeout = Duration.seconds(15)
    private static let firstBackoffMilliseconds: Int64 = 500
    /// The longest wait between two tries. If the provider asks for a longer wait, the request fails, because a caller
    /// is waiting.
    static let maxWaitMilliseconds: Int64 = 10_000

    let dialect: ProviderDialect
    let key: Secret
    let baseURL: URL
    let clock: any WallClock
    let transport: any ProviderKit.Transport
    /// The time by which all answers must have arrived; nil: no such limit, and failed requests are repeated.
    private(set) var deadline: Timestamp?

    /// Returns an API for a caller that waits: each request is sent once, and all together take at most this long.
    func within(_ patience: Duration?) -> ProviderAPI {
        guard let patience else { return self }
        var api = self
        api.deadline = clock.now.advanced(by: patience)
        return api
    }

    /// Whether to repeat a request that the provider may have acted on.
    enum Repeats {
        /// For reads, which change nothing, and for Stripe, which recognises a repeat by its idempotency key.
        case always
        /// For requests that must not be acted on twice. The provider did not act on a request that found no
        /// connection, or that was answered with 429 (too many requests) or 503 (service unavailable).
        ///
        /// [RFC 6585: 429](https://www.rfc-editor.org/rfc/rfc6585.html#section-4),
        /// [RFC 9110: 503](https://www.rfc-editor.org/rfc/rfc9110.html#status.503)
        case unlessReceived
    }

    private struct Failure: Error {
        let error: ProviderKit.Failure
        /// How long to wait before the next try; nil if there must be no other try.
        let retryAfter: RetryAfter?

        enum RetryAfter {
            case backoff
            case milliseconds(Int64)
        }
    }

    /// - Parameter mayGoInTheClear: whether the key may be sent over plain http. True only for a test key, which may go
    ///   to a stand-in.
    func checkSetUp(mayGoInTheClear: Bool) throws(ProviderKit.Failure) {
        guard baseURL.isHTTP, baseURL.host()?.isEmpty == false else {
            throw .misconfigured("\(dialect.provider)'s base address is not an http or https URL")
        }
        guard baseURL.scheme?.lowercased() == "https" || mayGoInTheClear else {
            throw .misconfigured(
                "a live \(dialect.provider) key is only sent over https, and the base address is an http one"
            )
        }
    }

    /// - Parameters:
    ///   - path: the path below the base address. A part that comes from outside must pass ``isProviderID(_:)``.
    ///   - query: the query's fields in order; they are escaped here.
    /// - Returns: the body of a successful answer.
    func get(_ path: String, _ query: [(name: String, value: String)] = []) async throws(ProviderKit.Failure) -> Data {
        try await ask(request(.get, path, query: query), .always)
    }

    /// - Parameters:
    ///   - path: the path below the base address.
    ///   - body: a form or JSON.
    ///   - headers: sent beside the dialect's own.
    ///   - repeats: whether a repeat can do harm.
    /// - Returns: the body of a successful answer.
    func post(
        _ path: String,
        _ body: ProviderBody,
        headers: [(name: String, value: String)] = [],
        repeats: Repeats = .always
    ) async throws(ProviderKit.Failure) -> Data {
        try await ask(request(.post, path, body: body, headers: headers), repeats)
    }

    private func ask(_ request: ProviderKit.Request, _ repeats: Repeats) async throws(ProviderKit.Failure) -> Data {
        var triesLeft = deadline == nil ? ProviderAPI.maxTries : 1
        var backoffMilliseconds = ProviderAPI.firstBackoffMilliseconds
        while true {
            let waitMilliseconds: Int64
            do throws(Failure) {
                return try await send(request, repeats)
            } catch {
                triesLeft -= 1
                guard triesLeft > 0, let retryAfter = error.retryAfter else { throw error.error }
                switch retryAfter {
                case .backoff: waitMilliseconds = backoffMilliseconds
                case .milliseconds(let wait): waitMilliseconds = wait
                }
                guard waitMilliseconds <= ProviderAPI.maxWaitMilliseconds else { throw error.error }
            }
            do {
                try await clock.sleep(milliseconds: waitMilliseconds)
            } catch {
                throw .cancelled
            }
            backoffMilliseconds *= 2
        }
    }

    private func request(
        _ method: ProviderKit.Request.Method,
        _ path: String,
        query: [(name: String, value: String)] = [],
        body: ProviderBody? = nil,
        headers: [(name: String, value: String)] = []
    ) -> ProviderKit.Request {
        ProviderKit.Request(
            method: method,
            url: baseURL.appending(path: path).adding(query),
            headers: [("Authorization", "Bearer \(key.text)")]
                + (body.map { [("Content-Type", $0.contentType)] } ?? []) + dialect.headers + headers,
            body: body?.data ?? Data(),
            timeout: min(timeLeft, ProviderAPI.timeout),
            maxResponseBytes: ProviderAPI.maxResponseBytes
        )
    }

    private var timeLeft: Duration { deadline?.duration(since: clock.now) ?? ProviderAPI.timeout }

    private func send(_ request: ProviderKit.Request, _ repeats: Repeats) async throws(Failure) -> Data {
        let response: ProviderKit.Response
        guard request.timeout > .zero else {
            let error = ProviderKit.Failure.unreachable(provider: dialect.provider, "no answer in time")
            throw Failure(error: error, retryAfter: nil)
        }
        do {
            response = try await transport.send(request)
        } catch {
            if Task.isCancelled || error is CancellationError { throw Failure(error: .cancelled, retryAfter: nil) }
            // A custom transport's error could quote the request, and with it the key.
            let known = error as? ProviderKit.TransportError
            let reason = known?.description ?? "\(Swift.type(of: error))"
            let isNotReceived = known?.mayHaveBeenReceived == false
            throw Failure(
                error: .unreachable(provider: dialect.provider, reason),
                retryAfter: isNotReceived || repeats == .always ? .backoff : nil
            )
        }
        guard (200..<300).contains(response.status) else {
            throw Failure(error: .declined(failure(in: response)), retryAfter: retryAfter(response, repeats))
        }
        guard response.body.count <= ProviderAPI.maxResponseBytes else {
            let reason = "it is larger than \(ProviderAPI.maxResponseBytes) bytes"
            throw Failure(error: .unusableAnswer(provider: dialect.provider, reason), retryAfter: nil)
        }
        return response.body
    }

    /// Decides whether and when to try again.
    ///
    /// A request that may always be repeated: if a header of the answer says whether to retry, the header decides.
    /// Otherwise the request is retried after a conflict with a request in progress (409), after too many requests
    /// (429), and after the provider's own failures (500 and above). Other requests are retried only after 429 and 503,
    /// whatever the header says.
    ///
    /// [RFC 9110: Retry-After](https://www.rfc-editor.org/rfc/rfc9110.html#field.retry-after), as a number of seconds.
    private func retryAfter(_ response: ProviderKit.Response, _ repeats: Repeats) -> Failure.RetryAfter? {
        switch (repeats, dialect.shouldRetryHeader.flatMap(response.header)) {
        case (.always, "true"): break
        case (.always, "false"): return nil
        case (.always, _): guard [409, 429].contains(response.status) || response.status >= 500 else { return nil }
        case (.unlessReceived, _): guard [429, 503].contains(response.status) else { return nil }
        }
        guard let seconds = response.header("Retry-After").flatMap(Int64.init), seconds > 0 else { return .backoff }
        return .milliseconds(min(seconds, 1_000_000) * 1000)
    }

    /// Leaves out a provider's message about the key, because it can show some of the key's characters.
    private func failure(in response: ProviderKit.Response) -> ProviderKit.Decline {
        let isAboutKey = [401, 403].contains(response.status)
        let isReadable = response.body.count <= ProviderAPI.maxResponseBytes
        let error = isReadable ? dialect.readError(response.body) : nil
        return ProviderKit.Decline(
            provider: dialect.provider,
            status: response.status,
            message: isAboutKey ? nil : error?.message.map { words($0, maxCharacters: 300) },
            code: error?.code.map { words($0, maxCharacters: 64) },
            param: error?.param.map { words($0, maxCharacters: 64) },
            requestID: dialect.requestIDHeader.flatMap(response.header).map { words($0, maxCharacters: 64) }
        )
    }

    /// Shortens the provider's text to one line, without the key and without e-mail addresses.
    private func words(_ text: String, maxCharacters: Int) -> String {
        let line = key.redacted(from: text).split(whereSeparator: \.isNewline).joined(separator: " ")
            .replacing(/\S*(@|%40)\S*/.matchingSemantics(.unicodeScalar), with: "…")
        return String(
            String.UnicodeScalarView(line.unicodeScalars.filter { $0.properties.generalCategory != .control })
                .prefix(maxCharacters)
        )
    }
}

extension URL {
    fileprivate func adding(_ query: [(name: String, value: String)]) -> URL {
        guard !query.isEmpty, var components = URLComponents(url: self, resolvingAgainstBaseURL: false) else {
            return self
        }
        components.percentEncodedQuery = formText(query, keeping: "")
        return components.url ?? self
    }
}
