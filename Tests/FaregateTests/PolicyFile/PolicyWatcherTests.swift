import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite("A policy watcher")
struct PolicyWatcherTests {
    private let disk = MemoryDisk()
    private let clock = ManualClock()
    private let reports = Reports()

    private let good = #"{ "actions": { "a": { "cost": 1 } } }"#
    private let dearer = #"{ "actions": { "a": { "cost": 2 } } }"#
    private let bad = #"{ "actions": { "a": { "cots": 1 } } }"#

    /// A watcher of one file that holds `good`.
    private func watcher() async throws -> Policy.Watcher {
        disk.write(good, to: "p.jsonc", modifiedMilliseconds: 1)
        return try await Policy.Watcher(
            Policy.Files(path: "p.jsonc", environment: [:], forSale: false, disk: disk),
            orLatestKeptIn: nil,
            clock: clock,
            report: reports.append
        )
    }

    @Test("A watcher doesn't start with a bad policy")
    func refusesToStart() async {
        disk.write(bad, to: "p.jsonc")
        let files = Policy.Files(path: "p.jsonc", environment: [:], forSale: false, disk: disk)
        await #expect(throws: Policy.FileError.self) {
            try await Policy.Watcher(files, orLatestKeptIn: nil, clock: clock, report: reports.append)
        }
        #expect(reports.taken() == [])
    }

    @Test("A watcher applies an edit, and reports it once")
    func follows() async throws {
        let watcher = try await watcher()
        #expect(reports.taken() == ["loaded 1"])
        disk.write(dearer, to: "p.jsonc")
        watcher.reloadIfChanged()
        watcher.reloadIfChanged()
        #expect(try watcher.policy.quote("a").cost == 2)
        #expect(reports.taken() == ["changed 1 2"])
    }

    @Test("A watcher reads no file while nothing changes")
    func idle() async throws {
        let watcher = try await watcher()
        let reads = disk.readCount
        for _ in 0..<5 { watcher.reloadIfChanged() }
        #expect(disk.readCount == reads)
        watcher.reload()
        #expect(disk.readCount > reads)
        #expect(reports.taken() == ["loaded 1"])
    }

    @Test("A watcher keeps the last good policy and reports a mistake once per change")
    func rejects() async throws {
        let watcher = try await watcher()
        disk.write(bad, to: "p.jsonc")
        for _ in 0..<3 { watcher.reloadIfChanged() }
        watcher.reload()
        #expect(try watcher.policy.quote("a").cost == 1)
        #expect(reports.taken() == ["loaded 1", "rejected 1:23 keeping 1"])

        disk.write(" " + bad, to: "p.jsonc")
        watcher.reloadIfChanged()
        #expect(reports.taken() == ["rejected 1:24 keeping 1"])

        // The same mistake after another edit is reported again, for the person who edited.
        disk.write(" " + bad, to: "p.jsonc", modifiedMilliseconds: 2)
        watcher.reloadIfChanged()
        #expect(reports.taken() == ["rejected 1:24 keeping 1"])
    }

    @Test("A watcher reports when the files are good again", arguments: [1, 2])
    func recovers(cost: Int) async throws {
        let watcher = try await watcher()
        disk.write(bad, to: "p.jsonc")
        watcher.reloadIfChanged()
        disk.write(cost == 1 ? good : dearer, to: "p.jsonc")
        watcher.reloadIfChanged()
        #expect(reports.taken() == ["loaded 1", "rejected 1:23 keeping 1", cost == 1 ? "loaded 1" : "changed 1 2"])
    }

    @Test("A watcher keeps its policy when its files are removed")
    func removed() async throws {
        let watcher = try await watcher()
        disk.remove("p.jsonc")
        for _ in 0..<3 { watcher.reloadIfChanged() }
        disk.write(good, to: "p.jsonc", modifiedMilliseconds: 1)
        watcher.reloadIfChanged()
        #expect(reports.taken() == ["loaded 1", "rejected 1:1 keeping 1", "loaded 1"])
    }

    @Test("A watcher applies an edit of comments silently, with the new line numbers")
    func comments() async throws {
        let watcher = try await watcher()
        let version = watcher.policy.version
        disk.write("// a note\n" + good, to: "p.jsonc")
        watcher.reloadIfChanged()
        #expect(watcher.policy.version == version)
        #expect(try watcher.policy.quote("a").rule.line == 2)
        #expect(reports.taken() == ["loaded 1"])
    }

    @Test("A watcher detects a change by the time, the size, the inode or the list of files alone")
    func stamps() async throws {
        let folder = MemoryDisk()
        folder.write(good, to: "p/a.jsonc", modifiedMilliseconds: 1)
        let files = Policy.Files(path: "p", environment: [:], forSale: false, disk: folder)
        let watcher = try await Policy.Watcher(files, orLatestKeptIn: nil, clock: clock, report: reports.append)
        folder.write(dearer, to: "p/a.jsonc", modifiedMilliseconds: 2, sameInode: true)
        watcher.reloadIfChanged()
        folder.write(good, to: "p/a.jsonc")
        watcher.reloadIfChanged()
        folder.write(dearer + " ", to: "p/a.jsonc", sameInode: true)
        watcher.reloadIfChanged()
        folder.remove("p/a.jsonc")
        folder.write(good, to: "p/b.jsonc")
        watcher.reloadIfChanged()
        folder.write(#"{ "lowBalance": 1 }"#, to: "p/c.jsonc")
        watcher.reloadIfChanged()
        #expect(
            reports.taken() == ["loaded 1", "changed 1 2", "changed 2 1", "changed 1 2", "changed 2 1", "changed 1 1"]
        )
    }

    @Test("A watcher rereads a recently written file until a later edit would have a newer time")
    func sameStamp() async throws {
        let now = clock.now.rawValue
        disk.write(good, to: "p.jsonc", modifiedMilliseconds: now)
        let files = Policy.Files(path: "p.jsonc", environment: [:], forSale: false, disk: disk)
        let watcher = try await Policy.Watcher(files, orLatestKeptIn: nil, clock: clock, report: reports.append)
        // An edit in the same step of the file system's clock, with the same size, in the same file.
        disk.write(dearer, to: "p.jsonc", sameInode: true)
        watcher.reloadIfChanged()
        #expect(reports.taken() == ["loaded 1", "changed 1 2"])

        clock.advance(milliseconds: 3000)
        watcher.reloadIfChanged()
        let reads = disk.readCount
        watcher.reloadIfChanged()
        #expect(disk.readCount == reads)
    }

    @Test("A watcher doesn't judge a half-written edit")
    func halfAnEdit() async throws {
        let watcher = try await watcher()
        let (disk, dearer) = (disk, dearer)
        disk.write("{ \"actions\": {", to: "p.jsonc")
        disk.afterNextReading { disk.write(dearer, to: "p.jsonc", modifiedMilliseconds: 5) }
        watcher.reloadIfChanged()
        #expect(reports.taken() == ["loaded 1", "changed 1 2"])
    }

    @Test("A watcher whose reading was overtaken reads again, and the latest edit stays in force")
    func overtaken() async throws {
        let watcher = try await watcher()
        let (disk, dearer) = (disk, dearer)
        disk.write(bad, to: "p.jsonc")
        // The watcher has read the bad file. Before it reports that, the file is fixed, and another reading sees the
        // fix.
        disk.afterNextReading {
            disk.afterNextStatus {
                disk.write(dearer, to: "p.jsonc")
                watcher.reloadIfChanged()
            }
        }
        watcher.reloadIfChanged()
        #expect(try watcher.policy.quote("a").cost == 2)
        #expect(reports.taken() == ["loaded 1", "changed 1 2"])
    }

    @Test("A watcher reads once per trigger")
    func triggers() async throws {
        let watcher = try await watcher()
        let (triggers, trigger) = AsyncStream.makeStream(of: Void.self)
        disk.write(dearer, to: "p.jsonc")
        trigger.yield()
        trigger.finish()
        await watcher.run(triggers: triggers)
        #expect(reports.taken() == ["loaded 1", "changed 1 2"])
    }

    @Test("A watcher reads when it starts to run and after each interval, until it is cancelled")
    func polls() async throws {
        let watcher = try await watcher()
        disk.write(dearer, to: "p.jsonc")
        let running = Task { try await watcher.run() }
        await reports.wait(for: 2)
        disk.write(good, to: "p.jsonc")
        await clock.waitForSleeper()
        clock.advance(milliseconds: 999)
        #expect(reports.taken() == ["loaded 1", "changed 1 2"])
        clock.advance(milliseconds: 1)
        await reports.wait(for: 1)
        #expect(reports.taken() == ["changed 2 1"])
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test("A watcher reads on SIGHUP, and the process keeps running", .endsWhenStuck)
    func hangUp() async throws {
        let watcher = try await watcher()
        disk.write(dearer, to: "p.jsonc")
        let running = Task { try await watcher.run() }
        // The first poll happens when the signal handler is installed; an earlier signal would end the test process.
        await reports.wait(for: 2)
        disk.write(good, to: "p.jsonc")
        // Repeated, because in a process with many threads Dispatch misses one signal in thousands.
        let calling = Task {
            while !Task.isCancelled {
                kill(getpid(), SIGHUP)
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        await reports.wait(for: 3)
        calling.cancel()
        await calling.value
        #expect(reports.taken() == ["loaded 1", "changed 1 2", "changed 2 1"])
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }
}

/// A watcher's reports in short form: the cost of "a" stands for the version.
private final class Reports: Sendable {
    private struct State {
        var lines: [String] = []
        var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?

        /// Returns the waiters that have enough lines now, and removes them.
        mutating func takeWaiting() -> CheckedContinuation<Void, Never>? {
            guard let waiting, lines.count >= waiting.count else { return nil }
            self.waiting = nil
            return waiting.continuation
        }
    }

    private let state = Mutex(State())

    func append(_ report: Policy.Watcher.Report) {
        let continuation = state.withLock { state in
            state.lines.append(line(report))
            return state.takeWaiting()
        }
        continuation?.resume()
    }

    /// Returns the reports since the last call.
    func taken() -> [String] {
        state.withLock { state in
            defer { state.lines = [] }
            return state.lines
        }
    }

    /// Returns when there are this many reports, or when it is cancelled; then the test fails.
    func wait(for count: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    state.waiting = (Task.isCancelled ? 0 : count, continuation)
                    return state.takeWaiting()
                }
                ready?.resume()
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.waiting?.count = 0
                return state.takeWaiting()
            }
            waiting?.resume()
        }
    }

    private func line(_ report: Policy.Watcher.Report) -> String {
        switch report {
        case .loaded(let policy, _): "loaded \(cost(policy))"
        case .changed(let old, let new, _): "changed \(cost(old)) \(cost(new))"
        case .rejected(let error, let policy):
            "rejected \(error.diagnostics.map { "\($0.location.line):\($0.location.column)" }.joined()) keeping \(cost(policy))"
        case .rejectedAtStart(_, let policy, _, _): "started with \(cost(policy))"
        }
    }

    private func cost(_ policy: Policy) -> String { policy.actions["a"]?.cost?.description ?? "nothing" }
}
