import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// People edit the policy files while calls are in flight. Each edit is another version, and in each version the two
/// actions have the same price, so that a mixture of two versions shows.
@Suite("Hot reload", .endsWhenStuck)
struct HotReloadTests {
    enum Way: CaseIterable {
        /// Two files in a folder that is reached through a link: each edit points the link at another folder.
        case swappedFolder
        /// Two links to files, through one link to their folder, as Kubernetes mounts a ConfigMap.
        case swappedLinks
        /// Two files in a folder: each edit puts another folder in its place.
        case renamedFolder
        /// One file, replaced by a rename.
        case renamedFile
        /// One file, emptied and written again.
        case inPlace
    }

    private static func action(_ name: String, _ edit: Int) -> String {
        #""\#(name)": { "cost": \#(1 + edit), "limits": [{ "max": \#(100_000 + edit), "per": "year" }] }"#
    }

    private static func text(_ names: [String], _ edit: Int) -> String {
        "{ \"actions\": { \(names.map { action($0, edit) }.joined(separator: ", ")) } }"
    }

    private static let edits = 1000

    /// The edit that each version belongs to.
    private static let numbers: [String: Int] = {
        let versions = (0...edits).map { edit in
            ((try? Policy(parsing: text(["left", "right"], edit)))?.version ?? "", edit)
        }
        return Dictionary(uniqueKeysWithValues: versions)
    }()

    /// Edits the files in one of the ways.
    private struct Editor {
        let folder: String
        let way: Way

        var path: String { folder + "/policies" }

        func prepare() throws {
            switch way {
            case .renamedFile, .inPlace:
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            case .swappedLinks:
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                for name in ["a.jsonc", "b.jsonc"] {
                    let target = "../data/\(name)"
                    try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
                }
            case .swappedFolder, .renamedFolder: break
            }
            try edit(0)
        }

        func edit(_ number: Int) throws {
            let both = text(["left", "right"], number)
            switch way {
            case .inPlace: try Data(both.utf8).write(to: URL(filePath: path + "/a.jsonc"))
            case .renamedFile:
                try Data(both.utf8).write(to: URL(filePath: folder + "/new"))
                try rename(folder + "/new", over: path + "/a.jsonc")
            case .swappedFolder: try swap(path, number)
            case .swappedLinks: try swap(folder + "/data", number)
            case .renamedFolder:
                let new = try makeFolder(number)
                if number > 0 { try rename(path, over: folder + "/old-\(number)") }
                try rename(new, over: path)
            }
        }

        /// Makes a folder with both files of a version.
        private func makeFolder(_ number: Int) throws -> String {
            let new = folder + "/v\(number)"
            try FileManager.default.createDirectory(atPath: new, withIntermediateDirectories: true)
            for (name, action) in [("a.jsonc", "left"), ("b.jsonc", "right")] {
                try Data(text([action], number).utf8).write(to: URL(filePath: "\(new)/\(name)"))
            }
            return new
        }

        private func swap(_ link: String, _ number: Int) throws {
            let new = try makeFolder(number)
            try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: new)
            try rename(folder + "/link", over: link)
        }

