/// Properties of a call ("model": "draft", "steps": 60) that price rules and limits can test.
public typealias Attributes = [String: AttributeValue]

extension Attributes {
    /// The attribute under which rules and limits find the account's plan in the ledger. A call can't set it.
    package static let plan = "plan"

    /// Checks the attributes' number and sizes: they are recorded with every charge.
    ///
    /// - Throws: ``InvalidInput`` if one is called `plan`, if there are more than 32, if a name or text has more than
    ///   255 bytes, or if a number isn't finite.
    package func validate() throws(InvalidInput) {
        guard self[Attributes.plan] == nil else {
            throw InvalidInput(
                "a call can't set the attribute \"plan\": the gate sets it to the account's plan in the ledger")
        }
        guard count <= 32 else { throw InvalidInput("a call can have at most 32 attributes; this one has \(count)") }
        for (name, value) in self {
            _ = try checked(name, is: "an attribute's name")
            switch value {
            case .string(let text) where text.utf8.count > 255:
                throw InvalidInput("the attribute \(name) has \(text.utf8.count) bytes; it can have at most 255")
            case .number(let number) where !number.isFinite:
                throw InvalidInput("the attribute \(name) is not a finite number")
            default: continue
            }
        }
    }
}
