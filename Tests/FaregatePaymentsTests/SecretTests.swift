import Faregate
import FaregatePayments
import Testing

@Suite struct SecretTests {
    @Test func aSecretDoesntPrintItself() throws {
        let secret = try Secret("whsec_do_not_show")
        var dumped = ""
        dump(secret, to: &dumped)
        dump([secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\([secret])", "\(["key": secret])", dumped] {
            #expect(!text.contains("do_not_show"))
        }
        #expect("\(secret)" == "•••")
    }

    @Test(arguments: ["", " ", "whsec_a\n", " whsec_a", "whsec a", "whsec_\u{0}", "whsec_é", "whsec_\u{7F}"])
    func whatCantBeASecretIsRefusedWithoutBeingRepeated(text: String) {
        let error = #expect(throws: InvalidInput.self) { try Secret(text) }
        #expect(error?.description.contains("whsec") == false)
    }

    @Test func aSecretHas1024CharactersAtMost() throws {
        _ = try Secret(String(repeating: "a", count: 1024))
        #expect(throws: InvalidInput.self) { try Secret(String(repeating: "a", count: 1025)) }
    }
}
