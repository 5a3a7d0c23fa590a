public import Foundation

/// A value behind a lock.
///
/// Works like `Synchronization.Mutex`. On Linux that one is a futex, which ThreadSanitizer doesn't recognise, so the
/// sanitizer reports false races in everything that the lock protects. This one is a `pthread_mutex_t`, so that the
/// sanitizer can check our code.
///
/// Sendable because only the methods below access the value, with the lock held. Both properties are internal and not
/// private, so that the methods can be inlined, since each gated call takes several locks.
@usableFromInline package final class Mutex<Value>: @unchecked Sendable {
    @usableFromInline var value: Value
    @usableFromInline let lock: UnsafeMutablePointer<pthread_mutex_t>

    package init(_ value: sending Value) {
        self.value = value
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        defer { pthread_mutexattr_destroy(&attributes) }
        #if canImport(Glibc)
        // Critical sections are shorter than putting a thread to sleep and waking it, so a waiting thread spins
        // first.
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
        #endif
        let result = pthread_mutex_init(lock, &attributes)
        precondition(result == 0, "the mutex can't be created: error \(result)")
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deinitialize(count: 1)
        lock.deallocate()
    }

    @inlinable package func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&value)
    }

    /// Returns nil, without running the body, if the lock is taken.
    @inlinable package func withLockIfAvailable<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result? {
        guard pthread_mutex_trylock(lock) == 0 else { return nil }
        defer { pthread_mutex_unlock(lock) }
        return try body(&value)
    }
}
