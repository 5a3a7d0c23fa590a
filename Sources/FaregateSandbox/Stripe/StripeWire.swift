import Faregate
import FaregatePayments

/// The part of Stripe's API that selling through Checkout needs.
///
/// [Stripe API reference](https://docs.stripe.com/api)
struct StripeWire: SandboxWire {
    /// The API version of answers, and of events unless the old refund events are configured.
    static let version = "2026-10-28.endive"
    private static let maxBodyBytes = 1 << 20
    private static let keyLifetimeMilliseconds: Int64 = 24 * 60 * 60 * 1000

    let provider = PaymentSandbox.Provider.stripe
    let key: Secret
    let secret: Secret
    let shelf: SandboxShelf
    let refundEvents: PaymentSandbox.RefundEvents

    func answer(_ request: SandboxRequest, _ state: inout SandboxState, at now: Timestamp) -> SandboxResponse {
        var mint = state.mint(provider, at: now)
        var headers = [(name: "Request-Id", value: mint.next(.request).id)]
        headers.append((name: "Stripe-Version", value: request.header("Stripe-Version") ?? StripeWire.version))
        do throws(StripeFault) {
            try check(request)
            let response = try answerOnce(request, &state, at: now)
            return response.adding(headers)
        } catch {
            return error.response.adding(headers)
        }
    }

    private func check(_ request: SandboxRequest) throws(StripeFault) {
        guard let authorization = request.header("Authorization") else { throw .noKey }
        guard authorization == "Bearer \(key.text)" else { throw .wrongKey(authorization) }
        guard request.body.count <= StripeWire.maxBodyBytes else { throw .tooLarge }
        if let version = request.header("Stripe-Version"), !StripeWire.isVersion(version) {
            throw .invalid("Invalid Stripe API version: \(version)", param: nil)
        }
    }

    /// `2026-10-28.endive`, `2022-08-01`
    private static func isVersion(_ text: String) -> Bool {
        text.wholeMatch(of: /20[0-9]{2}-[01][0-9]-[0-3][0-9](\.[a-z]+)?/) != nil
    }

    /// Returns the first answer again if the key is repeated. The answer to an invalid request is not remembered.
    ///
    /// [Stripe: idempotent requests](https://docs.stripe.com/api/idempotent_requests)
    private func answerOnce(
        _ request: SandboxRequest,
        _ state: inout SandboxState,
        at now: Timestamp
    ) throws(StripeFault) -> SandboxResponse {
        guard request.method == "POST", let key = request.header("Idempotency-Key") else {
            return try route(request, &state, at: now)
        }
        guard (1...255).contains(key.utf8.count) else {
            throw .invalid("Idempotency keys have 1 to 255 characters.", param: nil)
        }
        let fields = request.formFields
        if let earlier = state.answers[key],
            now.milliseconds(since: earlier.givenAt) < StripeWire.keyLifetimeMilliseconds
        {
            guard earlier.path == request.path, earlier.request == fields else { throw .keyReused(key) }
            return earlier.response.adding([("Idempotent-Replayed", "true")])
        }
        let response = try route(request, &state, at: now)
        state.keep(
            SandboxAnswer(request: fields, path: request.path, response: response, givenAt: now),
            under: key
        )
        return response
    }

    private func route(
        _ request: SandboxRequest,
        _ state: inout SandboxState,
        at now: Timestamp
    ) throws(StripeFault) -> SandboxResponse {
        let fields = request.method == "GET" ? request.queryFields : request.formFields
        let steps = request.steps
        guard steps.first == "v1" else { throw .unknownAddress(request) }
        let json: SandboxJSON
        switch (request.method, steps.dropFirst().joined(separator: "/"), steps.last ?? "") {
        case ("POST", "checkout/sessions", _): json = try createSession(fields, &state, at: now)
        case ("POST", let path, "expire") where path.hasPrefix("checkout/sessions/") && steps.count == 5:
            json = try expire(steps[3], &state, at: now)
        case ("POST", "customers", _): json = try createCustomer(fields, &state, at: now)
        case ("GET", let path, let id) where path == "customers/\(id)": json = try customer(id, state)
        case ("POST", "refunds", _): json = try createRefund(fields, &state, at: now)
        case ("POST", let path, "cancel") where path.hasPrefix("refunds/") && steps.count == 4:
            json = try cancelRefund(steps[2], &state, at: now)
        case ("GET", let path, let id):
            guard let shelf = StripeShelf(path: path, id: id) else { throw .unknownAddress(request) }
            json = try show(shelf, path: request.path, fields, state)
        default: throw .unknownAddress(request)
        }
        return SandboxResponse(200, try expanded(json, fields, state))
    }
}

/// An error in the words of Stripe's API.
///
/// [Stripe: errors](https://docs.stripe.com/api/errors)
struct StripeFault: Error {
    let status: Int
    let type: String
    let code: String?
    let message: String
    let param: String?

    private init(
        _ status: Int,
        _ code: String?,
        _ message: String,
        param: String? = nil,
        type: String = "invalid_request_error"
    ) {
        (self.status, self.type, self.code, self.message, self.param) = (status, type, code, message, param)
    }

    static let noKey = StripeFault(401, nil, "You did not provide an API key. Send it as a Bearer token.")
    static let tooLarge = StripeFault(413, nil, "The request is too large.")

    /// Stripe shows the key's last four characters.
    static func wrongKey(_ authorization: String) -> StripeFault {
        StripeFault(401, nil, "Invalid API Key provided: ****\(authorization.suffix(4))")
    }

    static func keyReused(_ key: String) -> StripeFault {
        StripeFault(
            400,
            nil,
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                + "Try using a key other than '\(key)' if you meant to execute a different request.",
            type: "idempotency_error"
        )
    }

    static func unknownAddress(_ request: SandboxRequest) -> StripeFault {
        StripeFault(404, nil, "Unrecognized request URL (\(request.method): \(request.path)).")
    }

    static func missing(_ what: String, _ id: String, param: String, status: Int = 404) -> StripeFault {
        StripeFault(status, "resource_missing", "No such \(what): '\(id)'", param: param)
    }

    static func absent(_ param: String) -> StripeFault {
        StripeFault(400, "parameter_missing", "Missing required param: \(param).", param: param)
    }

    static func unknown(_ param: String) -> StripeFault {
        StripeFault(400, "parameter_unknown", "Received unknown parameter: \(param)", param: param)
    }

    static func invalid(_ message: String, param: String?, code: String? = nil) -> StripeFault {
        StripeFault(400, code, message, param: param)
    }

    var response: SandboxResponse {
        var error: SandboxJSON = ["message": .text(message), "type": .text(type)]
        if let code { error["code"] = .text(code) }
        if let param { error["param"] = .text(param) }
        return SandboxResponse(
            status,
            ["error": error],
            headers: status == 401 ? [("WWW-Authenticate", "Basic realm=\"Stripe\"")] : []
        )
    }
}
