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
