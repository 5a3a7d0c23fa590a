import Foundation

/// A webhook's body for people to read, without personal data: a text is shown only if its key is known to be harmless
/// and it looks like an id, a word or a time. Other texts and keys are masked.
struct MaskedJSON {
    /// Pretty-printed; nil if the body is not JSON, or is nested too deeply.
    let text: String?

    /// The keys of ids, states, codes and times in the events of both providers.
    private static let harmlessKeys: Set<String> = [
        "id", "object", "type", "status", "currency", "created", "timestamp", "api_version", "mode", "livemode",
        "payment_status", "payment_intent", "payment_id", "charge", "refund_id", "dispute_id", "checkout_session_id",
        "session_id", "subscription_id", "business_id", "product_id", "price", "dispute_status", "dispute_stage",
        "payload_type", "payment_method_type", "error_code", "failure_code", "expires_at", "created_at", "updated_at",
        "faregate_purchase", "faregate_product", "faregate_quantity",
    ]

    init(_ body: Data) {
        guard let value = try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed),
            let masked = try? JSONSerialization.data(
                withJSONObject: MaskedJSON.masked(value, under: nil),
                options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
            )
        else {
            text = nil
            return
        }
        text = String(decoding: masked, as: UTF8.self)
    }

    private static func masked(_ value: Any, under key: String?) -> Any {
        switch value {
        case let object as [String: Any]:
            Dictionary(object.map { (isPlain($0) ? $0 : "…", masked($1, under: $0)) }) { first, _ in first }
        case let list as [Any]: list.map { masked($0, under: key) }
        case let text as String: key.map(harmlessKeys.contains) ?? false && isPlain(text) ? text : "…"
        default: value
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 100
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "_-.:+".unicodeScalars.contains(scalar))
            }
    }
}
