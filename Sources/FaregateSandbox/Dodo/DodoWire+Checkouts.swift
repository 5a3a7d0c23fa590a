import Faregate
import Foundation

/// [Dodo Payments: create a checkout session](https://docs.dodopayments.com/api-reference/checkout-sessions/create)
extension DodoWire {
    private static let lifetimeMilliseconds: Int64 = 24 * 60 * 60 * 1000
    private static let maxItems = 20

    func createCheckout(
        _ body: SandboxJSON,
        _ state: inout SandboxState,
        at now: Timestamp
    ) throws(DodoFault) -> SandboxJSON {
        var (product, quantity, bill) = try bill(body["product_cart"])
        bill.coupon = try coupon(body["discount_codes"])
        let metadata = try DodoWire.metadata(body["metadata"])
        var mint = state.mint(provider, at: now)
        let (id, number) = mint.next(.checkout)
        var checkout = SandboxCheckout(
            id: id,
            product: product,
            quantity: quantity,
            bill: bill,
            page: "\(shelf.pages)/checkout/\(id)",
            successURL: try DodoWire.address(body, "return_url") ?? "",
            cancelURL: try DodoWire.address(body, "cancel_url"),
            customerEmail: try email(body["customer"], state),
            createdAt: now,
            expiresAt: now.advanced(byMilliseconds: DodoWire.lifetimeMilliseconds),
            reference: nil,
            metadata: metadata,
            paymentMetadata: metadata,
            number: number
        )
        // Dodo lets customers type codes by default.
        checkout.terms.allowsCodes = body["feature_flags"]["allow_discount_code"] != .bool(false)
        checkout.terms.collectsTaxIDs = body["feature_flags"]["allow_tax_id"] != .bool(false)
        checkout.terms.codes = shelf.offers.coupons
        checkout.terms.locale = body["customization"]["force_language"].string
        checkout.terms.customer = body["customer"]["customer_id"].string
        state.keep(checkout, mint)
        return ["session_id": .text(id), "checkout_url": .text(checkout.page)]
    }

    private func bill(
        _ cart: SandboxJSON
    ) throws(DodoFault) -> (product: String, quantity: Int, bill: SandboxBill) {
        guard case .list(let items) = cart else { throw .invalidBody("missing field `product_cart`") }
        guard let item = items.first else { throw .emptyCart }
        guard items.count <= DodoWire.maxItems else { throw .invalidBody("a cart must hold at most 20 products") }
        guard items.count == 1 else { throw .invalidBody("the sandbox sells one product at a time") }
        guard let product = item["product_id"].string else { throw .invalidBody("missing field `product_id`") }
        guard case .number(let quantity) = item["quantity"], (1...999_999).contains(quantity) else {
            throw .invalidBody("`quantity` must be a number from 1 to 999999")
        }
        guard let bill = shelf.bill(product, quantity: Int(quantity)) else { throw .noProduct(product) }
        return (product, Int(quantity), bill)
    }

    private func coupon(_ codes: SandboxJSON) throws(DodoFault) -> SandboxOffers.Coupon? {
        guard case .list(let codes) = codes, let code = codes.first?.string else { return nil }
        guard codes.count == 1 else { throw .invalidBody("the sandbox takes one discount code") }
        guard let coupon = shelf.offers.coupon(code: code) else { throw .noDiscount(code) }
        return coupon
    }

    /// [Dodo Payments: metadata](https://docs.dodopayments.com/api-reference/metadata)
    private static func metadata(_ json: SandboxJSON) throws(DodoFault) -> [SandboxJSON.Member] {
        if json == .null { return [] }
        guard case .object(let members) = json else { throw .invalidBody("`metadata` must be an object") }
        guard members.count <= 50 else { throw .tooManyKeys }
        for member in members {
            guard member.name.count <= 40, member.name.wholeMatch(of: /[A-Za-z0-9_-]+/) != nil else {
                throw .invalidBody("a key of `metadata` must be 1 to 40 letters, digits, dashes and underscores")
            }
            switch member.value {
            case .text(let text) where text.count <= 500: continue
            case .number, .decimal, .bool: continue
            default:
                throw .invalidBody(
                    "`metadata.\(member.name)` must be a string of up to 500 characters, a number or a boolean"
                )
            }
        }
        return members.sorted { $0.name < $1.name }
    }

