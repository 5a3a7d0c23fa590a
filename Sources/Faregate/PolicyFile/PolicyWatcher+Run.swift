import Dispatch
import Foundation

extension Policy.Watcher {
    /// Follows the files until the task is cancelled: checks at once, and after each poll interval, whether they
    /// changed, and reads them when the process receives SIGHUP.
    ///
    /// From the first call on, SIGHUP no longer ends the process.
    ///
    /// - Throws: `CancellationError` when it is cancelled; nothing else.
    public func run() async throws {
        let (triggers, trigger) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let hangUps = hangUpSource()
        // The files may have changed since they were loaded, so they are checked once signals are being received.
        hangUps.setRegistrationHandler { trigger.yield() }
        hangUps.setEventHandler {
            self.readAgainNextTime()
            trigger.yield()
        }
        hangUps.resume()
        defer { hangUps.cancel() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await self.clock.sleep(for: self.pollInterval)
                    trigger.yield()
                }
            }
            group.addTask { await self.run(triggers: triggers) }
            try await group.waitForAll()
        }
    }

    /// Checks the files once per trigger, until the triggers end.
    package func run(triggers: some AsyncSequence<Void, Never> & Sendable) async {
        // On a thread that may block, because files can be on a network.
        let queue = DispatchQueue(label: "faregate.policy-watcher")
        for await _ in triggers {
            await withCheckedContinuation { continuation in
                queue.async {
                    self.reloadIfChanged()
                    continuation.resume()
                }
            }
        }
    }

    private func hangUpSource() -> any DispatchSourceSignal {
        #if canImport(Darwin)
        // Dispatch receives the signal in addition to its default action, which ends the process.
        signal(SIGHUP, SIG_IGN)
        #endif
        // On Linux Dispatch replaces the action, and would not receive a signal that is ignored.
        return DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
    }
}
