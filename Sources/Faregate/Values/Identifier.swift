/// A validated text that identifies something.
public protocol Identifier: Hashable, Sendable, Codable, CustomStringConvertible, ExpressibleByStringLiteral {
    var rawValue: String { get }
    init(_ string: String) throws(InvalidInput)
}

extension Identifier {
    /// Stops the program, with a reason, if the throwing initialiser refuses a literal: that is a mistake in the
    /// source.
    public init(stringLiteral value: String) {
        do {
            try self.init(value)
        } catch {
            // Unlike a precondition, `fatalError` prints the reason in release builds too.
            fatalError("\"\(value)\" is not allowed: \(error)")
        }
    }

    /// Compares bytes, as a ledger does: two spellings of "é" are two ids, though they are equal as a `String`.
    public static func == (left: Self, right: Self) -> Bool {
        ExactText(left.rawValue) == ExactText(right.rawValue)
    }

    public func hash(into hasher: inout Hasher) {
        ExactText(rawValue).hash(into: &hasher)
    }

    public var description: String { rawValue }

    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

package func checked(_ string: String, is what: String) throws(InvalidInput) -> String {
    guard (1...255).contains(string.utf8.count) else {
        throw InvalidInput("\(what) must have 1 to 255 bytes; this one has \(string.utf8.count)")
    }
    guard !string.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
        throw InvalidInput("\(what) can't contain control characters")
    }
    return string
}
