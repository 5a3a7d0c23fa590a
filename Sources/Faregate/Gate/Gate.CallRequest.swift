extension Gate {
    /// Who calls, and what a gate needs to know about the call.
    public struct CallRequest: Sendable {
        public var account: AccountID
        /// Who acts within the account.
        public var member: MemberID?
        /// What the policy's price rules may look at.
        public var attributes: Attributes
        /// What the call is going to use, as far as that is known beforehand.
        public var units: Units
        /// Makes the call safe to repeat.
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
    /// What the ledger is asked for. The attributes that it keeps include the plan that the price asked for.
    func request(for quote: Quote, at now: Timestamp) -> ChargeRequest {
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
            shadow: quote.shadowNote
        )
    }

    /// The same, with a fingerprint of the request where its key has none: a repeat must be the same request.
    var comparable: Gate.CallRequest {
        guard let key, key.fingerprint == nil else { return self }
        var call = self
        call.key = key.with(fingerprint: fingerprint)
        return call
    }

    /// A hash of the member, the attributes and the units: each text with its length before it, in the order of the names.
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
    /// What shadow mode hides, in words; nil where nothing is in shadow mode.
    var shadowNote: String? {
        var notes: [String] = []
        if mode == .shadow { notes.append("in shadow mode: would cost \(cost)") }
        if let shadowed { notes.append("the rule in shadow mode at \(shadowed.rule) would cost \(shadowed.cost)") }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }
}
