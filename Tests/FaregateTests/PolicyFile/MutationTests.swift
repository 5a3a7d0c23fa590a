import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("Arbitrary content of a policy file")
struct MutationTests {
    @Test("Any content gives a policy, or mistakes at places that exist")
    func mutations() throws {
        var random = SeededGenerator(seed: seed)
        let shipped = [UInt8](try Data(contentsOf: URL(filePath: Fixture.shippedPolicy)))
        let originals = [shipped, Array(Fixture.everything.utf8)]
        let fixtures = try FileManager.default.contentsOfDirectory(at: Fixture.invalid, includingPropertiesForKeys: nil)
        let others = try fixtures.sorted { $0.path < $1.path }.map { [UInt8](try Data(contentsOf: $0)) }
        var loaded = 0
        var refused = 0
        let count = Depth.of(quick: 400, thorough: 4000)
        for number in 0..<count {
            var text = originals[number % originals.count]
            for _ in 0...Int.random(in: 0..<4, using: &random) { mutate(&text, others, using: &random) }
            do throws(Policy.FileError) {
                let policy = try files(text).load().policy
                for action in policy.actions.keys { _ = try? policy.quote(action, units: ["output_tokens": 812]) }
                loaded += 1
            } catch {
                refused += 1
                check(error, against: text)
            }
        }
        // Both branches must occur often for the test to be meaningful.
        #expect(loaded > count / 40, "seed \(seed)")
        #expect(refused > count / 4, "seed \(seed)")
    }

    @Test("A suggested name can't contain terminal control codes") func suggestedName() throws {
        let text = "{\"actions\": {}, \"plans\": {\"fr\u{9B}ee\": {}}, \"defaultPlan\": \"free\"}"
        let error = try #require(throws: Policy.FileError.self) { try Policy(parsing: text) }
        #expect(error.description.contains("did you mean"))
        #expect(!error.description.unicodeScalars.contains("\u{9B}"))
    }

    private func files(_ text: [UInt8]) -> Policy.Files {
        let disk = MemoryDisk()
        disk.write(text, to: "policy.jsonc")
        return Policy.Files(
            path: "policy.jsonc",
            environment: Fixture.priceIDs.merging(["B": "b"]) { $1 },
            forSale: true,
            disk: disk
        )
    }

    private func mutate(_ text: inout [UInt8], _ others: [[UInt8]], using random: inout SeededGenerator) {
        let start = Int.random(in: 0...text.count, using: &random)
        let end = min(text.count, start + Int.random(in: 0..<12, using: &random))
        let syntax = Array("{}[]\",:\\/*'0123456789.eE+-truefalsn\n\r\t ".utf8)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: text.removeSubrange(start..<end)
        case 1: text.insert(UInt8.random(in: 0...255, using: &random), at: start)
        case 2: text.insert(syntax.randomElement(using: &random) ?? 0, at: start)
        case 3: text.insert(contentsOf: text[start..<end], at: start)
        case 4:
            text.replaceSubrange(
                start..<min(start + 1, text.count),
                with: syntax.randomElement(using: &random).map { [$0] } ?? []
            )
        case 5: text.removeSubrange(start...)
        default:
            let other = others.randomElement(using: &random) ?? []
            let from = Int.random(in: 0...other.count, using: &random)
            text.insert(contentsOf: other[from..<min(other.count, from + 30)], at: start)
        }
    }

    private func check(_ error: Policy.FileError, against text: [UInt8]) {
        let lines = linesOf(text)
        #expect(!error.diagnostics.isEmpty, "seed \(seed)")
        for diagnostic in error.diagnostics {
            let place = diagnostic.location
            #expect((1...lines.count).contains(place.line), "seed \(seed): \(place)")
            guard (1...lines.count).contains(place.line) else { continue }
            let scalars = lines[place.line - 1].count { $0 & 0xC0 != 0x80 }
            #expect((1...scalars + 1).contains(place.column), "seed \(seed): \(diagnostic)")
            let isClean = diagnostic.description.unicodeScalars.allSatisfy {
                $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control
            }
            #expect(isClean, "seed \(seed): \(place)")
        }
    }

    /// Distinguished in another way than the library does.
    private func linesOf(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = text[...]
        while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
            lines.append(rest[..<end])
            rest = rest[(end + 1)...]
            if text[end] == 0x0D, rest.first == 0x0A { rest = rest.dropFirst() }
        }
        return lines + [rest]
    }
}