        private func rename(_ old: String, over new: String) throws {
            guard Foundation.rename(old, new) == 0 else { throw TestFailure("rename: \(errno)") }
        }
    }

    /// What the tasks of the test wait for.
    private final class Progress: Sendable {
        private let state = Mutex((polls: 0, calls: 0, isDone: false))

        var isDone: Bool { state.withLock { $0.isDone } }
        func end() { state.withLock { $0.isDone = true } }
        func addPoll() { state.withLock { $0.polls += 1 } }
        func addCall() { state.withLock { $0.calls += 1 } }

        /// Returns when two polls have ended since now, and after them more calls than there are callers.
        func waitForPollsAndCalls() async {
            let polls = state.withLock { $0.polls }
            while state.withLock({ $0.polls < polls + 2 }) { await Task.yield() }
            let calls = state.withLock { $0.calls }
            while state.withLock({ $0.calls < calls + HotReloadTests.callers + 1 }) { await Task.yield() }
        }
    }

    private static let callers = 4

    @Test(
        "Calls in flight during 1,000 edits each pay the price of one whole version, and their limits keep counting",
        arguments: Way.allCases)
    func edits(way: Way) async throws {
        try await withFolder { folder in
            let editor = Editor(folder: folder, way: way)
            try editor.prepare()
            try await withLedger { ledger in
                let reports = Collected<Policy.Watcher.Report>()
                let files = Policy.Files(path: editor.path, environment: [:])
                let watcher = try await Policy.Watcher(files, orLatestKeptIn: nil, report: reports.add)
                let gate = Gate(ledger: Ledger(ledger), policies: watcher, clock: ManualClock())
                try await gate.grant(100_000_000, to: "ana", as: .promotion, reference: "test")
                let charges = try await work(gate, watcher, editor)
                watcher.reload()
                #expect(try watcher.policy.quote("left").cost.rawValue == Int64(1 + HotReloadTests.edits))
                try await check(charges, in: ledger)
                for name in ["left", "right"] {
                    let limit = try #require(try await gate.standing(of: "ana")[name]?.limits.first)
                    #expect(limit.left == limit.max - Int64(charges.count / 2))
                }
                check(reports.all)
            }
        }
    }

    /// Edits and calls at the same time. Returns the calls' charges.
    private func work(_ gate: Gate, _ watcher: Policy.Watcher, _ editor: Editor) async throws -> [ChargeID] {
        let progress = Progress()
        let polls = AsyncStream<Void> {
            progress.addPoll()
            await Task.yield()
            return progress.isDone ? nil : ()
        }
        let charges = Collected<ChargeID>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watcher.run(triggers: polls) }
            group.addTask {
                defer { progress.end() }
                for number in 1...HotReloadTests.edits {
                    try editor.edit(number)
                    if number.isMultiple(of: 20) { await progress.waitForPollsAndCalls() }
                }
            }
            for _ in 0..<HotReloadTests.callers {
                group.addTask {
                    while !progress.isDone {
                        // Open while the other is made: an open charge keeps its price.
                        let left = try await gate.open("left", for: "ana")
                        let right = try await gate.open("right", for: "ana")
                        try await right.settle()
                        try await left.settle()
                        for call in [left, right] { charges.add(call.id) }
                        progress.addCall()
                    }
                }
            }
            try await group.waitForAll()
        }
        return charges.all
    }

    private func check(_ charges: [ChargeID], in ledger: SQLiteLedger) async throws {
        var seen: Set<Int> = []
        for charge in charges {
            let explanation = try #require(try await ledger.explain(charge))
            let number = try #require(
                HotReloadTests.numbers[explanation.policyVersion], "a mixture: \(explanation.policyVersion)")
            #expect(explanation.cost.rawValue == Int64(1 + number) && explanation.quoted == explanation.cost)
            #expect(explanation.state == .settled)
            seen.insert(number)
        }
        #expect(seen.count >= HotReloadTests.edits / 20)
    }

    /// Each report continues the one before, and says in words what changed.
    private func check(_ reports: [Policy.Watcher.Report]) {
        var inForce = ""
        for report in reports {
            switch report {
            case .loaded(let policy, _):
                #expect(inForce.isEmpty || inForce == policy.version)
                inForce = policy.version
            case .changed(let old, let new, _):
                #expect(old.version == inForce && HotReloadTests.numbers[new.version] != nil)
                let costs = [old, new].map { $0.actions["left"]?.cost?.description ?? "" }
                #expect("\(report)".contains("action left: \(costs[0]) -> \(costs[1]) credit"))
                inForce = new.version
            case .rejected(_, let policy): #expect(policy.version == inForce)
            default: Issue.record("unexpected: \(report)")
            }
        }
    }

    @Test("A file that is deleted, a folder, a pipe or a link to nothing keeps the policy, until the file is back")
    func gone() async throws {
        try await withFolder { folder in
            let path = folder + "/p.jsonc"
            let reports = Collected<String>()
            let good = Data(HotReloadTests.text(["left"], 0).utf8)
            try good.write(to: URL(filePath: path))
            let files = Policy.Files(path: path, environment: [:])
            let watcher = try await Policy.Watcher(files, orLatestKeptIn: nil) { reports.add("\($0)") }
            let replacements: [(String) throws -> Void] = [
                { _ in }, { try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: true) },
                { mkfifo($0, 0o600) },
                { try FileManager.default.createSymbolicLink(atPath: $0, withDestinationPath: "nowhere") },
                { try Data().write(to: URL(filePath: $0)) },
            ]
            for (number, replace) in replacements.enumerated() {
                try FileManager.default.removeItem(atPath: path)
                try replace(path)
                for _ in 0..<3 { watcher.reloadIfChanged() }
                #expect(try watcher.policy.quote("left").cost == 1)
                #expect(reports.all.count == 2 + 2 * number, "\(reports.all)")
                #expect(reports.all.last?.contains("stays in force") == true)
                if number > 0 { try FileManager.default.removeItem(atPath: path) }
                try good.write(to: URL(filePath: path))
                watcher.reloadIfChanged()
                #expect(reports.all.last == "policy \(watcher.policy.version) is in force")
            }
        }
    }
}
