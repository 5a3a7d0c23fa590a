import Foundation
import Testing

/// Manual withdrawals of credits.
@Suite struct AdjustTests {
    @Test("The adjust command takes a mistaken grant back, and the history shows the reason")
    func mistake() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "1000", "--reference", "mistyped")
            let taken = try faregate(
                "adjust", "ana", "-900", "--from", "mistyped", "--reason", "a zero too many", "--by", "eva")
            #expect(taken.status == 0)
            let text = "took 900 credits from ana\n  900 from mistyped (adjustment)\nana has 150 credits\n"
            #expect(taken.output == text)
            #expect(try faregate("history", "ana").output.contains("a zero too many"))
            #expect(try faregate.column("SELECT by || ': ' || reason FROM notes") == ["eva: a zero too many"])
            #expect(try faregate("audit").status == 0)
        }
    }

    @Test("The adjust command takes nothing if the balance is smaller, and prints the balance")
    func refused() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "10", "--reference", "gift")
            let less = try faregate("adjust", "ana", "-70", "--reason", "x")
            #expect(less.status == 1)
            #expect(
                less.error
                    == "faregate adjust: ana has 60 credits (--debt makes the rest a debt); nothing was taken\n")
            let grant = try faregate("adjust", "ana", "-70", "--from", "gift", "--reason", "x")
            #expect(grant.status == 1)
            #expect(grant.error.contains("grant \"gift\" of ana has 10 credits left"))
            let unknown = try faregate("adjust", "ana", "-70", "--from", "other", "--reason", "x")
            #expect(unknown.status == 1)
            #expect(unknown.error.contains("ana has no grant with the reference \"other\""))
            #expect(try faregate("adjust", "nobody", "-70", "--reason", "x").status == 1)
            let owed = try faregate("adjust", "ana", "-70", "--debt", "--reason", "x", "--json").json()
            #expect(owed["owed"] as? Int == 10 && owed["isNew"] as? Bool == true)
            #expect((owed["balance"] as? [String: Any])?["debt"] as? Int == 10)
            #expect(try faregate("history", "ana").output.contains("owes 10 more"))
        }
    }

    @Test("The adjust command takes credits once per reference")
    func repeated() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "10")
            let words = ["adjust", "ana", "-5", "--reason", "x", "--reference", "ticket 7"]
            _ = try faregate.run(words)
            let again = try faregate.run(words)
            #expect(again.status == 0)
            #expect(again.output.hasPrefix("already taken away under this reference; nothing more was taken\n"))
            #expect(again.output.hasSuffix("ana has 55 credits\n"))
            let other = try faregate("adjust", "ana", "-6", "--reason", "x", "--reference", "ticket 7")
            #expect(other.status == 1 && other.error.contains("this reference was used"))
        }
    }

    @Test(
        "The adjust command requires a negative number and a reason",
        arguments: ["900", "+900", "0", "-0", "x", "-9e3"])
    func misused(number: String) throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("adjust", "ana", number, "--reason", "x")
            #expect(answer.status == 2)
            let isPositive = number.hasSuffix("900")
            #expect(answer.error.contains("to give them: faregate grant ana 900") == isPositive)
            #expect(try faregate("adjust", "ana", "-9").status == 2)
        }
    }
}
