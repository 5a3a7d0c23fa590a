/// Faregate's background work in one `run()`: follows the policy files and stores them in the ledger, runs the payment
/// tasks if there are any, and shuts down in the right order.
///
/// ```swift
/// let service = FaregateService(gate)
/// try await service.run { try await server.run() }
/// ```
///
/// In a `ServiceGroup` of [swift-service-lifecycle](https://github.com/swift-server/swift-service-lifecycle), wrap it
/// in `cancelWhenGracefulShutdown { try await service.run() }`, and list it before the server, so that it ends after
/// the server.
public struct FaregateService: Sendable {
    public let gate: Gate
    private let callLimit: Duration
    private let tasks: [@Sendable () async throws -> Void]

    /// - Parameters:
    ///   - gate: the gate to serve. The service follows its policy files if it has a ``Policy/Watcher``, and closes its
    ///     ledger at the end.
    ///   - callLimit: how long open calls may keep running at the end before their failure rule closes them; 0 or more.
    ///   - tasks: further work to run until the service ends. A task that throws ends the service.
    public init(
        _ gate: Gate,
        waitingForCalls callLimit: Duration = .seconds(30),
        beside tasks: [@Sendable () async throws -> Void] = []
    ) {
        self.gate = gate
        self.callLimit = callLimit
        self.tasks = tasks
    }

    /// Runs until its task is cancelled. Then waits for open calls, closes the ledger and returns. Call it only once.
    ///
    /// - Throws: the error of the first task that failed, once the ledger is closed. Cancellation throws nothing.
    public func run() async throws {
        let result = await result
        // In a new task, because this one may be cancelled.
        await Task { [gate, callLimit] in
            await gate.waitForOpenCalls(upTo: callLimit)
            await gate.ledger.close()
        }.value
        if case .failure(let error) = result, !(error is CancellationError && Task.isCancelled) { throw error }
    }

    /// Runs the server with the background work beside it. When the server has ended, waits for open calls and closes
    /// the ledger. Call it only once.
    ///
    /// If the background work fails, the server's task is cancelled, since nobody would follow the policy files or look
    /// after the payments any more.
    ///
    /// - Parameter server: returns when the server has ended, and ends when its task is cancelled.
    /// - Returns: what `server` returned.
    /// - Throws: the error of the server or of the background work, once the ledger is closed.
    public func run<Value: Sendable>(
        _ server: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await run()
                return nil
            }
            group.addTask { try await server() }
            var value: Value?
            while let ended = try await group.next() {
                if let ended { value = ended }
                group.cancelAll()
            }
            guard let value else { throw CancellationError() }
            return value
        }
    }

    private var result: Result<Void, any Error> {
        get async {
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    if let watcher = gate.policies as? Policy.Watcher { group.addTask { try await watcher.run() } }
                    group.addTask { try await gate.keepPolicies() }
                    for task in tasks { group.addTask { try await task() } }
                    group.addTask { try await waitForCancellation() }
                    // The first error is rethrown, which cancels the other tasks; `waitForAll` would wait for them
                    // first.
                    for try await _ in group {}
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
    }
}

/// - Throws: `CancellationError` as soon as the task is cancelled.
private func waitForCancellation() async throws {
    let (never, continuation) = AsyncStream.makeStream(of: Void.self)
    defer { continuation.finish() }
    for await _ in never {}
    throw CancellationError()
}
