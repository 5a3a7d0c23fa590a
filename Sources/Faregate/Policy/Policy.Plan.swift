extension Policy {
    /// A named set of grants that an account is on.
    public struct Plan: Sendable {
        public let name: String
        /// What the plan was called before, oldest first: accounts that came onto it under one of these names are on it.
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

        /// What an account receives once, when it is first seen on this plan.
        public var openingGrants: [Credits] { grants.filter { $0.every == .once }.map(\.credits) }
    }
}
