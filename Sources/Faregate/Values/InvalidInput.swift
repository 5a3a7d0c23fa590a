/// A value from outside that Faregate does not take, with the reason in words for whoever sent it.
public struct InvalidInput: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
