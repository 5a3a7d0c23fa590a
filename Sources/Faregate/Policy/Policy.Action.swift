extension Policy {
    /// A named feature that the policy prices.
    public struct Action: Sendable {
        public let name: String
        /// What the action was called before, oldest first: calls may still use these names, the counters of its limits go on,
        /// and the idempotency keys of earlier calls are known.
        public let was: [String]
        /// What people call it; the name where the policy gives no title.
        public let title: String
        /// The price when no rule matches.
        ///
        /// Every price of an action knows the units of all of them; one that it gives no price costs nothing under it.
        public let cost: Cost
        /// The first that matches and is enforced sets the price.
        package let rules: [PriceRule]
        /// What a call is assumed to use until the real usage is known.
        public let hold: Units
        /// What happens when a call used more than it held.
        public let overrun: Overrun
        /// Whether calls of an action need an idempotency key.
        public enum KeyRule: String, CaseIterable, Hashable, Sendable, Codable {
            /// A call may have one.
            case optional
            /// A call without one is refused: ``Refusal/Reason/keyRequired``.
            case required
        }

        /// What happens to calls while the ledger is out of reach.
        public let outage: Outage
        /// Whether calls need an idempotency key.
        public let key: KeyRule
        public let mode: Mode
        public let limits: [Limit]
        package let timeoutMilliseconds: Int64?
        /// How long a call may take before it is cancelled and refunded; nil for no end.
        public var timeout: Duration? { timeoutMilliseconds.map { .milliseconds($0) } }
        /// Where the price stands in the files.
        public let location: Location

        /// What it was called at first.
        var firstName: String { was.first ?? name }

        package init(
            name: String,
            was: [String] = [],
            title: String? = nil,
            cost: Cost,
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
            // The decoder reports an action that knows more units than a call can use; it gives none of them to all rules.
            let all = Set(cost.units.keys).union(rules.flatMap(\.cost.units.keys))
            let units = all.count <= Units.limit ? all : []
            let unused = Cost(fixed: 0).knowing(units)
            self.name = name
            self.was = was
            self.title = title ?? name
            self.cost = cost.knowing(unitsOf: unused)
            self.rules = rules.map { $0.knowing(unitsOf: unused) }
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
