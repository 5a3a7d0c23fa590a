import Faregate
import Testing

@Suite("References of grants") struct GrantReferenceTests {
    @Test(
        "The references of plans and purchases are reserved",
        arguments: ["plan:free:month:1", "opening:free:once", "pur_0123456789abcdef", "stripe:pur_0123456789abcdef"]
    )
    func reserved(reference: String) {
        #expect(throws: InvalidInput.self) { try GrantReference(reference) }
    }

    @Test(
        "Any other reference can be used by the app",
        arguments: ["welcome", "plan", "planner:1", "purple", "order:purple", ":", "a:b:pur"])
    func others(reference: String) throws {
        #expect(try GrantReference(reference).rawValue == reference)
    }
}
