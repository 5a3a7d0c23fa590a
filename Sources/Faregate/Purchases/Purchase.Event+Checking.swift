extension Purchase.Event {
    /// The largest number of ids of one order.
    public static let maximumNames = 20

    /// Checks that a parsed event is within the bounds of what ledgers store.
    ///
    /// - Throws: ``InvalidInput`` unless the event has an id of its order (its purchase's id is enough) and at most
    ///   ``maximumNames`` ids of its checkout and payments, every id has 1 to 255 printable ASCII characters,
    ///   every amount is zero or more (a movement of a dispute's money may be negative), and every currency has 1 to 8
    ///   letters or digits.
    public func check() throws(InvalidInput) {
        let all = [names.checkout].compactMap(\.self) + names.payments
        guard !all.isEmpty || names.purchase != nil else { throw InvalidInput("the event has no id of an order") }
        guard all.count <= Purchase.Event.maximumNames else {
            throw InvalidInput(
                "the event has \(all.count) ids of one order; at most \(Purchase.Event.maximumNames) are allowed")
        }
        for name in all { try checkID(name, is: "an order's id") }
        try fact.check()
    }
}

extension Purchase.Fact {
    fileprivate func check() throws(InvalidInput) {
        switch self {
        case .opened, .expired, .approved: break
        // A cart checks its own bounds.
        case .pending(let payment), .bought(let payment, _), .paymentFailed(let payment): try check(payment)
        case .paid(let payment, let amount, let tax, let discount):
            try check(payment, amount)
            guard tax >= 0 else { throw InvalidInput("a tax can't be negative") }
            guard (discount.minorUnits ?? 0) >= 0 else { throw InvalidInput("a discount can't be negative") }
        case .refundedSoFar(let payment, let amount): try check(payment, amount)
        case .disputeMoved(let id, let payment, let movement, let amount):
            try check(payment, Money(minorUnits: amount.size, currency: amount.currency))
            try checkID(id, is: "the id of a dispute")
            try checkID(movement, is: "the id of a movement of money")
        case .counted(let id, let amount, _): try check(id, amount)
        case .refund(let id, let payment, let amount, _):
            try check(payment, amount)
            try checkID(id, is: "the id of a refund")
        case .dispute(let id, let payment, let amount, _):
            try check(payment, amount)
            try checkID(id, is: "the id of a dispute")
        }
    }

    private func check(_ payment: String, _ amount: Money? = nil) throws(InvalidInput) {
        try checkID(payment, is: "the id of a payment")
        guard let amount else { return }
        guard amount.minorUnits >= 0 else { throw InvalidInput("an amount can't be negative") }
        let letters = amount.currency.utf8
        guard (1...8).contains(letters.count), letters.allSatisfy({ Ascii.isLetter($0) || Ascii.isDigit($0) }) else {
            throw InvalidInput("a currency must be a code of letters or digits")
        }
    }
}

/// Only ASCII: ids with accented letters could be equal for Swift and not for a database, so that two refunds count as
/// one. No provider has such ids.
private func checkID(_ id: String, is what: String) throws(InvalidInput) {
    guard try checked(id, is: what).utf8.allSatisfy({ $0 < 0x80 }) else {
        throw InvalidInput("\(what) must be printable ASCII")
    }
}
