/// A value from outside that Faregate rejects, with a reason in words for the sender.
public struct InvalidInput: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
