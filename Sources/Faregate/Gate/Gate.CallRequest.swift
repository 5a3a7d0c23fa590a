extension Gate {
    /// A call as a gate sees it: the account that pays, and everything that affects the price.
    public struct CallRequest: Sendable {
        public var account: AccountID
        /// The person who acts within the account.
        public var member: MemberID?
        /// Values that the policy's price rules can test.
        public var attributes: Attributes
        /// The expected use, as far as it is known.
        public var units: Units
        /// Makes the call safe to retry.
        public var key: IdempotencyKey?

        public init(
            account: AccountID,
            member: MemberID? = nil,
            attributes: Attributes = [:],
            units: Units = [:],
            key: IdempotencyKey? = nil
        ) {
            self.account = account
            self.member = member
            self.attributes = attributes
            self.units = units
            self.key = key
        }
    }
}

extension Gate.CallRequest {
    /// Checks the attributes and units against the rules that every policy shares.
    func validate() throws(InvalidInput) {
        try attributes.validate()
        try units.validate()
    }

    /// A question about the account and the key alone, for a call without a quote. It has no price and no limits, and
    /// must not be charged.
    func question(_ action: String, under policy: Policy) -> ChargeRequest {
        let terms = ChargeTerms(
            action: action,
            was: policy.action(named: action)?.was ?? [],
            policyVersion: policy.version,
            rule: Policy.Location(file: "", line: 1, column: 1)
        )
        return ChargeRequest(account: account, cost: 0, under: terms, key: key)
    }

    /// The charge to request from the ledger. Its recorded attributes include the plan if a rule or a limit tests it.
    func chargeRequest(for quote: Quote, at now: Timestamp) -> ChargeRequest {
        var attributes = attributes
        if let plan = quote.assumedPlan?.name { attributes[Attributes.plan] = .string(plan) }
        return ChargeRequest(
            account: account,
            member: member,
            cost: quote.costTaken,
            under: quote.prepared.terms(of: quote, at: now),
            assuming: quote.assumedPlan,
            key: key,
            attributes: attributes,
            units: units,
            shadow: quote.shadowNote
        )
    }

    /// The same request. If its key has no fingerprint, this adds one made from the request, so that another request
    /// under the same key is detected.
    var withFingerprint: Gate.CallRequest {
        guard let key, key.fingerprint == nil else { return self }
        var request = self
        request.key = key.with(fingerprint: fingerprint)
        return request
    }

    /// A hash of the member, the attributes and the units. Each text has its length before it; names are sorted.
    private var fingerprint: String {
        var bytes: [UInt8] = []
        func add(_ text: String) {
            withUnsafeBytes(of: Int64(text.utf8.count).littleEndian) { bytes += $0 }
            bytes += text.utf8
        }
        add("faregate call 1")
        add(member?.rawValue ?? "")
        for (name, value) in attributes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            add(name)
            switch value {
            case .string(let text): add("text"); add(text)
            case .number(let number): add("number"); add(number == 0 ? "0.0" : "\(number)")
            case .boolean(let truth): add("\(truth)")
            }
        }
        add("")
        for (name, amount) in units.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            add(name)
            add("\(amount)")
        }
        return hexadecimal(SHA256Digest.hash(bytes))
    }
}

extension Quote {
    /// What the action or the rule in shadow mode would cost if it were enforced, or why it would refuse the call, in
    /// words; nil if neither is in shadow mode.
    var shadowNote: String? {
        let note = ShadowNote(
            enforced: mode == .shadow && shadowRefusal == nil ? cost.rawValue : nil,
            rule: shadowed.map { ShadowNote.Rule(place: $0.rule.inFolder.description, cost: $0.cost.rawValue) },
            refusal: shadowRefusal.map { ShadowNote.Refusal(place: $0.rule.inFolder.description, reason: $0.reason) }
        )
        return note.text
    }
}
