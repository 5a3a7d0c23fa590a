#if Postgres
import Faregate

/// Remembers the first error that stopped a lane permanently.
final class Ending: Sendable {
    private let first = Mutex<LedgerError?>(nil)

    var error: LedgerError? { first.withLock { $0 } }

    /// An observer that also remembers the first error that stopped a lane.
    func noting(_ observer: @escaping Ledger.Observer) -> Ledger.Observer {
        { [self] event in
            if case .stopped(let error) = event { first.withLock { $0 = $0 ?? error } }
            observer(event)
        }
    }
}
#endif
