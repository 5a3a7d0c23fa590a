import Faregate

/// The refusals that wait to be written. A batch of refusals makes no commit of its own: they go with the next one, with
/// the housekeeping's, or when the ledger is closed.
final class RefusalBuffer: Sendable {
    private let records = Mutex<[Refusal.Record]>([])

    /// When there are more between two commits, a random choice of them is kept, the latest among them.
    static let maximumWaiting = 256
    /// How many are kept in the file, the latest.
    static let maximumKept: Int64 = 10_000

    func add(_ record: Refusal.Record) {
        records.withLock { records in
            if records.count < RefusalBuffer.maximumWaiting {
                records.append(record)
            } else {
                records[Int.random(in: 0..<records.count)] = record
            }
        }
    }

    func find(_ id: Refusal.ID) -> Refusal.Record? {
        records.withLock { $0.first { $0.id == id } }
    }

    /// They stay here until they are removed: a commit that fails loses none.
    var waiting: [Refusal.Record] { records.withLock { $0 } }

    func remove(_ written: [Refusal.Record]) {
        guard !written.isEmpty else { return }
        let ids = Set(written.map(\.id))
        records.withLock { $0.removeAll { ids.contains($0.id) } }
    }
}
