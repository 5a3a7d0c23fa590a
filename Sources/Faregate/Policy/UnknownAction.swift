/// The policy in force does not price this action, so nobody may run it.
public struct UnknownAction: Error, Equatable, CustomStringConvertible {
    public let action: String
    /// The known action with the most similar name, if one is similar.
    public let nearest: String?

    public var description: String {
        let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "; add it to the policy files"
        return "the policy has no action \"\(action)\"\(hint)"
    }
}
