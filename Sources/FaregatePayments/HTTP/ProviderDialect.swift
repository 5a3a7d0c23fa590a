import Faregate
import Foundation

/// The parts of a provider's API that differ between providers.
struct ProviderDialect: Sendable {
    /// The name in error texts: `Stripe`.
    let provider: String
    /// Headers sent with each request, besides the key and the body's type.
    var headers: [(name: String, value: String)] = []
    /// The answer's header with the request id that the provider's support asks for.
    var requestIDHeader: String?
    /// The answer's header that says `true` or `false` about another try.
    var shouldRetryHeader: String?
    /// Reads the body of an unsuccessful answer; nil if it can't be read. The caller shortens its text and removes the
    /// key.
    let readError: @Sendable (Data) -> ProviderWords?
}

/// The provider's error.
struct ProviderWords {
    let code: String?
    let message: String?
    /// The request's field that caused the error.
    var param: String?
}

/// The JSON that is sent to a provider.
typealias JSONValue = Problem.Value

/// The body of a request to a provider.
enum ProviderBody: Sendable {
    case form([(name: String, value: String)])
    case json(JSONValue)

    var contentType: String {
        switch self {
        case .form: "application/x-www-form-urlencoded"
        case .json: "application/json"
        }
    }

    var data: Data {
        switch self {
        case .form(let fields): formEncoded(fields)
        case .json(let value): encoded(value)
        }
    }

    private func encoded(_ value: JSONValue) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A JSONValue can always be encoded.
        return (try? encoder.encode(value)) ?? Data()
    }
}

/// Whether a text can be a provider's id and is safe in a path: 1 to 255 ASCII letters, digits, `_` and `-`. An id that
/// comes from a browser is checked before any provider is asked.
func isProviderID(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
}
