extension Gate {
    /// Waits until no call of this gate is open, for a server that shuts down. After the limit, calls that are still
    /// open are closed by their failure rule; their handlers keep running, and their reports throw
    /// ``GatedCall/Closed``.
    ///
    /// Call it when the server takes no more requests, and close the ledger afterwards; ``FaregateService`` does both.
    /// It waits even if its task is cancelled.
    ///
    /// - Parameter limit: how long to wait at most; 0 or more.
    /// - Returns: the number of calls that were closed while they still ran.
    @discardableResult
    public func waitForOpenCalls(upTo limit: Duration) async -> Int {
        // In a new task, because a server that shuts down has cancelled this one.
        await Task { [self] in
            guard await !openCalls.isEmpty(within: limit.milliseconds, clock) else { return 0 }
            return await withTaskGroup(of: Bool.self) { group in
                for call in openCalls.all { group.addTask { await call.abandonNow(because: .shutDown) } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }.value
    }

    /// Waits until every call is closed, without a limit.
    package func waitForOpenCalls() async { await openCalls.waitUntilEmpty() }
}

extension OpenCalls {
    /// - Returns: false if calls are still open when the time is over.
    fileprivate func isEmpty(within milliseconds: Int64, _ clock: any WallClock) async -> Bool {
        if all.isEmpty { return true }
        let timer = Mutex<Task<Void, Never>?>(nil)
        defer { timer.withLock { $0.take() }?.cancel() }
        do {
            try await untilAbandoned(
                arm: { abandon in
                    let task = Task {
                        do { try await clock.sleep(milliseconds: milliseconds) } catch { return }
                        abandon()
                    }
                    timer.withLock { $0 = task }
                },
                operation: { [self] in await waitUntilEmpty() }
            )
            return true
        } catch {
            return false
        }
    }
}
