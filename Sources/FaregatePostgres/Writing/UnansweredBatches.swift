#if Postgres
import Faregate
import FaregateBooks

/// Batches whose commit was not answered, while nobody could be asked about it either. Their callers got an error, so
/// nobody will ever close the charges that such a batch may have made. Housekeeping refunds them.
final class UnansweredBatches: Sendable {
    struct Batch: Sendable {
        let id: Int64
        let charges: [Charge]

        init(id: Int64, _ jobs: ArraySlice<any Job<LaneTransactions>>) {
            self.id = id
            charges = jobs.compactMap { job in
                guard let charge = job.charge, case .call(_, _, let moment) = job.subject else { return nil }
                return Charge(id: charge, madeAt: moment)
            }
        }
    }

    /// After a crash the database may hand out the number of a charge that was never committed again, so a charge is
    /// recognised by its time too.
    struct Charge: Sendable {
        let id: ChargeID
        let madeAt: Timestamp
    }

    private let batches = Mutex<[Batch]>([])

    func add(_ batch: Batch) {
        if !batch.charges.isEmpty { batches.withLock { $0.append(batch) } }
    }

    var all: [Batch] { batches.withLock { $0 } }

    func remove(_ batch: Batch) { batches.withLock { $0.removeAll { $0.id == batch.id } } }
}
#endif
