import Faregate
import FaregateTesting
import TestSupport
import Testing

/// The value of any mixture of facts.
@Suite("A purchase with any seven facts", .endsWhenStuck) struct PurchaseSetTests {
    static let purchase = Sale.purchase(credits: 333, product: "price_1")

    /// All facts that can happen to an order, including a second payment and a second dispute.
    static let alphabet: [Purchase.Fact] = [
        .pending(), .failed(), .expired, .paid(1200, tax: 200), .paid(900, "pi_2"), .approved,
        .refund(370, re: "re_1"), .refund(370, .failed, re: "re_1"), .refund(450, .pending, re: "re_2"),
        .soFar(500, of: "ch_1"), .refund(200, re: "re_3"),
        .dispute(.opened), .dispute(.withdrawn), .dispute(.won), .dispute(.lost, 250, "dp_2"),
        .bought("price_1"), .bought("price_2"), .bought("price_2", 1, "pi_2"),
    ]

    /// The sets of up to seven facts, as bits of a number.
    static let sets = (0..<1 << alphabet.count).filter { $0.nonzeroBitCount <= 7 }

    private static func facts(_ set: Int) -> [Purchase.Fact] {
        alphabet.indices.filter { set >> $0 & 1 == 1 }.map { alphabet[$0] }
    }

    @Test("The value of each set of facts is that of a simple reference calculation")
    func plainly() {
        for set in Depth.sample(Self.sets, quick: 6000) {
            let facts = Self.facts(set)
            let position = Purchase.Position(of: Self.purchase, given: facts)
            let plain = PlainReading(of: Self.purchase, facts)
            guard PlainReading(position) != plain else { continue }
            Issue.record("\(facts): \(position), read plainly \(plain)")
            return
        }
    }

    @Test("The value of a purchase is the same in every order of up to five facts")
    func everyOrder() {
        for set in Depth.sample(Self.sets.filter { $0.nonzeroBitCount <= 5 }, quick: 200) {
            let facts = Self.facts(set)
            let expected = Purchase.Position(of: Self.purchase, given: facts)
            for order in permutations(facts.count) {
                let position = Purchase.Position(of: Self.purchase, given: order.map { facts[$0] })
                guard position != expected else { continue }
                Issue.record("\(order.map { facts[$0] }): \(position), in another order \(expected)")
                return
            }
        }
    }

    @Test("The value of a purchase is the same in sampled orders of each set, with repeats")
    func someOrders() {
        var random = SeededGenerator(seed: seed)
        for set in Depth.sample(Self.sets, quick: 3000) {
            let facts = Self.facts(set)
            let expected = Purchase.Position(of: Self.purchase, given: facts)
            for _ in 0..<4 {
                let order = (facts + facts.filter { _ in Bool.random(using: &random) }).shuffled(using: &random)
                let position = Purchase.Position(of: Self.purchase, given: order)
                guard position != expected else { continue }
                Issue.record("seed \(seed): \(order): \(position), in another order \(expected)")
                return
            }
        }
    }

    /// Heap's algorithm.
    private func permutations(_ count: Int) -> [[Int]] {
        var order = Array(0..<count)
        var all: [[Int]] = []
        func permute(_ length: Int) {
            guard length > 1 else { return all.append(order) }
            for place in 0..<length {
                permute(length - 1)
                order.swapAt(length.isMultiple(of: 2) ? place : 0, length - 1)
            }
        }
        permute(count)
        return all
    }
}

/// A reference calculation without regard for speed: each question goes over all facts again.
private struct PlainReading: Equatable {
    let credits: Int64
    let status: Purchase.Status
    let flags: Set<Purchase.Flag>

    init(_ position: Purchase.Position) {
        (credits, status, flags) = (position.credits.rawValue, position.status, position.flags)
    }

