import Testing

@testable import Faregate

@Suite("The plans that a gate remembers") struct KnownPlansTests {
    @Test("A full cache is emptied by a new account, and not by one that it has")
    func full() {
        let plans = KnownPlans(maximumCount: 2)
        plans.remember("lite", of: "ana")
        plans.remember("pro", of: "ben")
        plans.remember("pro", of: "ana")
        #expect(plans.plan(of: "ana", otherwise: nil) == "pro" && plans.plan(of: "ben", otherwise: nil) == "pro")
        plans.remember(nil, of: "eva")
        #expect(
            plans.plan(of: "ana", otherwise: "free") == "free" && plans.plan(of: "ben", otherwise: "free") == "free")
        #expect(plans.plan(of: "eva", otherwise: "free") == nil)
    }

    @Test("A missing plan is reported once, and only the first 1,000 are reported")
    func reported() {
        let plans = ReportedPlans()
        #expect((1...1000).allSatisfy { plans.add("plan \($0)") })
        #expect(!plans.add("plan 1") && !plans.add("plan 1001"))
    }
}
