public import Foundation

/// A moment: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: RawRepresentable, Hashable, Sendable {
    /// Later than every moment: what never expires, expires then.
    public static let never = Timestamp(rawValue: .max)

    /// Milliseconds since the epoch.
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The nearest millisecond; what is beyond an `Int64` becomes its bound.
    public init(_ date: Date) {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        rawValue = Int64(exactly: milliseconds) ?? (milliseconds < 0 ? .min : .max)
    }

    /// For Foundation's formatters. A `Date` is a floating-point number: nothing that counts goes through it.
    public var date: Date { Date(timeIntervalSince1970: Double(rawValue) / 1000) }

    /// The moment that much later (earlier when negative), in whole milliseconds, rounded up; ``never`` stays never. What is
    /// beyond the range becomes its bound.
    public func advanced(by duration: Duration) -> Timestamp {
        switch duration.milliseconds {
        case .max: .never
        case .min where self != .never: Timestamp(rawValue: .min)
        case let milliseconds: advanced(byMilliseconds: milliseconds)
        }
    }

    /// The time that passes from `earlier` to this moment; negative where `earlier` is later.
    public func duration(since earlier: Timestamp) -> Duration { .milliseconds(milliseconds(since: earlier)) }

    /// The moment that many milliseconds later (earlier when negative); ``never`` stays never. What is beyond an `Int64`
    /// becomes its bound.
    package func advanced(byMilliseconds milliseconds: Int64) -> Timestamp {
        guard self != .never else { return self }
        let (sum, overflow) = rawValue.addingReportingOverflow(milliseconds)
        guard overflow else { return Timestamp(rawValue: sum) }
        return milliseconds > 0 ? .never : Timestamp(rawValue: .min)
    }

    /// The time that passes from `earlier` to this moment; what is beyond an `Int64` becomes its bound.
    package func milliseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) = rawValue.subtractingReportingOverflow(earlier.rawValue)
        guard overflow else { return difference }
        return self > earlier ? .max : .min
    }

    /// How many whole seconds to wait from `earlier` until this moment has come: 0 or more.
    func secondsRoundedUp(since earlier: Timestamp) -> Int64 {
        let (seconds, rest) = Swift.max(0, milliseconds(since: earlier)).quotientAndRemainder(dividingBy: 1000)
        return rest > 0 ? seconds + 1 : seconds
    }
}

extension Timestamp: Comparable {
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.rawValue < right.rawValue }
}

/// Where the time comes from. Everything that asks for the time asks one of these, so that tests can turn the hands.
public protocol WallClock: Sendable {
    var now: Timestamp { get }
    /// Returns when the time is up; at once where the duration is zero or negative.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before the time is up.
    func sleep(for duration: Duration) async throws
}

extension WallClock {
    package func sleep(milliseconds: Int64) async throws { try await sleep(for: .milliseconds(milliseconds)) }
}

/// The machine's own clock.
public struct SystemClock: WallClock {
    public init() {}

    public var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(rawValue: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    public func sleep(for duration: Duration) async throws {
        // A sleep beyond what the system's clock can count to never ends for anybody who waits for it.
        try await Task.sleep(for: min(max(.zero, duration), SystemClock.longestSleep))
    }

    private static let longestSleep = Duration.seconds(100 * 365 * 86_400)
}
