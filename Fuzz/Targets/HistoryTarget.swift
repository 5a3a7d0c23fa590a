import Dispatch
import Faregate
import FaregateTesting

/// What bytes make a ledger do keeps the laws.
func checkHistory(_ bytes: [UInt8]) throws -> Bool {
    let outcome = Mutex<Result<Bool, any Error>>(.success(false))
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
        let result: Result<Bool, any Error>
        do {
            result = .success(try await HistoryOfBytes.check(bytes))
        } catch {
            result = .failure(FuzzFinding("\(error)"))
        }
        outcome.withLock { $0 = result }
        isDone.signal()
    }
    isDone.wait()
    return try outcome.withLock { $0 }.get()
}
