/// The id of a person who acts within an account. It is recorded on every charge, and limits can count by member.
public struct MemberID: Identifier {
    public let rawValue: String

    /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters.
    public init(_ string: String) throws(InvalidInput) {
        rawValue = try checked(string, is: "a member id")
    }
}
