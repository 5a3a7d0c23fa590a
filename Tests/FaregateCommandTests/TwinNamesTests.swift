import Foundation
import Testing

/// Two spellings of "é" are equal for Swift, and two names for a ledger.
@Suite("Names that differ only in their bytes")
struct TwinNamesTests {
    private static let twins = ["jos\u{E9}", "jose\u{301}"]

    private func withTwins(_ body: (Tool) throws -> Void) throws {
        try Tool.inFolder { faregate in
            for name in Self.twins {
                // Five calls of 10 credits are paid, and the sixth is refused.
                for _ in 0..<6 {
                    _ = try faregate("run", "generate", "--account", name, "--member", name, "--", "true")
                }
            }
            for name in Self.twins {
                _ = try faregate("grant", "10", "--account", "ana", "--reference", name, "--by", "t", "--reason", "r")
                _ = try faregate("run", "generate", "--account", "ana", "--member", name, "--", "true")
            }
            try body(faregate)
        }
    }

    private func bytes(_ names: [String]) -> [[UInt8]] { names.map { Array($0.utf8) } }

    @Test("An export has a row for each account and each member")
    func export() throws {
        try withTwins { faregate in
            for grouping in ["account", "member"] {
                let text = try faregate("export", "--jsonl", "--since", "1d", "--by", grouping).output
                let rows = try text.split(separator: "\n").map {
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
                }
                let names = rows.compactMap { $0[grouping] as? String }.filter { $0 != "ana" }
                #expect(bytes(names) == bytes([Self.twins[1], Self.twins[0]]), "in the order of the bytes")
            }
        }
    }

    @Test("Usage has a line for each member, and refusals for each account")
    func groups() throws {
        try withTwins { faregate in
            let usage = try faregate("usage", "ana", "--by", "member", "--json").json()["groups"] as? [[String: Any]]
            #expect(usage?.count == 2 && usage?.allSatisfy { $0["calls"] as? Int == 1 } == true)
            let refusals = try faregate("refusals", "--by", "account", "--json").json()["groups"] as? [[String: Any]]
            #expect(refusals?.count == 2 && refusals?.allSatisfy { $0["refusals"] as? Int == 1 } == true)
        }
    }

    @Test("A search takes a % before a mark as it is, and a wrong id gets a hint to the one that looks alike")
    func find() throws {
        try Tool.inFolder { faregate in
            let account = "garc\u{ED}a.lopez@example.com", twin = "garci\u{301}a.lopez@example.com"
            _ = try faregate("run", "generate", "--account", account, "--", "true")
            _ = try faregate("run", "generate", "--account", "a%\u{301}b", "--", "true")
            _ = try faregate("run", "generate", "--account", "c\u{301}", "--", "true")
            let found = try faregate("find", "%\u{301}", "--json").json()["accounts"] as? [[String: Any]]
            #expect(found?.count == 1)
            let answer = try faregate("balance", twin)
            #expect(answer.status == 1 && answer.error.utf8.contains(0xAD), "names the account in its own spelling")
        }
    }
}
