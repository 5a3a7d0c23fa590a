public import Faregate
import Foundation

extension ProviderKit {
    /// A refused webhook, which changes nothing, and the answer to it. The texts appear in the provider's dashboard:
    /// they quote nothing from the body, the signature or a secret.
    public struct WebhookRefusal: ProblemConvertible {
        public let problem: Problem

        /// A refusal with any status, for cases that the other members don't cover.
        public init(_ problem: Problem) {
            self.problem = problem
        }

        private init(
            _ status: Int,
            _ type: String,
            _ title: String,
            _ detail: String,
            headers: [(name: String, value: String)] = []
        ) {
            self.init(Problem(status, type, title, detail, headers: headers))
        }

        static let unknownProvider = ProviderKit.WebhookRefusal(
            404,
            "unknown-provider",
            "Unknown provider",
            "no payment provider of this name sends webhooks here"
        )

        /// 413: the body is longer than the limit.
        public static func tooLarge(maxBytes: Int) -> ProviderKit.WebhookRefusal {
            ProviderKit.WebhookRefusal(
                413, "webhook-too-large", "Webhook too large", "an event has at most \(maxBytes) bytes")
        }

        /// 500: this server has no signing secret. That is our mistake, so the provider should send the event again
        /// later.
        public static let noSecrets = ProviderKit.WebhookRefusal(
            500,
            "webhook-not-set-up",
            "Webhooks not set up",
            "this endpoint has no signing secret; give it the one that the provider shows for the endpoint"
        )

        /// 400: the signature is missing, wrong or stale.
        public static func signature(_ error: ProviderKit.SignatureError) -> ProviderKit.WebhookRefusal {
            ProviderKit.WebhookRefusal(error.problem)
        }

        /// 400: the body is not an event of this provider.
        public static let notAnEvent = invalid("the body is not an event of the provider")

        static let thinEvent = invalid("the body is a thin event; set the destination up to send snapshot events")

        /// 400: a test event at an endpoint for live ones, or the reverse.
        public static func wrongMode(livemode: Bool) -> ProviderKit.WebhookRefusal {
            invalid("this endpoint takes \(livemode ? "live" : "test") events only")
        }

        /// 503: the event could not be stored, and must be sent again.
        static let notStored = ProviderKit.WebhookRefusal(
            503,
            "ledger-unavailable",
            "Ledger out of reach",
            "the event could not be stored; send it again",
            headers: [("Retry-After", "5")]
        )

        /// 400: not an event for this endpoint; the text says why.
        public static func invalid(_ detail: String) -> ProviderKit.WebhookRefusal {
            ProviderKit.WebhookRefusal(400, "webhook-invalid", "Not an event for this endpoint", detail)
        }
    }
}

/// Returns the value of a header that a webhook must have exactly once, its name in any case.
///
/// [RFC 9110, section 5.1](https://www.rfc-editor.org/rfc/rfc9110.html#section-5.1)
func onlyHeader(
    _ name: String,
    in headers: [(name: String, value: String)]
) throws(ProviderKit.SignatureError) -> String {
    let values = headers.filter { isSameName($0.name, name) }.map(\.value)
    guard let value = values.first else { throw ProviderKit.SignatureError(.missing, "the \(name) header is missing") }
    guard values.count == 1 else {
        throw ProviderKit.SignatureError(.malformed, "the \(name) header is repeated")
    }
    return value
}

/// Compares in ASCII: beyond it, lower-casing turns other characters, such as the kelvin sign, into letters.
private func isSameName(_ left: String, _ right: String) -> Bool {
    left.utf8.elementsEqual(right.utf8) { lowercase($0) == lowercase($1) }
}

private func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
