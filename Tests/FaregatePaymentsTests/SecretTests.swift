import Faregate
import FaregatePayments
import Testing

@Suite struct SecretTests {
    @Test("A secret does not print its text")
    func printing() throws {
        let secret = try Secret("whsec_do_not_show")
        var dumped = ""
        dump(secret, to: &dumped)
        dump([secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\([secret])", "\(["key": secret])", dumped] {
            #expect(!text.contains("do_not_show"))
        }
        #expect("\(secret)" == "•••")
    }

    @Test("A mark that joins a secret's first or last character doesn't hide the secret")
    func marks() throws {
        let secret = try Secret("whsec_do_not_show")
        let text = secret.redacted(from: "a \u{600}whsec_do_not_show, a whsec_do_not_show\u{301} and another")
        #expect(text.utf8.elementsEqual("a \u{600}•••, a •••\u{301} and another".utf8))
    }

    @Test(
        "A text that can't be a secret is refused without being repeated",
        arguments: ["", " ", "whsec_a\n", " whsec_a", "whsec a", "whsec_\u{0}", "whsec_é", "whsec_\u{7F}"])
    func refused(text: String) {
        let error = #expect(throws: InvalidInput.self) { try Secret(text) }
        #expect(error?.description.contains("whsec") == false)
    }

    @Test("A secret has at most 1024 characters")
    func length() throws {
        _ = try Secret(String(repeating: "a", count: 1024))
        #expect(throws: InvalidInput.self) { try Secret(String(repeating: "a", count: 1025)) }
    }
}
