import Testing

@Suite("The note about an attribute that changes nothing") struct AttributeNoteTests {
    private let note = "note: the price and the limits of generate don't depend on \"sise\"; did you mean \"size\"?\n"

    @Test("The price command prints it for a misspelled attribute, and not for one that a rule compares")
    func price() throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let misspelled = try faregate("price", "generate", "--attribute", "sise=large")
            #expect(misspelled.status == 0 && misspelled.error == note)
            #expect(try faregate("price", "generate", "--attribute", "size=large").error == "")
        }
    }

    @Test("The run command prints it too")
    func run() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "100")
            let words = ["run", "generate", "--account", "ana", "--attribute", "sise=large", "--", "true"]
            let answer = try faregate.run(words)
            #expect(answer.status == 0 && answer.error.contains(note))
        }
    }
}
