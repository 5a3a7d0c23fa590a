import Faregate

/// The terms of a charge as a connection knows them.
final class NumberedTerms {
    /// Kept, so that no other terms can have their identity.
    let terms: ChargeTerms
    let limits: [NumberedLimit]
    /// The limits that only count.
    let shadows: [NumberedLimit]
    /// What the charge's row keeps of the limits; nil where there are none.
    let counted: FixedText?
    /// Nil until something is charged under them.
    fileprivate var price: Int64?
    private let shape: ChargeShape

    init(_ terms: ChargeTerms, _ numbers: [LimitNumber]) throws(SQLiteError) {
        // In one place one would overwrite what the other counts.
        guard Set(terms.limits.map { [$0.counter, $0.scope.rawValue] }).count == terms.limits.count else {
            throw .inconsistent("two limits of a charge count in the same place")
        }
        self.terms = terms
        limits = zip(terms.limits, numbers).map(NumberedLimit.init)
        shadows = limits.filter { !$0.check.isEnforced }
        counted = CountedLimit.text(limits.map(CountedLimit.init)).map(FixedText.init)
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

/// A limit, and the number by which the ledger knows it.
final class NumberedLimit {
    let check: LimitCheck
    let number: LimitNumber

    init(_ check: LimitCheck, _ number: LimitNumber) {
        self.check = check
        self.number = number
    }

    /// Where it counts in the row of the account.
    var slot: Slot? { number.slot(for: check.scope, isRolling: check.isRolling) }

    /// What counts nothing always fits.
    var max: Int64 { check.amount > 0 ? check.max : .max }
}

extension Connection {
    /// At most so many are remembered: those of calls that each count another amount come once and never again.
    private static let maximumTerms = 256

    /// Terms that are new get their numbers.
    func numbered(_ terms: ChargeTerms) throws(SQLiteError) -> NumberedTerms {
        if let known = remembered(terms) { return known }
        var numbers: [LimitNumber] = []
        for limit in terms.limits { numbers.append(try number(of: limit)) }
        return try remember(NumberedTerms(terms, numbers))
    }

    /// A price that is new gets a number too.
    func price(of terms: NumberedTerms) throws(SQLiteError) -> Int64 {
        if let price = terms.price { return price }
        let price = try number(of: PriceName(terms.terms))
        terms.price = price
        return price
    }

    /// Nil where a limit has counted nothing yet.
    func knownNumbers(of terms: ChargeTerms) throws(SQLiteError) -> NumberedTerms? {
        if let known = remembered(terms) { return known }
        var numbers: [LimitNumber] = []
        for limit in terms.limits {
            guard let number = try knownNumber(of: limit) else { return nil }
            numbers.append(number)
        }
        return try remember(NumberedTerms(terms, numbers))
    }

    private func remembered(_ terms: ChargeTerms) -> NumberedTerms? {
        if let latestTerms, latestTerms.terms === terms { return latestTerms }
        latestTerms = knownTerms[ObjectIdentifier(terms)]
        return latestTerms
    }

    private func remember(_ terms: NumberedTerms) -> NumberedTerms {
        if knownTerms.count >= Connection.maximumTerms { knownTerms.removeAll() }
        knownTerms[ObjectIdentifier(terms.terms)] = terms
        latestTerms = terms
        return terms
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
    fileprivate init(_ limit: NumberedLimit) {
        var windowStart: Int64?
        if case .calendar(let from, _) = limit.check.window { windowStart = from.rawValue }
        self.init(
            limit: limit.number.id,
            scope: limit.check.scope,
            windowStart: windowStart,
            amount: limit.check.amount,
            givesBack: limit.check.givesBack
        )
    }
}
