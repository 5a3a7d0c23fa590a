import Foundation
import TestSupport
import Testing

/// The commands in the guides and the README exist.
@Suite(.endsWhenStuck) struct GuideCommandTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    /// Every `faregate …` of a text, in a block or a line: up to a comment or the end of the line.
    private func commands(in text: String) -> [[String]] {
        text.matches(of: /(?:^|`)(?:swift run )?faregate ([a-z][^`#\n]*)/.anchorsMatchLineEndings()).map {
            $0.1.split(separator: " ").map(String.init)
        }
    }

    private func texts() throws -> [(name: String, text: String)] {
        let guides = Self.root.appending(path: "Sources/Faregate/Faregate.docc")
        let files = try FileManager.default.contentsOfDirectory(at: guides, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "md" }
        return try (files + [Self.root.appending(path: "README.md")]).map {
            ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8))
        }
    }

    @Test("Each command in a guide exists and has the options that the guide gives it")
    func commands() throws {
        try Tool.inFolder { faregate in
            var help: [String: String] = [:]
            var seen = 0
            for (name, text) in try texts() {
                for words in commands(in: text) {
                    let command = words[0]
                    if command == "help" { continue }
                    if help[command] == nil {
                        let answer = try faregate(command, "--help")
                        #expect(answer.status == 0, "\(name): there is no faregate \(command)")
                        help[command] = answer.output
                    }
                    for option in words.prefix(while: { $0 != "--" }) where option.hasPrefix("--") {
                        let option = option.trimmingCharacters(in: CharacterSet(charactersIn: ".,:;"))
                        let isKnown = help[command]?.contains("  \(option) ") == true
                        #expect(isKnown, "\(name): faregate \(command) has no \(option)")
                        seen += 1
                    }
                }
            }
            #expect(help.count > 20 && seen > 20)
        }
    }
}
