import Foundation
import Testing

/// What the tool prints on a terminal, which the program `script` provides, and to a full disk.
@Suite("The tool on a terminal")
struct TerminalTests {
    private static let policy = """
        { "actions": { "generate": { "cots": 10 } } }
        """

    @Test("A mistake is coloured on a terminal, and its expectation fits the terminal's width")
    func mistake() throws {
        try Tool.inFolder(policy: TerminalTests.policy, makingLedger: false) { faregate in
            let line = #"script -qec "stty cols 60; faregate check policy.jsonc" /dev/null"#
            let colored = try faregate.shell(line, environment: ["TERM": "xterm"]).output
            #expect(colored.contains("policy.jsonc:1:30: \u{1B}[1;31merror\u{1B}[0m: unknown key"), "\(colored)")
            #expect(colored.contains("\u{1B}[1;31m^\u{1B}[0m"))
            let plain = try faregate.shell(line, environment: ["TERM": "xterm", "NO_COLOR": "1"]).output
            #expect(!plain.contains("\u{1B}"))
            let lines = plain.split(whereSeparator: \.isNewline)
            #expect(
                lines.contains { $0.hasPrefix("expected: one of") } && lines.allSatisfy { $0.count <= 70 }, "\(plain)")
        }
    }

    @Test("Each mistake is one line without colours if the output isn't a terminal")
    func noTerminal() throws {
        try Tool.inFolder(policy: TerminalTests.policy, makingLedger: false) { faregate in
            let answer = try faregate("check", "policy.jsonc")
            #expect(!answer.error.contains("\u{1B}"))
            #expect(answer.error.split(separator: "\n").count == 5, "\(answer.error)")
        }
    }

    @Test("A result that can't be written is an error with exit code 3")
    func fullDisk() throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let full = try faregate.shell("faregate check policy.jsonc > /dev/full")
            #expect(full.status == 3)
            #expect(full.error.contains("the result can't be written: No space left on device"))
        }
    }
}
