extension Policy {
    /// A test in the policy files: calls of one new account, and what becomes of the last one.
    package struct Test: Sendable {
        /// The account's credits before the first call.
        package enum Funds: Hashable, Sendable {
            /// More than the calls can cost.
            case plenty
            /// What the account's plan grants.
            case plan
            case exactly(Credits)
        }

        package enum Expectation: Hashable, Sendable {
            /// The last call is let through at this cost.
            case cost(Credits)
            /// The last call is let through.
            case allowed
            /// The last call is refused for this reason, and the calls before it are let through.
            case refused(Refusal)
        }

        /// The reasons for which a policy refuses a call.
        package enum Refusal: String, CaseIterable, Hashable, Sendable {
            case limit, credits, key
        }

        package let name: String
        /// A current or former name of an action.
        package let action: String
        /// The account's plan; nil for the default plan.
        package let plan: String?
        package let member: String?
        package let attributes: Attributes
        package let units: Units
        /// Whether each call has an idempotency key of its own.
        package let hasKey: Bool
        /// How many calls are made: 1 to 1000.
        package let times: Int
        /// The calls are spread over this time: the first at its beginning, all of them before its end.
        package let within: Duration
        /// The moment of the first call; nil for the beginning of today.
        package let moment: Timestamp?
        package let funds: Funds
        package let expectation: Expectation
        let place: Place

        /// The diagnostic for a test that fails.
        package func failure(_ message: String) -> Policy.Diagnostic {
            Policy.Diagnostic(.error, "the test \(quoted(name)) fails: \(message)", at: place, expected: nil)
        }
    }
}
