import Faregate

/// The terms of a charge in the form that its statement takes.
final class NumberedTerms {
    /// A limit, with the number by which the ledger knows it, and its slot where it has one.
    struct NumberedLimit {
        let check: LimitCheck
        let number: Int64
        let slot: Slot?

        /// What counts nothing always fits.
        var max: Int64 { check.amount > 0 ? check.max : .max }
    }

    /// Kept, so that no other terms can have their identity.
    let terms: ChargeTerms
    let price: Int64
    let limits: [NumberedLimit]
    /// What the charge's row keeps of them; nil where there are none.
    let counted: FixedText?
    /// The limits that only count.
    let shadows: [LimitCheck]
    private let shape: ChargeShape

    init(_ terms: ChargeTerms, _ connection: Connection) throws(SQLiteError) {
        // In one place one would overwrite what the other counts.
        guard Set(terms.limits.map { [$0.counter, $0.scope.rawValue] }).count == terms.limits.count else {
            throw .inconsistent("two limits of a charge count in the same place")
        }
        var limits: [NumberedLimit] = []
        for check in terms.limits {
            let number = try connection.number(of: check)
            let slot = number.slot(for: check.scope, isRolling: check.isRolling)
            limits.append(NumberedLimit(check: check, number: number.id, slot: slot))
        }
        self.terms = terms
        self.limits = limits
        price = try connection.number(of: PriceName(terms))
        counted = CountedLimit.text(limits.map { CountedLimit($0.check, number: $0.number) }).map(FixedText.init)
        shadows = terms.limits.filter { !$0.isEnforced }
        shape = ChargeShape(limits: terms.limits).placed(limits.map(\.slot))
    }

    /// Of a charge under these terms.
    func shape(of request: ChargeRequest, isSplit: Bool) -> ChargeShape {
        var shape = shape
        shape.isFree = request.cost == 0
        shape.hasKey = request.key != nil
        shape.isSplit = isSplit
        return shape
    }
}

extension Connection {
    /// At most so many are remembered: those of calls that each count another amount come once and never again.
    private static let maximumTerms = 256

    func numbered(_ terms: ChargeTerms) throws(SQLiteError) -> NumberedTerms {
        if let latestTerms, latestTerms.terms === terms { return latestTerms }
        let name = ObjectIdentifier(terms)
        let known: NumberedTerms
        if let numbered = knownTerms[name] {
            known = numbered
        } else {
            known = try NumberedTerms(terms, self)
            if knownTerms.count >= Connection.maximumTerms { knownTerms.removeAll() }
            knownTerms[name] = known
        }
        latestTerms = known
        return known
    }
}

/// What makes a price of its own in the ledger.
struct PriceName: Hashable, Sendable {
    let action: String
    let policyVersion: String
    let rule: SourceLocation
    let refundGraceMilliseconds: Int64

    init(_ terms: ChargeTerms) {
        action = terms.action
        policyVersion = terms.policyVersion
        rule = terms.rule
        refundGraceMilliseconds = terms.refundGraceMilliseconds
    }
}

extension CountedLimit {
    fileprivate init(_ limit: LimitCheck, number: Int64) {
        var windowStart: Int64?
        if case .calendar(let from, _) = limit.window { windowStart = from.rawValue }
        self.init(
            limit: number,
            scope: limit.scope,
            windowStart: windowStart,
            amount: limit.amount,
            givesBack: limit.givesBack
        )
    }
}
