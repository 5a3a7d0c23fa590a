package import Faregate
import FaregateTesting

extension LedgerBackend {
    /// Small books for an audit to look at: ana has three grants and bob one; charge 1 is settled, 2 is held, 3 was
    /// paid by two grants, 4 left a debt.
    package func keepBooks() async throws {
        let later = newYear.advanced(byMilliseconds: 1)
        try await give(100, reference: "promo")
        try await give(7, reference: "old", priority: -1, expiresAt: later)
        try await refresh("ana", under: PlanBook.empty, at: later)
        let one = try await hold(.generate(limits: limits), at: later)
        _ = try await settle(one, at: later)
        _ = try await hold(.generate(key: try IdempotencyKey("k")), at: later)
        try await give(3, reference: "first", priority: -2, at: later)
        let three = try await hold(.generate(cost: 12), at: later)
        _ = try await settle(three, at: later)
        try await give(5, to: "bob", reference: "start", at: later)
        let four = try await hold(.generate(for: "bob", cost: 5), at: later)
        _ = try await settle(four, Settlement(cost: 20, overrun: .debt, debtLimit: 100), at: later)
    }
}

private let limits = [
    LimitCheck(
        name: "day",
        counter: "generate/calls per day by account",
        max: 10,
        window: .calendar(from: newYear, until: newYear.advanced(byMilliseconds: 24 * hour)),
        givesBack: true
    ),
    LimitCheck(
        name: "hour",
        counter: "generate/calls within 1h by account",
        max: 10,
        window: .rolling(milliseconds: hour),
        givesBack: true
    ),
]
