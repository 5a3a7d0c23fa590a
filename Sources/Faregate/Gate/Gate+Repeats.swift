import Foundation

extension Gate {
    /// Runs the closure once per key, and answers every repeat with what it returned.
    ///
    /// Like ``run(_:for:member:attributes:units:key:failing:isFailure:operation:)``, and the value is kept with the charge
    /// for as long as the key lives: a repeat that comes after the first call has finished receives it, without being
    /// charged and without running the closure. A value of more than 64 KiB in JSON isn't kept; its repeats are refused as
    /// ``Refusal/Reason/keyCompleted(_:)``.
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - account: who pays.
    ///   - member: who acts within the account.
    ///   - attributes: what the policy's price rules may look at.
    ///   - units: what the call is going to use, as far as that is known before.
    ///   - key: names the call.
    ///   - isFailure: says of a value that was returned whether it is a failure all the same, and to be refunded.
    ///   - operation: the feature itself, with its charge at hand.
    /// - Returns: what the closure returned, now or then.
    public func runOnce<Value: Codable & Sendable>(
        _ action: String,
        for account: AccountID,
        member: MemberID? = nil,
        attributes: Attributes = [:],
        units: Units = [:],
        key: IdempotencyKey,
        isFailure: @Sendable (Value) -> Bool = { _ in false },
        operation: @escaping @Sendable (Charge) async throws -> Value
    ) async throws -> Value {
        let call = Call(account: account, member: member, attributes: attributes, units: units, key: key)
        do {
            return try await joined(call, of: action) {
                try await pass(call, through: action, .refunds, isFailure, storing: stored, operation)
            }
        } catch let refusal as Refusal {
            guard let bytes = refusal.storedResult,
                let value = try? JSONDecoder().decode(Stored<Value>.self, from: Data(bytes)).value
            else { throw refusal }
            return value
        }
    }

    private func stored<Value: Codable>(_ value: Value) -> [UInt8]? {
        guard let data = try? JSONEncoder().encode(Stored(value: value)) else { return nil }
        return data.count <= Settlement.maximumResultBytes ? [UInt8](data) : nil
    }

    /// Runs the call, or waits for the one that runs under its key already.
    func joined<Value: Sendable>(
        _ call: Call,
        of action: String,
        _ body: () async throws -> Value
    ) async throws -> Value {
        guard let key = call.key else { return try await body() }
        let name = RunningCalls.Name(account: call.account, action: action, key: ExactText(key.key))
        while true {
            switch running.enter(name, fingerprint: key.fingerprint.map(ExactText.init)) {
            case .first:
                do {
                    let value = try await body()
                    running.leave(name, .success(value))
                    return value
                } catch {
                    running.leave(name, .failure(error))
                    throw error
                }
            case .running(let call):
                switch await call.result {
                case .success(let value as Value): return value
                // Whoever went away was the other caller; this one tries for itself.
                case .failure(is CancellationError): try Task.checkCancellation()
                case .failure(let error): throw error
                // The same key, for a closure that returns something else: the ledger will say what is known of it.
                case .success: return try await body()
                }
            case .differs: return try await body()
            }
        }
    }
}

/// JSON has values at its top level only since RFC 8259; wrapped, every decoder takes them.
private struct Stored<Value: Codable>: Codable {
    let value: Value
}

/// The calls with a key that run in this process.
final class RunningCalls: Sendable {
    struct Name: Hashable {
        let account: AccountID
        let action: String
        let key: ExactText
    }

    enum Entry {
        case first
        case running(RunningCall)
        /// It runs with another fingerprint: another request.
        case differs
    }

    private let calls = Mutex<[Name: RunningCall]>([:])

    func enter(_ name: Name, fingerprint: ExactText?) -> Entry {
        calls.withLock { calls in
            if let call = calls[name] { return call.fingerprint == fingerprint ? .running(call) : .differs }
            calls[name] = RunningCall(fingerprint: fingerprint)
            return .first
        }
    }

    func leave(_ name: Name, _ result: Result<any Sendable, any Error>) {
        calls.withLock { $0.removeValue(forKey: name) }?.finish(result)
    }
}

/// One call that others wait for.
final class RunningCall: Sendable {
    private enum State {
        case running([CheckedContinuation<Result<any Sendable, any Error>, Never>])
        case finished(Result<any Sendable, any Error>)
    }

    let fingerprint: ExactText?
    private let state = Mutex<State>(.running([]))

    init(fingerprint: ExactText?) {
        self.fingerprint = fingerprint
    }

    var result: Result<any Sendable, any Error> {
        get async {
            await withCheckedContinuation { continuation in
                let result: Result<any Sendable, any Error>? = state.withLock { state in
                    switch state {
                    case .running(let waiting):
                        state = .running(waiting + [continuation])
                        return nil
                    case .finished(let result): return result
                    }
                }
                if let result { continuation.resume(returning: result) }
            }
        }
    }

    func finish(_ result: Result<any Sendable, any Error>) {
        let waiting: [CheckedContinuation<Result<any Sendable, any Error>, Never>] = state.withLock { state in
            defer { state = .finished(result) }
            guard case .running(let waiting) = state else { return [] }
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: result) }
    }
}
