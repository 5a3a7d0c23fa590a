package import Faregate

/// The refusals that wait to be written. No call waits for that: in SQLite the next commit writes them; in both
/// databases a task does about a second later (``SQLLedger/writeRefusals(by:)``), and so does closing the ledger.
package final class RefusalBuffer: Sendable {
    /// Has an element when refusals were added. Only one task may read it.
    package let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    package init() {
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    private let records = Mutex<[Refusal.Record]>([])

    /// The most refusals that wait. If there are this many, a new refusal replaces a random one.
    static let maximumWaiting = 256
    /// The number of refusals that the ledger keeps: the latest ones.
    package static let maximumKept: Int64 = 10_000

    func add(_ record: Refusal.Record) {
        records.withLock { records in
            if records.count < RefusalBuffer.maximumWaiting {
                records.append(record)
            } else {
                records[Int.random(in: 0..<records.count)] = record
            }
        }
        arrival.yield()
    }

    func find(_ id: Refusal.ID) -> Refusal.Record? {
        records.withLock { $0.first { $0.id == id } }
    }

    /// They stay here until a commit has written them: a failed commit loses none.
    package var waiting: [Refusal.Record] { records.withLock { $0 } }

    package func remove(_ written: [Refusal.Record]) {
        guard !written.isEmpty else { return }
        let ids = Set(written.map(\.id))
        records.withLock { $0.removeAll { ids.contains($0.id) } }
    }
}
