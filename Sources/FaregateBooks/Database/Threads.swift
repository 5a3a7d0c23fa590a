import Dispatch
import Faregate
package import Foundation

/// Starts a thread that owns the value from here on. The thread leaves the group when it ends.
package func startThread<Owned>(
    named name: String,
    owning value: sending Owned,
    in group: DispatchGroup,
    _ serve: @escaping @Sendable (Owned) -> Void
) {
    let handover = Mutex<Owned?>(value)
    group.enter()
    let thread = Thread {
        if let value = handover.withLock({ $0.take() }) { serve(value) }
        group.leave()
    }
    thread.name = name
    thread.start()
}

/// Runs blocking work on a thread of its own, off the cooperative pool.
package func onThread<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(returning: Result { () throws(Failure) in try work() })
        }
    }
    return try result.get()
}

extension DispatchGroup {
    /// Returns when all threads of the group have ended.
    package func end() async {
        await withCheckedContinuation { continuation in notify(queue: .global()) { continuation.resume() } }
    }
}

package func nanosecondsNow() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

/// Zero if another core's clock is slightly ahead.
package func nanoseconds(since start: UInt64) -> UInt64 {
    let now = nanosecondsNow()
    return now > start ? now - start : 0
}
