import Faregate
import FaregateTesting
import Testing

@Suite("The figures of a ledger") struct FiguresTests {
    private let now = Timestamp(rawValue: 1_800_000_000_000)

    @Test("A ledger without anything to do has no problem, and neither has a call that has been open for a day")
    func none() {
        let dayAgo = now.advanced(byMilliseconds: -86_400_000)
        let figures = Ledger.Figures(accounts: 1, openHolds: 1, oldestHold: dayAgo, firstKeyExpiry: dayAgo)
        #expect(figures.problems(at: now) == [])
    }

    @Test("Each problem is named, with its number or time")
    func problems() {
        let before = now.advanced(byMilliseconds: -86_400_001)
        let figures = Ledger.Figures(
            accounts: 1, openHolds: 1, oldestHold: before, firstKeyExpiry: before, inboxDue: 1, inboxFlagged: 2,
            flaggedPurchases: 3)
        #expect(
            figures.problems(at: now) == [
                "a call has been open since \(before)",
                "keys that expired over a day ago have not been deleted: is a server running?",
                "payment events that are overdue: 1",
                "payment events to review: 2",
                "purchases to review: 3",
            ])
    }
}
