import Testing

/// A misspelled account is not opened silently.
@Suite("New accounts")
struct NewAccountTests {
    @Test(
        "A command that opens an account says so, with the most similar id",
        arguments: [["grant", "ana@exmaple.com", "5"], ["plan", "ana@exmaple.com", "free"]])
    func opened(words: [String]) throws {
        try Tool.inFolder { faregate in
            let first = try faregate("grant", "ana@example.com", "5")
            #expect(first.status == 0)
            #expect(first.error.contains("faregate grant: opened a new account, \"ana@example.com\" (--existing"))
            #expect(try faregate("grant", "ana@example.com", "5").error == "")
            let answer = try faregate.run(words)
            #expect(answer.status == 0)
            #expect(answer.error.contains("faregate \(words[0]): opened a new account, \"ana@exmaple.com\"; "))
            #expect(answer.error.contains("a similar one exists: \"ana@example.com\""))
            #expect(try faregate.run(words).error == "")
        }
    }

    @Test("With --existing, an account that the ledger lacks is refused and not opened")
    func existing() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            for words in [["grant", "anna", "5"], ["plan", "anna", "free"]] {
                let answer = try faregate.run(words + ["--existing"])
                #expect(answer.status == 1)
                #expect(
                    answer.error
                        == "faregate \(words[0]): the ledger has no account \"anna\"; did you mean \"ana\"?\n")
            }
            #expect(try faregate("balance", "anna").status == 1)
            #expect(try faregate("grant", "ana", "5", "--existing").status == 0)
        }
    }

    @Test("JSON says whether the account is new")
    func json() throws {
        try Tool.inFolder { faregate in
            for (words, isNew) in [
                (["grant", "ana", "5"], true), (["grant", "ana", "5"], false), (["plan", "ben", "free"], true),
                (["plan", "ben", "free"], false),
            ] {
                let answer = try faregate.run(words + ["--json"]).json()
                #expect(answer["isNewAccount"] as? Bool == isNew, "\(words)")
            }
        }
    }

    @Test("Every command that needs an account names the most similar id")
    func unknown() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            for words in [
                ["balance", "anna"], ["history", "anna"], ["usage", "anna"], ["standing", "anna"], ["plan", "anna"],
                ["refusals", "anna"], ["purchases", "anna"], ["adjust", "anna", "-1", "--reason", "x"],
                ["suspend", "anna", "--reason", "x"], ["forget", "anna", "--reason", "x", "--yes"],
            ] {
                let answer = try faregate.run(words)
                #expect(
                    answer.status == 1 && answer.error.contains("did you mean \"ana\"?"), "\(words): \(answer.error)")
            }
        }
    }
}
