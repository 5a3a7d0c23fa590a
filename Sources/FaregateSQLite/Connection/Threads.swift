import Dispatch
import Faregate
import Foundation

/// Starts a thread that the connection belongs to from here on. The group is left when it ends.
func startThread(
    named name: String,
    owning connection: sending Connection,
    in group: DispatchGroup,
    _ serve: @escaping @Sendable (Connection) -> Void
) {
    let handover = Mutex<Connection?>(connection)
    group.enter()
    let thread = Thread {
        if let connection = handover.withLock({ $0.take() }) { serve(connection) }
        group.leave()
    }
    thread.name = name
    thread.start()
}

/// Starts a thread. The group is left when it ends.
func startThread(named name: String, in group: DispatchGroup, _ serve: @escaping @Sendable () -> Void) {
    group.enter()
    let thread = Thread {
        serve()
        group.leave()
    }
    thread.name = name
    thread.start()
}

/// Runs blocking work on a thread of its own, off the cooperative pool.
func onThread<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
) async -> Result<Value, Failure> {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(returning: Result { () throws(Failure) in try work() })
        }
    }
}

func nanosecondsNow() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

/// Zero where another core's clock is a moment ahead.
func nanoseconds(since start: UInt64) -> UInt64 {
    let now = nanosecondsNow()
    return now > start ? now - start : 0
}
