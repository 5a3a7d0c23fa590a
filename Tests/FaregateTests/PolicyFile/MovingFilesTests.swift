import Faregate
import FaregateTesting
import Testing

/// Two files that belong together: in every version on the disk, both actions have the same price.
@Suite("Policy files that change while they are read")
struct MovingFilesTests {
    private let disk = MemoryDisk()
    private let reports = Mutex<[String]>([])

    private var files: Policy.Files { Policy.Files(path: "p", environment: [:], forSale: false, disk: disk) }

    private func write(_ cost: Int, modifiedMilliseconds: Int64? = nil) {
        MovingFilesTests.write(cost, to: disk, modifiedMilliseconds: modifiedMilliseconds)
    }

    private static func write(_ cost: Int, to disk: MemoryDisk, modifiedMilliseconds: Int64? = nil) {
        for (name, action) in [("a", "left"), ("b", "right")] {
            disk.write(
                #"{ "actions": { "\#(action)": { "cost": \#(cost) } } }"#, to: "p/\(name).jsonc",
                modifiedMilliseconds: modifiedMilliseconds, sameInode: modifiedMilliseconds == nil)
        }
    }

    /// Edits the files after each of the next readings of a file.
    private static func edit(_ disk: MemoryDisk, _ count: Int, from cost: Int = 10) {
        guard count > 0 else { return }
        disk.afterNextReading {
            write(cost, to: disk, modifiedMilliseconds: Int64(cost))
            edit(disk, count - 1, from: cost + 1)
        }
    }

    private func watcher() async throws -> Policy.Watcher {
        write(1, modifiedMilliseconds: 1)
        return try await Policy.Watcher(files, orLatestKeptIn: nil, clock: ManualClock()) { [reports] report in
            reports.withLock { $0.append("\(report)") }
        }
    }

    private func costs(_ watcher: Policy.Watcher) throws -> [Int64] {
        try ["left", "right"].map { try watcher.policy.quote($0).cost.rawValue }
    }

    @Test("An edit between the readings of two files is no mixture, even if the files' times and sizes stay the same")
    func sameStamp() async throws {
        let watcher = try await watcher()
        write(2, modifiedMilliseconds: 2)
        let disk = disk
        disk.afterNextReading { MovingFilesTests.write(3, to: disk) }
        watcher.reloadIfChanged()
        #expect(try costs(watcher) == [3, 3])
    }

    @Test("Files that change during every reading keep the policy, and are loaded when they stop changing")
    func restless() async throws {
        let watcher = try await watcher()
        write(2, modifiedMilliseconds: 2)
        MovingFilesTests.edit(disk, 60)
        watcher.reloadIfChanged()
        #expect(try costs(watcher) == [1, 1])
        #expect(reports.withLock { $0.last }?.contains("these files changed each time that they were read") == true)
        for _ in 0..<5 {
            watcher.reloadIfChanged()
            let costs = try costs(watcher)
            #expect(costs[0] == costs[1])
        }
        #expect(try costs(watcher) == [69, 69])
        #expect(reports.withLock { $0.count } <= 6)
    }

    @Test("A watcher doesn't start with files that change during every reading")
    func start() async throws {
        write(1, modifiedMilliseconds: 1)
        MovingFilesTests.edit(disk, 60)
        let error = await #expect(throws: Policy.FileError.self) {
            try await Policy.Watcher(files, orLatestKeptIn: nil) { _ in }
        }
        #expect(error?.isUnreadable == true)
    }
}
