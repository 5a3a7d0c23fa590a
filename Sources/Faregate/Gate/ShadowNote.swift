/// What a call would have cost without shadow mode, or why it would be refused; recorded as text with the charge.
package struct ShadowNote: Equatable {
    package struct Rule: Equatable {
        /// `file:line:column`.
        package let place: String
        package let cost: Int64
    }

    package struct Refusal: Equatable {
        /// `file:line:column`.
        package let place: String
        package let reason: String
    }

    /// The price of the call if its action were enforced; nil if the action isn't in shadow mode.
    package let enforced: Int64?
    /// The first rule in shadow mode that matched, with its price; nil if no such rule matched.
    package let rule: Rule?
    /// The price in shadow mode that would refuse the call, and why; nil if none would.
    package let refusal: Refusal?

    init(enforced: Int64?, rule: Rule?, refusal: Refusal? = nil) {
        (self.enforced, self.rule, self.refusal) = (enforced, rule, refusal)
    }

    /// Nil if nothing is in shadow mode.
    var text: String? {
        let parts = [
            enforced.map { "in shadow mode: would cost \($0)" },
            rule.map { "the rule in shadow mode at \($0.place) would cost \($0.cost)" },
            // Last, because its reason repeats the caller's text, which may look like a part.
            refusal.map { "the price in shadow mode at \($0.place) would refuse: \($0.reason)" },
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// Reads what ``text`` wrote.
    package init(parsing text: String) {
        let last = text.firstMatch(of: /(?:^|; )the price in shadow mode at (.+?:[0-9]+:[0-9]+) would refuse: (.+)$/)
        refusal = last.map { Refusal(place: String($0.1), reason: String($0.2)) }
        let prices = last.map { text[..<$0.range.lowerBound] } ?? text[...]
        enforced = prices.prefixMatch(of: /in shadow mode: would cost ([0-9]+)/).flatMap { Int64($0.1) }
        let match = prices.firstMatch(of: /the rule in shadow mode at (.+) would cost ([0-9]+)$/)
        rule = match.flatMap { match in Int64(match.2).map { Rule(place: String(match.1), cost: $0) } }
    }
}
