/// Who pays: an opaque id (a user, an organisation).
public struct AccountID: Identifier {
    public let rawValue: String

    /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters.
    public init(_ string: String) throws(InvalidInput) {
        rawValue = try checked(string, is: "an account id")
    }
}

/// Who acts within an account; recorded on every charge, and limits can count by member.
public struct MemberID: Identifier {
    public let rawValue: String

    /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters.
    public init(_ string: String) throws(InvalidInput) {
        rawValue = try checked(string, is: "a member id")
    }
}

/// What makes a grant unique within its account: the same reference again grants nothing.
///
/// A ledger makes references of its own for what plans and purchases grant, which nobody else may use: those that begin
/// with `plan:`, `opening:` or `pur_`, and a purchase's id behind the name of its provider and a colon.
public struct GrantReference: Identifier {
    public let rawValue: String

    /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters, and none of a ledger's own.
    public init(_ string: String) throws(InvalidInput) {
        rawValue = try checked(string, is: "a grant's reference")
        let name = rawValue.utf8
        if name.starts(with: "plan:".utf8) || name.starts(with: "opening:".utf8) {
            throw InvalidInput("references that begin with plan: or opening: are those of plans; choose another one")
        }
        let id =
            name.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false).last ?? name[...]
        if name.starts(with: "pur_".utf8) || id.starts(with: "pur_".utf8) {
            throw InvalidInput(
                "\(string) is a purchase, which grants its credits by itself once its payment is on record; to grant one that "
                    + "waits for a person say faregate purchases approve, and for anything else choose another reference"
            )
        }
    }
}

/// A checked piece of text that names something.
public protocol Identifier: Hashable, Sendable, Codable, CustomStringConvertible, ExpressibleByStringLiteral {
    var rawValue: String { get }
    init(_ string: String) throws(InvalidInput)
}

extension Identifier {
    /// Stops the program, with the reason, on a literal that the throwing initialiser refuses: that is a mistake in the
    /// source.
    public init(stringLiteral value: String) {
        do {
            try self.init(value)
        } catch {
            // Unlike a precondition, it says why in release builds too.
            fatalError("\"\(value)\" is not allowed: \(error)")
        }
    }

    /// Byte by byte, as a ledger compares: two spellings of "é" are two ids, though equal as a `String`.
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
        throw InvalidInput("\(what) has 1 to 255 bytes; this one has \(string.utf8.count)")
    }
    guard !string.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
        throw InvalidInput("\(what) has no control characters")
    }
    return string
}

/// The number of a charge, unique within its ledger.
public struct ChargeID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public var description: String { String(rawValue) }
}

/// The number of a grant, unique within its ledger.
public struct GrantID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public var description: String { String(rawValue) }
}
