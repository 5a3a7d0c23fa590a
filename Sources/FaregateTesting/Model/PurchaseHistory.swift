import Faregate
import Foundation

/// Generates random operations on purchases from a seed: those of shops, of providers and of people.
struct PurchaseHistory {
    static let accounts: [AccountID] = ["ana", "ben"]

    private var random: SeededGenerator
    private(set) var now = Timestamp(rawValue: 1_767_225_600_000)
    private var bodies = 0
    /// The largest number of purchases. There are few, so that many events concern the same purchase.
    private let purchases: Int

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        // Sometimes there are more purchases than an account may have open.
        purchases = Int.random(in: 0..<4, using: &random) == 0 ? 60 : 3
        self.random = random
    }

    mutating func next() -> PurchaseOperation {
        let pauses: [Int64] = [1, 1, 1, 1, 60_000, 3_600_000, 20 * 86_400_000, 31 * 86_400_000]
        now = now.advanced(byMilliseconds: pauses.randomElement(using: &random) ?? 1)
        switch Int.random(in: 0..<29, using: &random) {
        case 0..<3: return record()
        case 3..<5: return attach()
        case 5..<16: return receive()
        case 16..<18: return .retry(someEvent(), reading().reading)
        case 18..<20: return recordEvents()
        case 20: return .decide(.approve, somePurchase())
        case 26, 27: return .decide(.count(claim: someClaim(), Sale.usd(part())), somePurchase())
        case 28: return adopt()
        case 21: return .dismiss(someEvent())
        case 22: return .keep(customer: someCustomer(), someAccount())
        case 23:
            return Bool.random(using: &random) ? .forget(someAccount()) : .drop(customer: someCustomer(), someAccount())
        default: return .performHousekeeping
        }
    }

    // MARK: Operations of shops

    private mutating func number() -> Int { Int.random(in: 1...purchases, using: &random) }

    private mutating func somePurchase() -> Purchase.ID {
        (try? Purchase.ID("pur_\(number())")) ?? "pur_1"
    }

    private mutating func someAccount() -> AccountID {
        PurchaseHistory.accounts.randomElement(using: &random) ?? "ana"
    }

    private mutating func someCustomer() -> String { "cus_\(Int.random(in: 1...2, using: &random))" }

    private mutating func record() -> PurchaseOperation {
        .record(purchase())
    }

    private mutating func purchase() -> Purchase {
        let allowsDiscounts = Bool.random(using: &random)
        return Sale.purchase(
            somePurchase(), of: someAccount(), product: "price_1", actions: RandomHistory.purpose(using: &random),
            allowsDiscounts: allowsDiscounts
        )
    }

    private mutating func adopt() -> PurchaseOperation {
        var events: [Purchase.Event] = []
        if case .facts(let read) = reading().reading { events = read }
        return .adopt(purchase(), events)
    }

    /// The id of a refund, a dispute, or the payment of a running total.
    private mutating func someClaim() -> String {
        ["re_0", "re_1", "re_2", "dp_0", "dp_1", "pi_1", "pi_2"].randomElement(using: &random) ?? "re_0"
    }

    private mutating func part() -> Int64 { Int64.random(in: 0...1200, using: &random) }

    private mutating func attach() -> PurchaseOperation {
        let number = number()
        let until = Bool.random(using: &random) ? now.advanced(byMilliseconds: 3_600_000) : nil
        guard let url = URL(string: "https://pay.example/cs_\(number)"), let id = try? Purchase.ID("pur_\(number)")
        else {
            return .performHousekeeping
        }
        return .attach(Purchase.Checkout(purchase: id, id: "cs_\(number)", url: url, expiresAt: until))
    }

    // MARK: Events of providers

    private mutating func someEvent() -> Inbox.Event.ID {
        Inbox.Event.ID(provider: "stripe", event: "evt_\(Int.random(in: 0..<30, using: &random))")
    }

    private mutating func receive() -> PurchaseOperation {
        bodies += 1
        let event = Inbox.Event(id: someEvent(), type: "t", body: Data("body \(bodies)".utf8))
        let (reading, isForeign) = reading()
        return .receive(event, reading, isForeign: isForeign)
    }

    private mutating func recordEvents() -> PurchaseOperation {
        var events: [Purchase.Event] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            if case .facts(let read) = reading().reading { events += read }
        }
        return .recordEvents(events, isRehearsal: Bool.random(using: &random))
    }

    /// Half of all events belong to another business.
    private mutating func reading() -> (reading: Inbox.Reading, isForeign: Bool) {
        let isOther = Bool.random(using: &random)
        let names = isOther ? foreignNames() : names()
        let isForeign = isOther && names.purchase?.hasPrefix("pur_") != true
        let email = "\(Int.random(in: 0..<1000, using: &random))@example.com"
        let billing = Bool.random(using: &random) ? Purchase.BillingDetails(email: email) : nil
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return (.unreadable("odd", Bool.random(using: &random) ? names : nil), isForeign)
        case 1: return (.nothing, false)
        case 2: return (.facts([Purchase.Event(names: names, fact: .paid(-1))]), isForeign)
        default: return (.facts([Purchase.Event(names: names, fact: fact(), billing: billing)]), isForeign)
        }
    }

    /// Ids of recorded orders. Sometimes ids of two orders are mixed.
    private mutating func names() -> Purchase.Names {
        let order = number()
        let stray = Int.random(in: 0..<12, using: &random) == 0 ? number() : order
        let parts = Int.random(in: 1...7, using: &random)
        return Purchase.Names(
            purchase: parts & 1 > 0 ? "pur_\(stray)" : nil,
            checkout: parts & 2 > 0 ? "cs_\(order)" : nil,
            payments: parts & 4 > 0 ? ["pi_\(stray)"] + (Bool.random(using: &random) ? ["ch_\(order)"] : []) : []
        )
    }

    private mutating func foreignNames() -> Purchase.Names {
        let claim = [nil, "pur_1", "order 4711"].randomElement(using: &random) ?? nil
        // An event with the id of one of our purchases may be matched to it, so no other event has the same checkout or
        // payment.
        let order = (claim == "pur_1" ? "claim" : "other") + "_\(Int.random(in: 1...3, using: &random))"
        return Purchase.Names(
            purchase: claim,
            checkout: Bool.random(using: &random) ? "cs_\(order)" : nil,
            payments: Bool.random(using: &random) ? ["pi_\(order)"] : []
        )
    }

    private mutating func fact() -> Purchase.Fact {
        let payment = ["pi_1", "pi_2", "pi_3", "ch_1"].randomElement(using: &random) ?? "pi_1"
        let part = part()
        let discount = Purchase.Discount.of(1000 - min(1000, part))
        let euros = Sale.eur(part)
        let status = Purchase.RefundStatus.allCases.randomElement(using: &random) ?? .pending
        let step = Purchase.DisputeStep.allCases.randomElement(using: &random) ?? .opened
        let facts: [Purchase.Fact] = [
            .opened, .expired, .pending(payment), .failed(payment), .paid(1000, payment), .paid(1000, payment),
            .refund(part, status, re: "re_\(part % 3)", of: payment), .soFar(part, of: payment),
            .bought("price_1", 1, payment), .bought("price_1", part % 2 + 1, payment),
            .dispute(step, part, "dp_\(part % 2)", of: payment),
            .moved(part % 3 == 0 ? part : -part, "txn_\(part % 4)", "dp_\(part % 2)", of: payment),
            .paid(payment: payment, amount: Sale.usd(part), tax: part % 2, discount: discount),
            .paid(payment: payment, amount: Sale.usd(part), tax: 0, discount: .unknown),
            .refund(id: "re_\(part % 3)", payment: payment, amount: euros, status),
            .refundedSoFar(payment: payment, amount: part % 5 == 0 ? nil : euros),
            .dispute(id: "dp_\(part % 2)", payment: payment, amount: euros, step),
        ]
        return facts.randomElement(using: &random) ?? .opened
    }
}
