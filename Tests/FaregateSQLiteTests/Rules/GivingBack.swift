import Faregate
import FaregateTesting
import TestSupport

/// What the tests of credits that a person gives back have in common.
enum GivingBack {
    static let day: Int64 = 24 * hour
    static let later = newYear.advanced(byMilliseconds: 3 * day)

    static func request(_ charge: ChargeID, _ credits: Credits? = nil, plans: PlanBook = .empty) throws -> GiveBack {
        try GiveBack(charge, credits: credits, note: Ledger.Note(by: "eva", reason: "a blank picture"), plans: plans)
    }

    static func made(_ result: GiveBackResult) throws -> Ledger.GivenBack {
        guard case .givenBack(let made) = result else { throw TestFailure("not given back: \(result)") }
        return made
    }

    static func settled(
        _ ledger: any LedgerBackend, _ request: ChargeRequest = .generate()
    ) async throws -> ChargeID {
        let charge = try await ledger.hold(request)
        guard try await ledger.settle(charge, at: newYear) else { throw TestFailure("not settled") }
        return charge
    }
}
