import Faregate
import Foundation

/// Posts forms to Stripe, and again where that is safe and promises something.
///
/// [Stripe: idempotent requests](https://docs.stripe.com/api/idempotent_requests),
/// [low-level error handling](https://docs.stripe.com/error-low-level)
struct StripeAPI {
    /// Answers keep this shape whatever the account's own version is.
    static let version = "2026-10-28.endive"
    static let maxTries = 3
    private static let timeoutMilliseconds: Int64 = 15_000
    private static let maxResponseBytes = 1 << 20
    private static let firstBackoffMilliseconds: Int64 = 500

    let key: Secret
    let baseURL: URL
    let clock: any WallClock
    let transport: any HTTPTransport

    private struct Failure: Error {
        let error: CheckoutError
        let mayBeTriedAgain: Bool
    }

    func checkSetUp() throws(CheckoutError) {
        guard baseURL.isHTTP, baseURL.host()?.isEmpty == false else {
            throw .misconfigured("Stripe's base address is not an http or https URL")
        }
        guard baseURL.scheme?.lowercased() == "https" || !key.text.contains("_live_") else {
            throw .misconfigured("a live Stripe key is only sent over https, and the base address is an http one")
        }
    }

    /// - Returns: the body of a successful answer.
    func post(
        _ path: String,
        _ fields: [(name: String, value: String)],
        idempotencyKey: String
    ) async throws(CheckoutError) -> Data {
        let request = request(path, fields, idempotencyKey: idempotencyKey)
        var triesLeft = StripeAPI.maxTries
        var backoffMilliseconds = StripeAPI.firstBackoffMilliseconds
        while true {
            do throws(Failure) {
                return try await send(request)
            } catch {
                triesLeft -= 1
                guard error.mayBeTriedAgain, triesLeft > 0 else { throw error.error }
            }
            do {
                try await clock.sleep(milliseconds: backoffMilliseconds)
            } catch {
                throw .cancelled
            }
            backoffMilliseconds *= 2
        }
    }

    private func request(
        _ path: String,
        _ fields: [(name: String, value: String)],
        idempotencyKey: String
    ) -> ProviderRequest {
        ProviderRequest(
            url: baseURL.appending(path: path),
            headers: [
                ("Authorization", "Bearer \(key.text)"),
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Idempotency-Key", idempotencyKey),
                ("Stripe-Version", StripeAPI.version),
            ],
            body: formEncoded(fields),
            timeoutMilliseconds: StripeAPI.timeoutMilliseconds,
            maxResponseBytes: StripeAPI.maxResponseBytes
        )
    }

    private func send(_ request: ProviderRequest) async throws(Failure) -> Data {
        let response: ProviderResponse
        do {
            response = try await transport.send(request)
        } catch {
            if Task.isCancelled || error is CancellationError {
                throw Failure(error: .cancelled, mayBeTriedAgain: false)
            }
            // Another transport's error could quote the request, and with it the key.
            let reason = (error as? TransportError)?.description ?? "\(Swift.type(of: error))"
            throw Failure(error: .unreachable(provider: "Stripe", reason), mayBeTriedAgain: true)
        }
        guard (200..<300).contains(response.status) else {
            throw Failure(error: .declined(failure(in: response)), mayBeTriedAgain: response.mayBeTriedAgain)
        }
        guard response.body.count <= StripeAPI.maxResponseBytes else {
            let reason = "it is larger than \(StripeAPI.maxResponseBytes) bytes"
            throw Failure(error: .unusableAnswer(provider: "Stripe", reason), mayBeTriedAgain: false)
        }
        return response.body
    }

    /// What Stripe says about its keys shows their last characters, so that isn't repeated.
    private func failure(in response: ProviderResponse) -> ProviderFailure {
        let isAboutKey = [401, 403].contains(response.status)
        let isReadable = response.body.count <= StripeAPI.maxResponseBytes
        let error = isReadable ? try? JSONDecoder().decode(StripeErrorAnswer.self, from: response.body).error : nil
        return ProviderFailure(
            provider: "Stripe",
            status: response.status,
            message: isAboutKey ? nil : error?.message.map { words($0, maxCharacters: 300) },
            code: (error?.code ?? error?.type).map { words($0, maxCharacters: 64) },
            requestID: response.header("Request-Id").map { words($0, maxCharacters: 64) }
        )
    }

    /// Somebody else's words in one short line, without the key.
    private func words(_ text: String, maxCharacters: Int) -> String {
        let line = key.redacted(from: text).split(whereSeparator: \.isNewline).joined(separator: " ")
        return String(
            String.UnicodeScalarView(line.unicodeScalars.filter { $0.properties.generalCategory != .control })
                .prefix(maxCharacters)
        )
    }
}

extension ProviderResponse {
    /// Stripe knows best; otherwise a conflict with another request that is under way, and Stripe's own failures.
    fileprivate var mayBeTriedAgain: Bool {
        switch header("Stripe-Should-Retry") {
        case "true": true
        case "false": false
        default: status == 409 || status >= 500
        }
    }
}

/// [Stripe: errors](https://docs.stripe.com/api/errors)
private struct StripeErrorAnswer: Decodable {
    struct Details: Decodable {
        let type: String?
        let code: String?
        let message: String?
    }

    let error: Details
}