    private static func address(_ body: SandboxJSON, _ name: String) throws(DodoFault) -> String? {
        if body[name] == .null { return nil }
        guard let text = body[name].string, let url = URL(string: text), ["http", "https"].contains(url.scheme),
            url.host()?.isEmpty == false
        else { throw .invalidBody("`\(name)` must be an http or https address") }
        return text
    }

    /// Returns the e-mail address from the request, or the known customer's address if the request has the customer's
    /// id.
    private func email(_ customer: SandboxJSON, _ state: SandboxState) throws(DodoFault) -> String? {
        if customer == .null { return nil }
        if let id = customer["customer_id"].string {
            guard let known = state.customers[id] else { throw .noCustomer(id) }
            return known.email
        }
        return try DodoWire.email(customer)
    }

    private static func email(_ customer: SandboxJSON) throws(DodoFault) -> String {
        guard let email = customer["email"].string else {
            throw .invalidBody("`customer` needs an email or a customer_id")
        }
        // Stricter than a simple check: `pat@localhost` is refused.
        guard email.wholeMatch(of: /[^@\s]+@[^@\s.]+(\.[^@\s.]+)+/) != nil else {
            throw .invalidBody("customer.email: invalid email address `\(email)`")
        }
        return email
    }

    /// [Dodo Payments: create a customer](https://docs.dodopayments.com/api-reference/customers/post-customers)
    func createCustomer(
        _ body: SandboxJSON,
        _ state: inout SandboxState,
        at now: Timestamp
    ) throws(DodoFault) -> SandboxJSON {
        guard let name = body["name"].string, !name.isEmpty else { throw .invalidBody("missing field `name`") }
        var mint = state.mint(provider, at: now)
        let customer = SandboxCustomer(
            id: mint.next(.customer).id,
            email: try DodoWire.email(body),
            name: name,
            metadata: try DodoWire.metadata(body["metadata"]),
            createdAt: now
        )
        state.customers[customer.id] = customer
        return json(of: customer)
    }

    /// [Dodo Payments: get a customer](https://docs.dodopayments.com/api-reference/customers/get-customers-1)
    func json(of customer: SandboxCustomer) -> SandboxJSON {
        [
            "business_id": .text(DodoWire.business),
            "created_at": .text(customer.createdAt.description),
            "customer_id": .text(customer.id),
            "email": SandboxJSON(customer.email),
            "metadata": .object(customer.metadata),
            "name": SandboxJSON(customer.name),
            "phone_number": nil,
        ]
    }
}

/// [Dodo Payments: create a refund](https://docs.dodopayments.com/api-reference/refunds/post-refunds)
extension DodoWire {
    func createRefund(
        _ body: SandboxJSON,
        _ state: inout SandboxState,
        at now: Timestamp
    ) throws(DodoFault) -> SandboxJSON {
        guard let id = body["payment_id"].string else { throw .invalidBody("missing field `payment_id`") }
        guard let (checkout, payment) = find(id, state, \.id) else { throw .notFound }
        guard payment.state == .succeeded else { throw .notSucceeded }
        guard !payment.refunds.contains(where: { $0.state == .pending }) else { throw .refundPending }
        guard payment.refundedMinorUnits < checkout.total.minorUnits else { throw .alreadyRefunded }
        let amount = try DodoWire.amount(body["items"], of: checkout)
        do throws(SandboxRefusal) {
            try perform(.refund(amount), on: checkout.id, &state, at: now)
        } catch {
            throw .refundTooLarge
        }
        guard let after = state[checkout.id], let payment = after.payment, let refund = payment.refunds.last else {
            throw .notFound
        }
        return self.refund(refund, payment, after)
    }

    /// - Returns: nil for all of the money that is not refunded yet.
    private static func amount(_ items: SandboxJSON, of checkout: SandboxCheckout) throws(DodoFault) -> Int64? {
        if items == .null { return nil }
        guard case .list(let items) = items, items.count == 1, let item = items.first,
            item["item_id"].string == checkout.product
        else { throw .invalidBody("`items` must name the one product of the payment") }
        if item["amount"] == .null { return nil }
        guard case .number(let amount) = item["amount"] else { throw .invalidBody("`amount` must be a number") }
        return amount
    }
}
