/// All that Faregate does beside the requests of a server, in one `run()`: follows the policy files, looks after payments
/// where there are any, and ends in order.
///
/// ```swift
/// let service = FaregateService(gate)
/// try await withThrowingTaskGroup(of: Void.self) { group in
///     group.addTask { try await service.run() }
///     try await server.run()
///     group.cancelAll()
/// }
/// ```
///
/// In a `ServiceGroup` of [swift-service-lifecycle](https://github.com/swift-server/swift-service-lifecycle) it comes
/// before the server, so that it ends after the server, as
/// `cancelWhenGracefulShutdown { try await service.run() }`.
public struct FaregateService: Sendable {
    public let gate: Gate
    private let callLimit: Duration
    private let tasks: [@Sendable () async throws -> Void]

    /// - Parameters:
    ///   - gate: whose policy files are followed, where it has a ``PolicyWatcher``, and whose ledger is closed in the end.
    ///   - callLimit: how long calls that are still open may run on at the end, before they are closed by their failure
    ///     rule; 0 or more.
    ///   - tasks: run beside the others until the service ends; one that throws ends the service.
    public init(
        _ gate: Gate,
        waitingForCalls callLimit: Duration = .seconds(30),
        beside tasks: [@Sendable () async throws -> Void] = []
    ) {
        self.gate = gate
        self.callLimit = callLimit
        self.tasks = tasks
    }

    /// Runs until its task is cancelled. Then it waits for the calls that are open, closes the ledger and returns. Run it
    /// once.
    ///
    /// - Throws: what one of its tasks throws, after the ledger is closed; nothing when it is cancelled.
    public func run() async throws {
        let result = await result
        // In a task of its own: this one is cancelled.
        await Task { [gate, callLimit] in
            await gate.waitForOpenCalls(upTo: callLimit)
            await gate.ledger.close()
        }.value
        if case .failure(let error) = result, !(error is CancellationError && Task.isCancelled) { throw error }
    }

    private var result: Result<Void, any Error> {
        get async {
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    if let watcher = gate.policies as? PolicyWatcher { group.addTask { try await watcher.run() } }
                    for task in tasks { group.addTask { try await task() } }
                    group.addTask { try await waitForCancellation() }
                    // The first error leaves the group, which cancels the others; `waitForAll` would wait for them.
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
