import Faregate
import Foundation

/// Readers for the fields of a request.
extension StripeWire {
    private static let secondsPerDay: Int64 = 24 * 60 * 60

    static func address(
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

    static func email(_ fields: FormFields, _ name: String) throws(StripeFault) -> String? {
        guard let email = fields[name] else { return nil }
        guard email.utf8.count <= 800, email.wholeMatch(of: /[^@\s]+@[^@\s]+/) != nil else {
            throw .invalid("Invalid email address: \(email)", param: name, code: "email_invalid")
        }
        return email
    }

    static func expiry(_ fields: FormFields, _ now: Timestamp) throws(StripeFault) -> Timestamp {
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

    static func bounded(
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
    static func metadata(_ fields: FormFields, _ name: String) throws(StripeFault) -> [SandboxJSON.Member] {
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
