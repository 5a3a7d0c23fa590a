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
        let call = Call(account: account, member: member, attributes: attributes, units: units, key: key).comparable
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
    ///
    /// - Throws: ``CallWithinItself`` where that one waits for this, `CancellationError` when the task that waits is
    ///   cancelled.
    func joined<Value: Sendable>(
        _ call: Call,
        of action: String,
        _ body: () async throws -> Value
    ) async throws -> Value {
        guard let key = call.key else { return try await body() }
        let firstName = policy.action(named: action)?.firstName ?? action
        let name = RunningCalls.Name(account: call.account, action: firstName, key: ExactText(key.key))
        while true {
            switch running.enter(name, fingerprint: key.fingerprint.map(ExactText.init)) {
            case .first: return try await lead(name, body)
            case .running(let first):
                switch try await running.outcome(of: first, name, calledAs: action) {
                case .returned(let value as Value): return value
                // Whoever went away was the other caller; this one tries for itself.
                case .cancelled: try Task.checkCancellation()
                case .threw(let error): throw error
                // The same key, for a closure that returns something else: the ledger will say what is known of it.
                case .returned: return try await body()
                }
            case .differs: return try await body()
            }
        }
    }

    /// Runs the call that others under its key wait for.
    private func lead<Value: Sendable>(
        _ name: RunningCalls.Name,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await running.surround(name) { try await body() }
            running.leave(name, .returned(value))
            return value
        } catch {
            // A library may throw an error of its own when its task is cancelled: that is not the others' failure.
            running.leave(name, Task.isCancelled ? .cancelled : .threw(error))
            throw error
        }
    }
}

/// JSON has values at its top level only since RFC 8259; wrapped, every decoder takes them.
private struct Stored<Value: Codable>: Codable {
    let value: Value
}
