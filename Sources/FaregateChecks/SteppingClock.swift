package import Faregate
package import FaregateTesting

/// Has the time of a manual clock. A sleep moves that clock instead of waiting.
package struct SteppingClock: WallClock {
    private let clock: ManualClock

    package init(_ clock: ManualClock) { self.clock = clock }

    package var now: Timestamp { clock.now }

    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        clock.advance(by: duration)
    }
}
