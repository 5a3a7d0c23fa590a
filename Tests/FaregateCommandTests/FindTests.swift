import Foundation
import Testing

/// `faregate find`
@Suite struct FindTests {
    @Test("The find command lists accounts by a part of their id, with plan, credits and suspension")
    func found() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana@example.com", "5")
            _ = try faregate("grant", "Joanna@example.com", "5")
            _ = try faregate("suspend", "ana@example.com", "--reason", "fraud")
            let answer = try faregate("find", "ANA@")
            #expect(answer.status == 0 && answer.error == "")
            let lines = answer.output.split(separator: "\n")
            try #require(lines.count == 2)
            #expect(lines[0] == "account          plan  credits")
            #expect(lines[1].hasPrefix("ana@example.com  free       55  suspended since 2"))

            let json = try faregate("find", "example", "--json").json()
            let accounts = try #require(json["accounts"] as? [[String: Any]])
            #expect(accounts.map { $0["account"] as? String } == ["ana@example.com", "Joanna@example.com"])
            try #require(accounts.count == 2)
            #expect(accounts[1]["remaining"] as? Int == 55 && accounts[1]["plan"] as? String == "free")
            #expect(json["hasMore"] as? Bool == false)
        }
    }

    @Test("The find command says when there are more accounts, and when no account matches")
    func moreOrNone() throws {
        try Tool.inFolder { faregate in
            for account in ["ana", "anabel", "bob"] { _ = try faregate("grant", account, "5") }
            let some = try faregate("find", "ana", "--count", "1")
            #expect(some.output.contains("\nana ") && !some.output.contains("anabel"))
            #expect(some.error == "there are more accounts; give a longer part of the id, or --count up to 500\n")
            let none = try faregate("find", "zoe")
            #expect(none.status == 1 && none.output == "")
            #expect(none.error == "faregate find: no account has \"zoe\" in its id\n")
            #expect(try faregate("find", "").status == 2)
        }
    }
}
