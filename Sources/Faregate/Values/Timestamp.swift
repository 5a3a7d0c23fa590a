public import Foundation

/// A moment: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: RawRepresentable, Hashable, Sendable {
    /// The expiry of credits that never expire; later than every other moment.
    public static let never = Timestamp(rawValue: .max)

    /// Milliseconds since the epoch.
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Rounds to the nearest millisecond, clamped to an `Int64`.
    public init(_ date: Date) {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        rawValue = Int64(exactly: milliseconds) ?? (milliseconds < 0 ? .min : .max)
    }

    /// The moment for Foundation's formatters. A `Date` is a floating-point number, so Faregate doesn't calculate with
    /// it.
    public var date: Date { Date(timeIntervalSince1970: Double(rawValue) / 1000) }

    /// Returns a later moment (earlier if the duration is negative), rounded up to whole milliseconds and clamped to
    /// the range. ``never`` stays never.
    public func advanced(by duration: Duration) -> Timestamp {
        switch duration.milliseconds {
        case .max: .never
        case .min where self != .never: Timestamp(rawValue: .min)
        case let milliseconds: advanced(byMilliseconds: milliseconds)
        }
    }

    /// Returns the time from `earlier` to this moment; negative if `earlier` is later.
    public func duration(since earlier: Timestamp) -> Duration { .milliseconds(milliseconds(since: earlier)) }

    /// Returns a later moment (earlier if the number is negative), clamped to an `Int64`. ``never`` stays never.
    package func advanced(byMilliseconds milliseconds: Int64) -> Timestamp {
        guard self != .never else { return self }
        let (sum, overflow) = rawValue.addingReportingOverflow(milliseconds)
        guard overflow else { return Timestamp(rawValue: sum) }
        return milliseconds > 0 ? .never : Timestamp(rawValue: .min)
    }

    /// Returns the time from `earlier` to this moment, clamped to an `Int64`.
    package func milliseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) = rawValue.subtractingReportingOverflow(earlier.rawValue)
        guard overflow else { return difference }
        return self > earlier ? .max : .min
    }

    /// Returns the whole seconds to wait from `earlier` until this moment, rounded up: 0 or more.
    func secondsRoundedUp(since earlier: Timestamp) -> Int64 {
        let (seconds, rest) = Swift.max(0, milliseconds(since: earlier)).quotientAndRemainder(dividingBy: 1000)
        return rest > 0 ? seconds + 1 : seconds
    }
}

extension Timestamp: Comparable {
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.rawValue < right.rawValue }
}

/// The source of the time. Faregate takes every time from a clock, so that tests can set it.
public protocol WallClock: Sendable {
    var now: Timestamp { get }
    /// Returns after the duration, or at once if it is zero or negative.
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
        // The system's clock can't count longer durations, so no sleep is longer than 100 years.
        try await Task.sleep(for: min(max(.zero, duration), SystemClock.longestSleep))
    }

    private static let longestSleep = Duration.seconds(100 * 365 * 86_400)
}
