extension Policy {
    /// A named set of grants, made once or in each period. An account is on one plan, or on none.
    public struct Plan: Sendable {
        public let name: String
        /// The plan's former names, oldest first. Accounts that came onto the plan under a former name are still on it.
        public let was: [String]
        /// In the order of the file.
        public let grants: [Plan.Grant]

        package init(name: String, was: [String] = [], grants: [Plan.Grant] = []) {
            self.name = name
            self.was = was
            self.grants = grants.enumerated().map { number, grant in
                var grant = grant
                grant.number = number
                return grant
            }
        }

        /// The credits that an account receives once, when it comes onto this plan.
        public var openingGrants: [Credits] { grants.filter { $0.every == .once }.map(\.credits) }
    }
}
