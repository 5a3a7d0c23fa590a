import Faregate
import Foundation

/// What one provider's API has that another's hasn't.
struct ProviderDialect: Sendable {
    /// How errors call it: `Stripe`.
    let provider: String
    /// Go with each request, besides the key and the body's type.
    var headers: [(name: String, value: String)] = []
    /// The answer's header by which the provider's support finds the request.
    var requestIDHeader: String?
    /// The answer's header that says `true` or `false` to another try.
    var shouldRetryHeader: String?
    /// Reads the body of an answer that is no success; nil where it can't be read. Its words are shortened and cleared
    /// of the key by who asks.
    let readError: @Sendable (Data) -> ProviderWords?
}

/// What an answer that is no success says.
struct ProviderWords {
    let code: String?
    let message: String?
    /// Which field of the request it is about.
    var param: String?
}

/// The JSON that is sent to a provider.
typealias JSONValue = Problem.Value

/// What is sent to a provider.
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
        // A JSONValue holds nothing that can't be encoded.
        return (try? encoder.encode(value)) ?? Data()
    }
}

/// Whether a text can be a provider's id of an object, and nothing else in a path: 1 to 255 ASCII letters, digits, `_`
/// and `-`. What a browser hands in as an id is held to it before anybody is asked.
func isProviderID(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
}
