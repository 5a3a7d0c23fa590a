/// The calls on one ledger that this process let through during an outage and has not charged yet. All gates of the
/// process on that ledger share one log, so that the bound holds for all of them together.
///
/// The ledger doesn't know the keys of these calls yet, so their repeats are answered from this log.
final class OutageLog: Sendable {
    private struct Known {
        let fingerprint: [UInt8]?
        let expiresAt: Timestamp
        /// Distinguishes this call from a later one under the same key.
        let number: Int
        var isRunning = true
        var answer: [UInt8]?
    }

    private struct State {
        var count = 0
        var latest = 0
        var keys: [RunningCalls.Name: Known] = [:]

        /// Returns the earlier call under this call's key; nil if there is none or the key has expired.
        func known(_ request: ChargeRequest, at now: Timestamp) -> Known? {
            guard let known = request.name.flatMap({ keys[$0] }), known.isRunning || known.expiresAt > now else {
                return nil
            }
            return known
        }
    }

    /// One call that was let through.
    struct Ticket: Sendable {
        fileprivate let number: Int
        fileprivate let name: RunningCalls.Name?
    }

    private struct Weak {
        weak var log: OutageLog?
    }

    /// The logs, each under the identity of its ledger object. Whoever holds a log also holds its ledger, so no other
    /// object can get that identity while the log exists.
    private static let logs = Mutex<[ObjectIdentifier: Weak]>([:])

    private let state = Mutex(State())

    static func of(_ ledger: any LedgerBackend) -> OutageLog {
        logs.withLock { logs in
            if let known = logs[ObjectIdentifier(ledger)]?.log { return known }
            logs = logs.filter { $0.value.log != nil }
            let log = OutageLog()
            logs[ObjectIdentifier(ledger)] = Weak(log: log)
            return log
        }
    }

    /// Returns the refusal for a repeat of a call that was let through; nil if the call is not a repeat.
    func refusal(of request: ChargeRequest, at now: Timestamp) -> ChargeRefusal? {
        guard let key = request.key else { return nil }
        guard let known = state.withLock({ $0.known(request, at: now) }) else { return nil }
        let isSame = known.fingerprint == key.fingerprint.map { Array($0.utf8) }
        return .keyUsed(
            ChargeID(rawValue: 0),
            state: known.isRunning ? .held : .settled,
            sameRequest: isSame,
            result: isSame ? known.answer : nil
        )
    }

    /// - Returns: nil if `most` calls are running or waiting to be charged already, or if one of them has the same key.
    func admit(_ request: ChargeRequest, most: Int, at now: Timestamp) -> Ticket? {
        state.withLock { state in
            // Another gate may have let a call with this key through since this call checked.
            guard state.count < most, state.known(request, at: now) == nil else { return nil }
            state.count += 1
            state.latest += 1
            if let name = request.name, let key = request.key {
                state.keys[name] = Known(
                    fingerprint: key.fingerprint.map { Array($0.utf8) },
                    expiresAt: now.advanced(byMilliseconds: key.lifetimeMilliseconds),
                    number: state.latest
                )
            }
            return Ticket(number: state.latest, name: request.name)
        }
    }

    /// Records that the call has succeeded and waits to be charged.
    func finish(_ ticket: Ticket, answer: [UInt8]?) {
        state.withLock { state in
            guard let name = ticket.name, state.keys[name]?.number == ticket.number else { return }
            state.keys[name]?.isRunning = false
            state.keys[name]?.answer = answer
        }
    }

    /// Removes a call that was charged, that failed, or that can't be charged. From now on the ledger answers repeats
    /// under its key.
    func leave(_ ticket: Ticket) {
        state.withLock { state in
            state.count -= 1
            guard let name = ticket.name, state.keys[name]?.number == ticket.number else { return }
            state.keys[name] = nil
        }
    }
}

extension ChargeRequest {
    fileprivate var name: RunningCalls.Name? {
        key.map { RunningCalls.Name(account: account, action: terms.firstName, key: ExactText($0.key)) }
    }
}
