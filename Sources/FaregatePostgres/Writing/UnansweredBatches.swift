#if Postgres
import Faregate

/// Batches whose commit was not answered, while nobody could be asked about it either. Their callers got an error, so
/// nobody will ever close the charges that such a batch may have made. Housekeeping refunds them.
final class UnansweredBatches: Sendable {
    struct Batch: Sendable {
        let id: Int64
        let charges: [ChargeID]
    }

    private let batches = Mutex<[Batch]>([])

    func add(_ batch: Batch) {
        if !batch.charges.isEmpty { batches.withLock { $0.append(batch) } }
    }

    var all: [Batch] { batches.withLock { $0 } }

    func remove(_ batch: Batch) { batches.withLock { $0.removeAll { $0.id == batch.id } } }
}
#endif