    init(of purchase: Purchase, _ facts: [Purchase.Fact]) {
        let has = { (fact: Purchase.Fact) in facts.contains(fact) }
        // The facts have two payments, which are paid in full or not at all.
        let hasFirst = has(.paid(1200, tax: 200)), hasSecond = has(.paid(900, "pi_2"))

        // Refunds name the first payment; ch_1 belongs to a payment only if there is just one.
        var refunded: Int64 = has(.refund(370, re: "re_1")) && !has(.refund(370, .failed, re: "re_1")) ? 370 : 0
        refunded += has(.refund(450, .pending, re: "re_2")) ? 450 : 0
        refunded += has(.refund(200, re: "re_3")) ? 200 : 0
        let failed: Int64 = has(.refund(370, .failed, re: "re_1")) ? 370 : 0
        let total: Int64 = has(.soFar(500, of: "ch_1")) ? 500 : 0
        var disputed: Int64 = has(.dispute(.withdrawn)) && !has(.dispute(.won)) ? 1000 : 0
        disputed += has(.dispute(.lost, 250, "dp_2")) ? 250 : 0
        let isDisputed = has(.dispute(.opened)) && !has(.dispute(.withdrawn)) && !has(.dispute(.won))

        // Facts about pi_1 apply to the second payment if it is the only one, unless pi_1 is on its way.
        let isAwaited = has(.pending()) || has(.failed())
        let firstIsMeant = hasFirst
        let secondIsMeant = hasSecond && !hasFirst && !isAwaited
        let totalCounts = hasFirst != hasSecond

        // A refund of 200, or the part of the running total beyond the known refunds.
        let isOfTax = has(.refund(200, re: "re_3")) || totalCounts && total - refunded - failed == 200

        func kept(_ amount: Int64, _ isMeant: Bool) -> (credits: Int64, gone: Int64, status: Purchase.Status) {
            let live = isMeant ? refunded : 0
            let back = max(live, (totalCounts ? total : 0) - (isMeant ? failed : 0))
            let lost = isMeant ? disputed : 0
            let gone = min(amount, back + lost)
            var status = Purchase.Status.paid
            if back > 0 { status = back >= amount ? .refunded : .partlyRefunded }
            if isMeant && isDisputed { status = .disputed }
            if lost > 0 { status = .chargedBack }
            // The first payment has a tax of 200; a refund of that takes no share.
            let tax: Int64 = amount == 1200 && isMeant && isOfTax ? 200 : 0
            return (333 - 333 * (gone - tax) / (amount - tax), gone, status)
        }
        let first = kept(1200, firstIsMeant), second = kept(900, secondIsMeant)

        var flags: Set<Purchase.Flag> = []
        // Another product than was sold counts as little as another amount.
        let firstIsOther = has(.bought("price_2")), secondIsOther = has(.bought("price_2", 1, "pi_2"))
        let firstCounts = hasFirst && (!firstIsOther || has(.approved))
        let secondCounts = hasSecond && has(.approved)
        if hasSecond, !secondCounts, second.gone < 900 { flags.insert(.amountMismatch) }
        if hasSecond, !secondCounts, secondIsOther, second.gone < 900 { flags.insert(.packMismatch) }
        if hasFirst, !firstCounts, first.gone < 1200 { flags.insert(.packMismatch) }
        if hasFirst, hasSecond, first.gone < 1200, second.gone < 900 { flags.insert(.paidTwice) }
        if hasFirst, hasSecond, total > 0 { flags.insert(.strayClaim) }
        self.flags = flags

        switch (firstCounts, secondCounts) {
        case (false, false):
            credits = 0
            if hasFirst {
                status = hasSecond || first.gone < 1200 ? .held : first.status
            } else if hasSecond {
                status = second.gone < 900 ? .held : second.status
            } else if has(.pending()) && !has(.failed()) {
                status = .pending
            } else if has(.expired) {
                status = .expired
            } else {
                status = has(.failed()) ? .failed : .opened
            }
        case (true, false): (credits, status) = (first.credits, first.status)
        case (false, true): (credits, status) = (second.credits, second.status)
        case (true, true):
            // The second payment is untouched: all refunds name the first.
            (credits, status) = (333, .paid)
        }
    }
}
