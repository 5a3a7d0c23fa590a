import Foundation
import Testing

/// Credits of a finished call that a person gives back.
@Suite struct RefundTests {
    /// The number of a new call.
    private func call(_ faregate: Tool, _ words: String...) throws -> String {
        let answer = try faregate.run(["run", "generate", "--account", "ana"] + words + ["--", "true"])
        #expect(answer.status == 0)
        return try #require(try faregate.column("SELECT max(id) FROM charges").first)
    }

    @Test("The refund command gives the credits back, and explain and history show who did it and why")
    func refund() throws {
        try Tool.inFolder { faregate in
            let charge = try call(faregate)
            let answer = try faregate("refund", charge, "--reason", "a blank picture", "--by", "eva")
            #expect(answer.status == 0)
            #expect(
                answer.output
                    == "gave 10 credits back to ana for charge \(charge)\n  they never expire\nana has 50 credits\n")
            let explained = try faregate("explain", charge).output
            #expect(explained.contains("generate cost 10 credits; 10 of them were given back later\n"))
            #expect(explained.contains(/given back +10 on \S+ by eva: a blank picture/))
            let json = try faregate("explain", charge, "--json").json()
            #expect((json["givenBack"] as? [String: Any])?["credits"] as? Int == 10)
            let history = try faregate("history", "ana").output
            #expect(history.contains(try Regex("\\+10 +given back for a call +\(charge)\\n")))
            #expect(history.contains("a blank picture (by eva)"))
            #expect(try faregate("audit").status == 0)
        }
    }

    @Test("A second refund of a call adds nothing, and says who made the first one")
    func repeated() throws {
        try Tool.inFolder { faregate in
            let charge = try call(faregate)
            let first = try faregate(
                "refund", charge, "--credits", "4", "--reason", "x", "--by", "eva", "--json"
            ).json()
            #expect(first["isNew"] as? Bool == true && first["account"] as? String == "ana")
            #expect((first["givenBack"] as? [String: Any])?["credits"] as? Int == 4)
            let again = try faregate("refund", charge, "--reason", "y", "--by", "kim")
            #expect(again.status == 0)
            #expect(
                again.output.hasPrefix("4 credits of charge \(charge): already given back on 20")
                    && again.output.contains("Z by eva\nnothing was added"))
            #expect(again.output.hasSuffix("\nana has 44 credits\n"))
            #expect(try faregate("refund", charge, "--reason", "y", "--json").json()["isNew"] as? Bool == false)
            #expect(try faregate("refund", charge, "--reason", "x", "--credits", "4").status == 0)
            #expect(try faregate("refund", charge, "--reason", "x", "--credits", "5").status == 1)
        }
    }

    @Test("The refund command says why it gives nothing back")
    func refused() throws {
        try Tool.inFolder { faregate in
            let charge = try call(faregate)
            let more = try faregate("refund", charge, "--credits", "11", "--reason", "x")
            #expect(more.status == 1)
            #expect(more.error == "faregate refund: charge \(charge) cost only 10 credits; nothing was given back\n")
            let unknown = try faregate("refund", "99", "--reason", "x")
            #expect(unknown.status == 1 && unknown.error.contains("the ledger has no charge 99"))
            _ = try faregate("run", "generate", "--account", "ana", "--", "false")
            let failed = try #require(try faregate.column("SELECT max(id) FROM charges").first)
            let refunded = try faregate("refund", failed, "--reason", "x")
            #expect(
                refunded.status == 1 && refunded.error.contains("charge \(failed) was refunded when its call ended"))
            try faregate.whileInUse {
                let open = try #require(try faregate.column("SELECT max(id) FROM charges").first)
                let answer = try faregate("refund", open, "--reason", "x")
                #expect(answer.status == 1)
                #expect(
                    answer.error.contains(
                        "charge \(open) is still open: it is settled or refunded when its call ends"))
            }
            #expect(try faregate("balance", "ana").output.contains(/remaining +30/))
        }
    }

    @Test(
        "The refund command requires the number of a charge, a reason, and at least 1 credit",
        arguments: [
            ["ana", "--reason", "x"], ["0", "--reason", "x"], ["-1", "--reason", "x"], ["1"], ["1", "--reason", ""],
            ["--reason", "x"], ["1", "2", "--reason", "x"], ["1", "--reason", "x", "--credits", "0"],
            ["1", "--reason", "x", "--credits", "-5"], ["1", "--reason", "x", "--credits", "1.5"],
            ["1", "--reason", "x", "--credits", "9007199254740992"],
            ["1", "--reason", String(repeating: "x", count: 501)],
        ])
    func misused(words: [String]) throws {
        try Tool.inFolder { faregate in
            _ = try call(faregate)
            #expect(try faregate.run(["refund"] + words).status == 2)
            #expect(try faregate("balance", "ana").output.contains(/remaining +40/))
        }
    }

    @Test("A grant can't use the reference of a refund")
    func reserved() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("grant", "ana", "5", "--reference", "refund:1")
            #expect(answer.status == 2 && answer.error.contains("faregate refund"))
        }
    }
}
