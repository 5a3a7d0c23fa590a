import Foundation

/// A value that one thread at a time can get at.
///
/// The same as `Synchronization.Mutex`, which is a bare futex on Linux that ThreadSanitizer can't see: it reports a race
/// on all that such a mutex guards, and so is no use. It does see a `pthread_mutex_t`, which costs no more.
/// [Swift's mutex for Linux](https://github.com/swiftlang/swift/blob/main/stdlib/public/Synchronization/Mutex/LinuxImpl.swift)
///
/// The lock is not recursive: the body must not lock it again.
///
/// `@unchecked Sendable`: the value is reached in `withLock` only, while the mutex is held. It comes in as `sending` and
/// the body gets it as `inout sending`, so that nothing in it can be known outside, even when it isn't `Sendable`.
package final class Locked<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private nonisolated(unsafe) let value: UnsafeMutablePointer<Value>

    package init(_ value: sending Value) {
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
        let result = pthread_mutex_init(mutex, nil)
        precondition(result == 0, "a mutex can't be made: error \(result)")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    /// Runs the body with the value to itself. Keep it short, and call nobody from there.
    package func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        let result = pthread_mutex_lock(mutex)
        precondition(result == 0, "a mutex can't be locked: error \(result)")
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}
