import Faregate
import FaregatePayments
import Foundation

/// The part of Dodo Payments' API that selling through checkouts needs.
///
/// [Dodo Payments API reference](https://docs.dodopayments.com/api-reference/introduction)
struct DodoWire: SandboxWire {
    static let business = "bus_sandbox"
    static let brand = "bus_sandbox"
    private static let maxBodyBytes = 1 << 20

    let provider = PaymentSandbox.Provider.dodo
    let key: Secret
    let secret: Secret
    let shelf: SandboxShelf

    /// - Throws: ``InvalidInput`` unless the secret is Base64 of 24 to 64 bytes.
    init(key: Secret, secret: Secret, shelf: SandboxShelf) throws(InvalidInput) {
        (self.key, self.secret, self.shelf) = (key, secret, shelf)
        _ = try ProviderKit.StandardWebhooks(secrets: [secret])
    }

    func answer(_ request: SandboxRequest, _ state: inout SandboxState, at now: Timestamp) -> SandboxResponse {
        do throws(DodoFault) {
            guard request.header("Authorization") == "Bearer \(key.text)" else { throw .unauthorized }
            guard request.body.count <= DodoWire.maxBodyBytes else { throw .tooLarge }
            return SandboxResponse(200, try route(request, &state, at: now))
        } catch {
            return SandboxResponse(error.status, ["code": .text(error.code), "message": .text(error.message)])
        }
    }

    private func route(
        _ request: SandboxRequest,
        _ state: inout SandboxState,
        at now: Timestamp
    ) throws(DodoFault) -> SandboxJSON {
        let steps = request.steps
        switch (request.method, steps.first, steps.count) {
        case ("POST", "checkouts", 1): return try createCheckout(try body(of: request), &state, at: now)
        case ("GET", "checkouts", 2):
            guard let checkout = state.checkouts[steps[1]] else { throw .notFound }
            return status(of: checkout)
        case ("GET", "products", 2):
            guard let price = shelf.price(steps[1]) else { throw .notFound }
            return product(steps[1], price)
        case ("POST", "customers", 1): return try createCustomer(try body(of: request), &state, at: now)
        case ("GET", "customers", 2):
            guard let customer = state.customers[steps[1]] else { throw .notFound }
            return json(of: customer)
        case ("GET", "payments", 1): return try list(payments(state), request.queryFields)
        case ("GET", "payments", 2):
            guard let (checkout, payment) = find(steps[1], state, \.id) else { throw .notFound }
            return self.payment(payment, checkout)
        case ("POST", "refunds", 1): return try createRefund(try body(of: request), &state, at: now)
        case ("GET", "refunds", 1): return try list(refunds(state), request.queryFields)
        case ("GET", "refunds", 2):
            guard let (checkout, payment) = find(steps[1], state),
                let refund = payment.refunds.first(where: { $0.id == steps[1] })
            else { throw .notFound }
            return self.refund(refund, payment, checkout)
        case ("GET", "disputes", 1): return try list(disputes(state), request.queryFields)
        case ("GET", "disputes", 2):
            guard let (checkout, payment) = find(steps[1], state),
                let dispute = payment.disputes.first(where: { $0.id == steps[1] })
            else { throw .notFound }
            return self.dispute(dispute, payment, checkout, isWhole: true)
        default: throw .notFound
        }
    }

    private func body(of request: SandboxRequest) throws(DodoFault) -> SandboxJSON {
        guard let json = try? JSONDecoder().decode(SandboxJSON.self, from: request.body), case .object = json else {
            throw .invalidBody("Your request body is invalid. Please check your request headers and object.")
        }
        return json
    }

    /// Returns the payment of this id, or the payment whose refund or dispute has this id.
    func find(
        _ id: String,
        _ state: SandboxState,
        _ exactly: KeyPath<SandboxPayment, String>? = nil
    ) -> (SandboxCheckout, SandboxPayment)? {
        guard let checkout = state[id] else { return nil }
        let payment = checkout.payments.first { payment in
            if let exactly { return payment[keyPath: exactly] == id }
            return payment.refunds.contains { $0.id == id } || payment.disputes.contains { $0.id == id }
        }
        return payment.map { (checkout, $0) }
    }
}

/// An error in the words of Dodo's API.
///
/// [Dodo Payments: error codes](https://docs.dodopayments.com/api-reference/error-codes)
struct DodoFault: Error {
    let status: Int
    let code: String
    let message: String

    private init(_ status: Int, _ code: String, _ message: String) {
        (self.status, self.code, self.message) = (status, code, message)
    }

    static let unauthorized = DodoFault(401, "UNAUTHORIZED", "You are not authorised to perform this action")
    static let notFound = DodoFault(404, "NOT_FOUND", "Item not found")
    static let tooLarge = DodoFault(413, "INVALID_REQUEST_BODY", "The request body is too large")
    /// `EMTPY` is Dodo's own spelling.
    static let emptyCart = DodoFault(422, "PRODUCT_CART_EMTPY", "product_cart is empty")
    static let tooManyKeys = DodoFault(422, "MAXIMUM_KEYS_REACHED", "Exceeds 50 key-value pairs")
    static let notSucceeded = DodoFault(409, "PAYMENT_NOT_SUCCEEDED", "The provided payment has not succeeded")
    static let alreadyRefunded = DodoFault(
        409,
        "PAYMENT_ALREADY_REFUNDED",
        "This payment has already been refunded"
    )
    static let refundTooLarge = DodoFault(
        422,
        "REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT",
        "The calculated refund amount is larger than the paid amount"
    )
    static let refundPending = DodoFault(
        409,
        "EXISTING_REFUND_REQUEST_PROCESSING",
        "A refund request with status \"Pending\" is still being processed"
    )

    static func invalidBody(_ message: String) -> DodoFault { DodoFault(422, "INVALID_REQUEST_BODY", message) }

    static func invalidQuery(_ message: String) -> DodoFault { DodoFault(400, "INVALID_QUERY_PARAMS", message) }

    static func noCustomer(_ id: String) -> DodoFault {
        DodoFault(404, "NOT_FOUND", "Customer \(id) does not exist")
    }

    static func noDiscount(_ code: String) -> DodoFault {
        DodoFault(422, "INVALID_DISCOUNT_CODE", "The discount code \(code) does not exist")
    }

    static func noProduct(_ id: String) -> DodoFault {
        DodoFault(404, "NOT_FOUND", "Product \(id) does not exist")
    }
}
