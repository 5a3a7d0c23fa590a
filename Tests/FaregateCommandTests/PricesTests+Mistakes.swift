import Foundation
import Testing

/// Command lines and files from which no price list can be made.
extension PricesTests {
    @Test("Each mistake on the command line says what to do")
    func misuse() throws {
        try withFolder { faregate in
            for (words, status, text) in [
                (["--credits-per-dollar", "1"], 2, "2 providers (acme, other, …): choose with --provider NAME"),
                (["--provider", "acmee", "--credits-per-dollar", "1"], 1, #"did you mean "acme"?"#),
                (["--provider", "acme"], 2, "--credits-per-dollar"),
                (["--provider", "acme", "--credits-per-dollar", "0"], 2, "can't be 0"),
                (["--provider", "acme", "--credits-per-dollar", "x"], 2, "fraction or a number"),
                (["--provider", "acme", "--credits-per-dollar", "1"], 2, "--cached inside"),
                (["--provider", "acme", "--credits-per-dollar", "1", "--cached", "both"], 2, "takes inside or beside"),
                (["more"], 2, #"unexpected "more""#),
            ] as [([String], Int32, String)] {
                let answer = try run(faregate, words)
                #expect(answer.status == status && answer.error.contains(text), "\(words): \(answer.error)")
            }
            #expect(try faregate("prices", "export", "models.json").error.contains("say prices import"))
            let single = try faregate("prices", "import", "models.json", "--policies", "policies/chat.jsonc")
            #expect(single.status == 2 && single.error.contains("name the folder with --policies"))
        }
    }

    @Test(
        "A file that is no list of models is refused with the place of the mistake",
        arguments: [
            ("", "there is no list of models in this file"), ("[]", "a list of models can't be a list [...]"),
            ("{}", "there are no providers in this file"), (#"{ "a": 5 }"#, "a provider can't be a number"),
            (#"{ "a": {} }"#, #"this provider has no "models""#),
            (#"{ "a": { "models": [] } }"#, #""models" can't be a list"#),
            (#"{ "a": { "models": { "m": 1 } } }"#, "a model can't be a number"),
            (#"{ "a": { "models": { "m": { "cost": 1 } } } }"#, #""cost" can't be a number"#),
            (#"{ "a": { "models": { "m": {}, "m": {} } } }"#, "duplicate key"), ("{ \"a\": ", "never closed"),
        ])
    func nonsense(text: String, message: String) throws {
        try withFolder { faregate in
            try write(text, to: "models.json", faregate)
            let answer = try run(faregate, PricesTests.acme)
            #expect(answer.status == 1 && answer.error.contains(message), "\(answer.error)")
            #expect(answer.error.contains("models.json"))
        }
    }

    @Test("A file that is missing, a folder, or too large is refused")
    func unreadable() throws {
        try withFolder { faregate in
            let missing = try faregate("prices", "import", "nowhere", "--policies", "policies")
            #expect(missing.status == 3 && missing.error.contains("there is no such file"))
            #expect(try faregate("prices", "import", "policies", "--policies", "policies").status == 3)
            let large = faregate.path("models.json")
            #expect(truncate(large, 64 * 1024 * 1024 + 1) == 0)
            let answer = try run(faregate, PricesTests.acme)
            #expect(answer.status == 1 && answer.error.contains("at most 64 MiB"))
        }
    }

    @Test("A policy's test can name a model, and fails with the reason if the list lacks it")
    func policyTests() throws {
        let policy = """
            { "actions": { "chat": { "cost": { "prices": "model", "base": 1 } } },
              "prices": { "large-2": { "tokens": "1/100" } },
              "tests": [
                { "call": "chat", "attributes": { "model": "large-2" }, "units": { "tokens": 500 }, "expect": { "cost": 6 } },
                { "call": "chat", "attributes": { "model": "large-3" }, "expect": { "allowed": true } },
              ] }
            """
        try withFolder(policy: policy) { faregate in
            let answer = try faregate("check", "policies")
            #expect(answer.status == 1)
            #expect(
                answer.error.contains(#"can't be made: the price list has no model "large-3"; did you mean "large-2"?"#)
            )
            #expect(answer.error.contains("1 of 2 tests failed"))
        }
    }
}
