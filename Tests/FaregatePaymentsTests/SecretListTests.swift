import Faregate
import Foundation
import Testing

@Suite struct SecretListTests {
    private func texts(_ secrets: [Secret]) -> [String] { secrets.map(\.text) }

    @Test(
        "Secrets are separated by commas or line breaks",
        arguments: [
            ("whsec_1", ["whsec_1"]), ("whsec_1,whsec_2", ["whsec_1", "whsec_2"]),
            (" whsec_1 ,\n\twhsec_2\r\n", ["whsec_1", "whsec_2"]), ("whsec_1\n\n,,whsec_2,", ["whsec_1", "whsec_2"]),
        ]
    )
    func lists(text: String, secrets: [String]) throws {
        #expect(texts(try Secret.list(from: text)) == secrets)
    }

    @Test(
        "A text that is not a list of secrets is refused without being repeated",
        arguments: [
            "", " \n", ",", "whsec_a b", "whsec_é", "whsec_1,whsec\u{7}2",
            (1...9).map { "whsec_\($0)" }.joined(separator: ","),
            String(repeating: "whsec_", count: 200), String(repeating: ",", count: 20_000),
        ]
    )
    func noList(text: String) {
        let error = #expect(throws: InvalidInput.self) { try Secret.list(from: text) }
        #expect(error?.description.contains("whsec") == false)
    }

    @Test("Secrets come from the environment, or from a file that it names")
    func sources() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID().uuidString)").path
        try Data("whsec_1\nwhsec_2\n".utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(texts(try Secret.list(named: "HOOK", in: ["HOOK": "whsec_3", "HOOK_FILE": ""])) == ["whsec_3"])
        #expect(texts(try Secret.list(named: "HOOK", in: ["HOOK_FILE": file, "HOOK": ""])) == ["whsec_1", "whsec_2"])
        #expect(try Secret.list(named: "HOOK", in: ["HOOK": "", "OTHER": "x"]).isEmpty)
        #expect(try Secret.one(named: "HOOK", in: [:]) == nil)
        #expect(try Secret.one(named: "HOOK", in: ["HOOK": "whsec_3"])?.text == "whsec_3")
        #expect(throws: InvalidInput.self) { try Secret.one(named: "HOOK", in: ["HOOK_FILE": file]) }
    }

    @Test(
        "A mistake names the variable and repeats neither the secret nor the path",
        arguments: [
            (["HOOK": "whsec a"], "HOOK: "),
            (["HOOK": "whsec_1", "HOOK_FILE": "/tmp/whsec"], "HOOK and HOOK_FILE are both set"),
            (["HOOK_FILE": "whsec_in_the_wrong_place"], "HOOK_FILE: the file can't be read"),
            (["HOOK_FILE": "/dev/null"], "HOOK_FILE: "), (["HOOK_FILE": "/"], "HOOK_FILE: "),
            (["HOOK_FILE": "/dev/zero"], "HOOK_FILE: "),
        ]
    )
    func mistakes(environment: [String: String], words: String) {
        let error = #expect(throws: InvalidInput.self) { try Secret.list(named: "HOOK", in: environment) }
        #expect(error?.description.hasPrefix(words) == true)
        #expect(error?.description.contains("whsec") == false)
    }

    @Test("A list of secrets prints none of them")
    func printing() throws {
        let secrets = try Secret.list(from: "whsec_do_not_show,whsec_do_not_show_2")
        var dumped = ""
        dump(secrets, to: &dumped)
        for text in ["\(secrets)", String(reflecting: secrets), dumped] { #expect(!text.contains("do_not_show")) }
        #expect("\(secrets)" == "[•••, •••]")
    }
}
