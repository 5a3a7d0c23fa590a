import Faregate
import Testing

@Suite("The nearest name")
struct NearestNameTests {
    private let names = ["account", "cost", "count", "limits", "rules", "timeout", "title"]

    @Test(
        "The nearest name to a misspelling is the name that it meant",
        arguments: [
            ("cots", "cost"), ("Cost", "cost"), ("cosst", "cost"), ("limit", "limits"), ("limts", "limits"),
            ("timout", "timeout"), ("acount", "account"), ("titel", "title"), ("cost", "cost"),
        ]
    )
    func near(_ misspelled: String, _ meant: String) {
        #expect(nearestName(to: misspelled, among: names) == meant)
    }

    @Test(
        "There is no nearest name if none is similar",
        arguments: ["", "price", "x", "unlimited", String(repeating: "cost", count: 99)]
    )
    func far(_ misspelled: String) {
        #expect(nearestName(to: misspelled, among: names) == nil)
    }

    @Test("The nearest name doesn't depend on the order of names")
    func ties() {
        #expect(nearestName(to: "b", among: ["c", "a"]) == "a")
        #expect(nearestName(to: "b", among: ["a", "c"]) == "a")
        #expect(nearestName(to: "b", among: []) == nil)
    }
}
