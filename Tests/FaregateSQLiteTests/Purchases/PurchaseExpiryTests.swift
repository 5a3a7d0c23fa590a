import Faregate
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite("Credits of a purchase that expire") struct PurchaseExpiryTests {
    private let day: Int64 = 24 * hour
    private var expiring: Purchase { Sale.purchase(lifetimeMilliseconds: 30 * 24 * hour) }

    private func days(_ count: Int64) -> Timestamp { newYear.advanced(byMilliseconds: count * day) }

    @Test("Purchased credits live from the moment of their grant")
    func lifetime() async throws {
        try await withTill(expiring) { till in
            try await till.tell(.paid(), at: days(3))
            try await till.expectWorth(100, at: days(33).advanced(byMilliseconds: -1))
            try await till.expectWorth(0, at: days(33))
        }
    }

    @Test("Expired credits of a purchase never become debt: a reversal takes them first, and they return as expired")
    func takenBackAfterwards() async throws {
        try await withTill(expiring, opening: 50) { till in
            try await till.tell(.paid())
            let charge = try await till.ledger.hold(.generate(cost: 80))
            _ = try await till.ledger.settle(charge, at: newYear)
            // The purchase is spent first, since it expires. 20 of it do, and the plan's 50 stay.
            try await till.expectWorth(50, at: days(40))
            try await till.tell(.dispute(.withdrawn, 800), at: days(40))
            // Of the 80 that are taken back, 20 are gone already, 50 are there, and 10 are owed.
            try await till.expectWorth(-10, at: days(40))
            try await till.expectRightBooks()
            try await till.tell(.dispute(.won, 800), at: days(90))
            try await till.expectWorth(50, at: days(90))
            try await till.expectRightBooks()
        }
    }

    @Test("Unexpired credits that return after a dispute live for their full lifetime")
    func restored() async throws {
        try await withTill(expiring) { till in
            try await till.tell(.paid())
            try await till.tell(.dispute(.withdrawn), at: days(29))
            try await till.expectWorth(0, at: days(29))
            try await till.tell(.dispute(.won), at: days(100))
            try await till.expectWorth(100, at: days(129))
            try await till.expectWorth(0, at: days(130))
            try await till.expectRightBooks()
        }
    }

    /// Each refund of a tenth takes ten credits; each that fails gives them back.
    @Test("Refunds that all fail leave the credits as they were")
    func stepByStep() async throws {
        try await withTill(expiring, opening: 15) { till in
            try await till.tell(.paid())
            // 60 are spent, 40 expire.
            let charge = try await till.ledger.hold(.generate(cost: 60))
            _ = try await till.ledger.settle(charge, at: newYear)
            let refunds = (1...10).map { "re_\($0)" }
            var worths = [try await till.worth(at: days(40))]
            for refund in refunds {
                try await till.tell(.refund(100, re: refund), at: days(40))
                worths.append(try await till.worth(at: days(40)))
            }
            #expect(worths == [15, 15, 15, 15, 15, 5, -5, -15, -25, -35, -45])
            try await till.expectRightBooks()
            for (number, refund) in refunds.enumerated() {
                try await till.tell(.refund(100, .failed, re: refund), at: days(50))
                worths.append(try await till.worth(at: days(50)))
                #expect(worths.last == worths[9 - number])
            }
            try await till.expectRightBooks()
        }
    }
}
