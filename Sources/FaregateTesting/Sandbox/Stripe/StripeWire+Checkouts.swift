import Faregate
import Foundation

/// [Stripe: create a Checkout session](https://docs.stripe.com/api/checkout/sessions/create)
extension StripeWire {
    /// Fields that Stripe knows. Those that make no difference here are let pass.
    private static let knownFields: Set<String> = [
        "mode", "line_items", "metadata", "client_reference_id", "payment_intent_data", "success_url", "cancel_url",
        "customer_email", "expires_at", "expand", "ui_mode", "locale", "submit_type", "payment_method_types",
        "billing_address_collection", "customer_creation", "allow_promotion_codes", "automatic_tax",
        "tax_id_collection", "invoice_creation", "phone_number_collection",
    ]
    private static let secondsPerDay: Int64 = 24 * 60 * 60

    func createSession(
        _ fields: FormFields,
        _ books: inout SandboxBooks,
        at now: Timestamp
    ) throws(StripeFault) -> SandboxJSON {
        for name in fields.names {
            let top = String(name.prefix { $0 != "[" })
            guard StripeWire.knownFields.contains(top) else { throw .unknown(top) }
        }
        guard let mode = fields["mode"] else { throw .absent("mode") }
        guard mode == "payment" else {
            throw .invalid("The sandbox's Checkout knows the mode payment only.", param: "mode")
        }
        let (product, quantity, total, tax) = try bill(fields)
        var mint = books.mint(provider, at: now)
        let (id, number) = mint.next(.checkout)
        let checkout = SandboxCheckout(
            id: id,
            product: product,
            quantity: quantity,
            total: total,
            tax: tax,
            page: "\(shelf.pages)/checkout/\(id)",
            successURL: try StripeWire.address(fields, "success_url", isNeeded: true) ?? "",
            cancelURL: try StripeWire.address(fields, "cancel_url"),
            customerEmail: try StripeWire.email(fields),
            createdAt: now,
            expiresAt: try StripeWire.expiry(fields, now),
            reference: try StripeWire.bounded(fields, "client_reference_id", maxCharacters: 200),
            metadata: try StripeWire.metadata(fields, "metadata"),
            paymentMetadata: try StripeWire.metadata(fields, "payment_intent_data[metadata]"),
            number: number
        )
        books.keep(checkout, mint)
        return session(checkout)
    }

    func expire(_ id: String, _ books: inout SandboxBooks, at now: Timestamp) throws(StripeFault) -> SandboxJSON {
        guard books.checkouts[id] != nil else { throw .missing("checkout.session", id, param: "session") }
        do throws(SandboxRefusal) {
            try perform(.expire, on: id, &books, at: now)
        } catch {
            throw .invalid(
                "Only Checkout Sessions with a status in [\"open\"] can be expired.",
                param: nil
            )
        }
        return books.checkouts[id].map { session($0) } ?? .null
    }

    private func bill(
        _ fields: FormFields
    ) throws(StripeFault) -> (product: String, quantity: Int, total: Money, tax: Int64) {
        guard fields.names.contains(where: { $0.hasPrefix("line_items[") }) else { throw .absent("line_items") }
        guard !fields.names.contains(where: { $0.hasPrefix("line_items[1]") }) else {
            throw .invalid("The sandbox sells one line item at a time.", param: "line_items[1]")
        }
        guard let price = fields["line_items[0][price]"] else { throw .absent("line_items[0][price]") }
        let text = fields["line_items[0][quantity]"] ?? "1"
        guard let quantity = Int(text) else {
            throw .invalid(
                "Invalid integer: \(text)",
                param: "line_items[0][quantity]",
                code: "parameter_invalid_integer"
            )
        }
        guard (1...999_999).contains(quantity) else {
            throw .invalid("This value must be greater than or equal to 1.", param: "line_items[0][quantity]")
        }
        guard let (total, tax) = shelf.bill(price, quantity: quantity) else {
            throw .missing("price", price, param: "line_items[0][price]", status: 400)
        }
        return (price, quantity, total, tax)
    }

    private static func address(
        _ fields: FormFields,
        _ name: String,
        isNeeded: Bool = false
    ) throws(StripeFault) -> String? {
        guard let text = fields[name] else {
            if isNeeded { throw .absent(name) }
            return nil
        }
        let filledIn = text.replacingOccurrences(of: "{CHECKOUT_SESSION_ID}", with: "cs")
        guard text.utf8.count <= 5000, let url = URL(string: filledIn), ["http", "https"].contains(url.scheme),
            url.host()?.isEmpty == false
        else { throw .invalid("Not a valid URL", param: name, code: "url_invalid") }
        return text
    }

    private static func email(_ fields: FormFields) throws(StripeFault) -> String? {
        guard let email = fields["customer_email"] else { return nil }
        guard email.utf8.count <= 800, email.wholeMatch(of: /[^@\s]+@[^@\s]+/) != nil else {
            throw .invalid("Invalid email address: \(email)", param: "customer_email", code: "email_invalid")
        }
        return email
    }

    private static func expiry(_ fields: FormFields, _ now: Timestamp) throws(StripeFault) -> Timestamp {
        let nowSeconds = now.rawValue / 1000
        guard let text = fields["expires_at"] else {
            return Timestamp(rawValue: (nowSeconds + secondsPerDay) * 1000)
        }
        guard let seconds = Int64(text), (nowSeconds + 30 * 60...nowSeconds + secondsPerDay).contains(seconds) else {
            throw .invalid(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
                param: "expires_at"
            )
        }
        return Timestamp(rawValue: seconds * 1000)
    }

    private static func bounded(
        _ fields: FormFields,
        _ name: String,
        maxCharacters: Int
    ) throws(StripeFault) -> String? {
        guard let text = fields[name] else { return nil }
        guard text.count <= maxCharacters else {
            throw .invalid("Invalid string: at most \(maxCharacters) characters", param: name)
        }
        return text
    }

    /// [Stripe: metadata](https://docs.stripe.com/api/metadata)
    private static func metadata(_ fields: FormFields, _ name: String) throws(StripeFault) -> [SandboxJSON.Member] {
        let members = fields.nested(name)
        guard members.count <= 50 else {
            throw .invalid("You can have up to 50 metadata keys; you passed in \(members.count).", param: name)
        }
        for (key, value) in members {
            guard key.count <= 40 else {
                throw .invalid("Metadata keys can have up to 40 characters; this one has \(key.count).", param: name)
            }
            guard value.count <= 500 else {
                throw .invalid(
                    "Metadata values can have up to 500 characters, but you passed in a value that is "
                        + "\(value.count) characters.",
                    param: "\(name)[\(key)]"
                )
            }
        }
        return members.map { SandboxJSON.Member(name: $0.name, value: .text($0.value)) }
    }
}
