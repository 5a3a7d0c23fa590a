import FaregateSQLite
import Foundation
import Testing

/// A shop with a ledger and a folder of policies, for stories told in shell lines.
struct Shop {
    let faregate: Tool

    static let policy = """
        {
          "timezone": "Europe/Oslo",
          "actions": {
            "generate": {
              "cost": 10,
              "rules": [{ "when": { "size": "large" }, "cost": 25 }],
              "limits": [{ "max": 3, "per": "day" }],
            },
            "chat": { "cost": 2 },
          },
          "plans": {
            "free": { "grants": [{ "credits": 100, "every": "once" }] },
            "pro": { "grants": [{ "credits": 1000, "every": "month" }] },
          },
          "defaultPlan": "free",
          "packs": { "50": { "credits": 50, "price": "10.00 USD", "stripe": "price_50" } },
        }
        """

    static func open(_ body: (Shop) async throws -> Void) async throws {
        try await Tool.inFolderWithLedger(policy: policy) { faregate, ledger in
            await ledger.close()
            let shop = Shop(faregate: faregate)
            try FileManager.default.createDirectory(
                atPath: faregate.path("policies"), withIntermediateDirectories: true)
            try shop.edit(policy)
            try await body(shop)
        }
    }

    /// What product people do in an editor.
    func edit(_ text: String, in file: String = "policies/policy.jsonc") throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: faregate.path(file)))
    }

    func replace(_ old: String, with new: String) throws {
        let text = try String(contentsOfFile: faregate.path("policies/policy.jsonc"), encoding: .utf8)
        try #require(text.contains(old))
        try edit(text.replacing(old, with: new))
    }

    /// Runs a shell command in the shop's folder.
    ///
    /// - Parameters:
    ///   - status: the expected exit code.
    ///   - parts: texts that the answer must have.
    @discardableResult
    func type(
        _ line: String, status: Int32 = 0, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let answer = try faregate.shell(line, environment: ["FAREGATE_POLICIES": faregate.path("policies")])
        let text = answer.output + answer.error
        #expect(answer.status == status, "\(line)\n\(text)", sourceLocation: sourceLocation)
        let plain = text.replacing(/\s+/, with: " ")
        for part in parts {
            #expect(plain.contains(part), "\(line) doesn't say \"\(part)\":\n\(text)", sourceLocation: sourceLocation)
        }
        return answer.output
    }
}
