/// What a call says about itself ("model": "draft", "steps": 60), for the price rules to look at.
public typealias Attributes = [String: AttributeValue]

extension Attributes {
    /// What price rules ask for the plan that the account is on in the ledger. No call has it of its own.
    package static let plan = "plan"

    /// They are kept with every charge, so there is a limit on them.
    ///
    /// - Throws: ``InvalidInput`` where one is called `plan`, and unless they are 32 at most, their names and texts have 255 bytes at most, and their
    ///   numbers are finite.
    package func validate() throws(InvalidInput) {
        guard self[Attributes.plan] == nil else {
            throw InvalidInput("a call can't say its \"plan\": that is the plan which its account is on in the ledger")
        }
        guard count <= 32 else { throw InvalidInput("a call has at most 32 attributes; this one has \(count)") }
        for (name, value) in self {
            _ = try checked(name, is: "an attribute's name")
            switch value {
            case .string(let text) where text.utf8.count > 255:
                throw InvalidInput("the attribute \(name) has \(text.utf8.count) bytes; 255 is the most")
            case .number(let number) where !number.isFinite:
                throw InvalidInput("the attribute \(name) is not a finite number")
            default: continue
            }
        }
    }
}

/// One value of an attribute.
public enum AttributeValue: Hashable, Sendable {
    case string(String)
    case number(Double)
    case boolean(Bool)
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .number(Double(value)) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension AttributeValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .string(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .boolean(let value): try container.encode(value)
        }
    }
}

/// One condition of a price rule, on one attribute. An attribute that the call doesn't have meets no condition.
public struct Condition: Hashable, Sendable {
    public enum Test: Hashable, Sendable {
        /// Equals one of these.
        case oneOf([AttributeValue])
        /// A number greater than `above` and less than `below`, where they are given.
        case between(above: Double?, below: Double?)
    }

    public let attribute: String
    public let test: Test

    public init(attribute: String, test: Test) {
        self.attribute = attribute
        self.test = test
    }

    func holds(for attributes: Attributes) -> Bool {
        guard let value = attributes[attribute] else { return false }
        switch test {
        case .oneOf(let values):
            return values.contains(value)
        case .between(let above, let below):
            guard case .number(let number) = value else { return false }
            return above.map { number > $0 } ?? true && below.map { number < $0 } ?? true
        }
    }
}
