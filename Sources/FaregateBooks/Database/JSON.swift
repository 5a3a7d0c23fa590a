import Faregate
import Foundation

/// The value as JSON for a column. Nil for a value that can't be encoded, such as an infinite number.
package func json(_ value: some Encodable) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
}

/// Reads what ``json(_:)`` wrote; nil for anything else.
func value<Value: Decodable>(_ type: Value.Type, fromJSON text: String) -> Value? {
    try? JSONDecoder().decode(type, from: Data(text.utf8))
}
