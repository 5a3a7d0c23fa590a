extension Policy {
    /// A named feature that the policy prices.
    public struct Action: Sendable {
        public let name: String
        /// The action's former names, oldest first. Calls can still use them, and the action keeps the counters of its
        /// limits and the idempotency keys of earlier calls.
        public let was: [String]
        /// The title for people; the name if the policy has no title.
        public let title: String
        /// The price when no rule matches.
        ///
        /// Each price of an action accepts every unit that any price of the action has. A unit that it doesn't price
        /// costs nothing.
        package let pricing: Pricing
        /// The price when no rule matches; nil if it depends on the call's model.
        public var cost: Cost? { pricing.cost }
        /// The first enforced rule that matches sets the price.
        package let rules: [PriceRule]
        /// The units that a call is assumed to use until it is settled.
        public let hold: Units
        /// What happens when a call cost more than it held and the account can't pay the rest.
        public let overrun: Overrun
        /// Whether calls of an action need an idempotency key.
        public enum KeyRule: String, CaseIterable, Hashable, Sendable, Codable {
            /// A call may have a key.
            case optional
            /// A call without a key is refused: ``Refusal/Reason/keyRequired``.
            case required
        }

        /// What happens to calls while the ledger is out of reach.
        public let outage: Outage
        /// Whether calls need an idempotency key.
        public let key: KeyRule
        public let mode: Mode
        /// The action's own limits, and then those that it shares with other actions.
        public internal(set) var limits: [Limit]
        package let timeoutMilliseconds: Int64?
        /// How long a call may take before it is cancelled and closed by its ``Gate/FailureRule``; nil for no limit.
        public var timeout: Duration? { timeoutMilliseconds.map { .milliseconds($0) } }
        /// Where the files set the price.
        public let location: Location

        /// The action's first name.
        var firstName: String { was.first ?? name }

        package init(
            name: String,
            was: [String] = [],
            title: String? = nil,
            cost: Pricing,
            rules: [PriceRule] = [],
            hold: Units = [:],
            overrun: Overrun = .cap,
            outage: Outage = .deny,
            key: KeyRule = .optional,
            mode: Mode = .enforce,
            limits: [Limit] = [],
            timeoutMilliseconds: Int64? = nil,
            location: Location
        ) {
            // An action with more units than a call can use is invalid: the decoder reports it, and the rules stay as
            // they are.
            let all = rules.reduce(into: cost.unitNames) { $0.formUnion($1.pricing.unitNames) }
            let units = all.count <= Units.limit ? all : []
            let unused = Cost(fixed: 0).accepting(units)
            self.name = name
            self.was = was
            self.title = title ?? name
            self.pricing = cost.accepting(unitsOf: unused)
            self.rules = rules.map { $0.accepting(unitsOf: unused) }
            self.hold = hold
            self.overrun = overrun
            self.outage = outage
            self.key = key
            self.mode = mode
            self.limits = limits
            self.timeoutMilliseconds = timeoutMilliseconds
            self.location = location
        }
    }
}
