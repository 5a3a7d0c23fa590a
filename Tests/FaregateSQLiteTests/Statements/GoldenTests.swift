import Faregate
import FaregateSQLite
import Foundation
import TestSupport
import Testing

/// The SQL that charges, as people read it. `FAREGATE_REWRITE_GOLDEN=1 swift test --filter GoldenTests` writes the
/// files anew; look at the difference.
@Suite("The SQL of a charge") struct GoldenTests {
    struct Program: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var limits: [LimitCheck] = []
        var isFree = false
        var hasKey = false
        var checksPlan = false
        var isSplit = false

        var text: String {
            let rule = Faregate.Policy.Location(file: "policy.jsonc", line: 1, column: 1)
            let terms = ChargeTerms(action: "generate", limits: limits, policyVersion: "v1", rule: rule)
            return "-- A charge: \(testDescription.replacing("-", with: " ")).\n\n"
                + ChargeProgram.text(
                    for: terms, isFree: isFree, hasKey: hasKey, checksPlan: checksPlan, isSplit: isSplit)
        }
    }

    static let programs = [
        Program(testDescription: "free", isFree: true),
        Program(testDescription: "paid"),
        Program(
            testDescription: "paid-with-limits-by-account-and-by-member",
            limits: [
                .golden(.account, .calendar(from: newYear, until: .never)),
                .golden(.member, .rolling(milliseconds: hour)),
            ]
        ),
        Program(testDescription: "paid-by-several-grants", isSplit: true),
        Program(testDescription: "paid-with-a-key", hasKey: true),
        Program(testDescription: "paid-at-the-price-of-a-plan", checksPlan: true),
        Program(
            testDescription: "paid-with-a-limit-by-action-in-shadow-mode",
            limits: [.golden(.action, .calendar(from: newYear, until: .never), isEnforced: false)]
        ),
    ]

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Golden").standardized

    @Test("The SQL of a charge equals its golden file", arguments: programs)
    func golden(program: Program) throws {
        let file = GoldenTests.folder.appending(path: program.testDescription + ".sql")
        if ProcessInfo.processInfo.environment["FAREGATE_REWRITE_GOLDEN"] == "1" {
            try program.text.write(to: file, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        #expect(program.text == golden, "\(file.lastPathComponent)")
    }

    @Test("Each charge program has a golden file, and there is no other file")
    func noOther() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: GoldenTests.folder.path)
        #expect(files.sorted() == GoldenTests.programs.map { $0.testDescription + ".sql" }.sorted())
    }
}

extension LimitCheck {
    fileprivate static func golden(_ scope: Policy.Limit.Scope, _ window: LimitCheck.Window, isEnforced: Bool = true)
        -> LimitCheck
    {
        LimitCheck(
            name: "limit",
            counter: "limit",
            scope: scope,
            max: 10,
            window: window,
            givesBack: true,
            isEnforced: isEnforced
        )
    }
}
