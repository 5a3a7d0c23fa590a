extension Gate {
    /// The policy in force has no such action, so the call can't run.
    public struct UnknownAction: Error, Equatable, CustomStringConvertible {
        public let action: String
        /// The known action with the most similar name, if one is similar.
        public let nearest: String?

        public var description: String {
            let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "; add it to the policy files"
            return "the policy has no action \"\(action)\"\(hint)"
        }
    }
}
