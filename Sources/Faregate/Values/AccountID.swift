/// The id of an account, which pays for calls: an opaque text (a user, an organisation).
public struct AccountID: Identifier {
    public let rawValue: String

    /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters.
    public init(_ string: String) throws(InvalidInput) {
        rawValue = try checked(string, is: "an account id")
    }
}
