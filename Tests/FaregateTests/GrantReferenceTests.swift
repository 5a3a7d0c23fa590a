import Faregate
import Testing

@Suite struct GrantReferenceTests {
    @Test(
        "What plans and purchases grant under is reserved",
        arguments: ["plan:free:month:1", "opening:free:once", "pur_0123456789abcdef", "stripe:pur_0123456789abcdef"]
    )
    func reserved(reference: String) {
        #expect(throws: InvalidInput.self) { try GrantReference(reference) }
    }

    @Test(
        "Other references are the app's",
        arguments: ["welcome", "plan", "planner:1", "purple", "order:purple", ":", "a:b:pur"])
    func others(reference: String) throws {
        #expect(try GrantReference(reference).rawValue == reference)
    }
}
