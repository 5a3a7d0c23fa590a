import Faregate
import FaregateTesting
import Testing

@Suite("Durations at their bounds")
struct DurationTests {
    private static let huge = Duration.seconds(Int64.max) * 10

    @Test(
        "A duration is counted in whole milliseconds, rounded up and clamped to an Int64",
        arguments: [
            (.zero, 0), (.seconds(1), 1000), (.milliseconds(-5), -5), (.nanoseconds(1), 1), (.nanoseconds(999_999), 1),
            (.microseconds(1_000_001), 1001), (.nanoseconds(-1), 0), (.nanoseconds(-1_000_001), -1),
            (.milliseconds(Int64.max), .max), (.milliseconds(Int64.max) - .nanoseconds(1), .max),
            (.milliseconds(Int64.max) + .nanoseconds(1), .max), (.milliseconds(Int64.min), .min),
            (.milliseconds(Int64.min) + .milliseconds(1), .min + 1), (.milliseconds(Int64.min) - .nanoseconds(1), .min),
            (.seconds(Int64.max), .max), (.seconds(Int64.min), .min), (huge, .max), (.zero - huge, .min),
        ] as [(Duration, Int64)]
    )
    func milliseconds(duration: Duration, expected: Int64) {
        #expect(duration.milliseconds == expected)
    }

    @Test("A moment plus a duration is clamped to the range of moments")
    func moments() {
        let noon = Timestamp(rawValue: 1_790_000_000_000)
        #expect(noon.advanced(by: .seconds(90)).rawValue == 1_790_000_090_000)
        #expect(noon.advanced(by: .seconds(-90)).rawValue == 1_789_999_910_000)
        #expect(noon.advanced(by: Self.huge) == .never)
        #expect(noon.advanced(by: .zero - Self.huge).rawValue == .min)
        #expect(Timestamp.never.advanced(by: .seconds(-1)) == .never)
        #expect(noon.advanced(by: .seconds(90)).duration(since: noon) == .seconds(90))
        #expect(noon.duration(since: noon.advanced(by: .seconds(90))) == .seconds(-90))
        #expect(Timestamp.never.duration(since: Timestamp(rawValue: .min)) == .milliseconds(Int64.max))
    }

    @Test(
        "A clock doesn't sleep for a duration of zero or less",
        arguments: [.zero, .nanoseconds(-1), .zero - huge] as [Duration])
    func noSleep(duration: Duration) async throws {
        try await ManualClock().sleep(for: duration)
        try await SystemClock().sleep(for: duration)
    }

    @Test("A sleep of unlimited length can be cancelled like any other")
    func endless() async {
        let system = Task { try await SystemClock().sleep(for: Self.huge) }
        let clock = ManualClock()
        let manual = Task { try await clock.sleep(for: Self.huge) }
        await clock.waitForSleeper()
        system.cancel()
        manual.cancel()
        await #expect(throws: CancellationError.self) { try await system.value }
        await #expect(throws: CancellationError.self) { try await manual.value }
    }

    @Test("A sleeper on a manual clock wakes when its duration has passed, and not before")
    func wakes() async throws {
        let clock = ManualClock()
        let sleeper = Task { try await clock.sleep(for: .microseconds(1500)) }
        await clock.waitForSleeper()
        clock.advance(by: .milliseconds(1))
        #expect(clock.hasSleepers)
        clock.advance(by: .milliseconds(1))
        #expect(!clock.hasSleepers)
        try await sleeper.value
    }

    private static let day = Duration.seconds(86_400)

    @Test(
        "The lifetime of an idempotency key is 1 second to 366 days",
        arguments: [
            .zero, .seconds(-1), .milliseconds(999), .seconds(1) - .nanoseconds(1), day * 366 + .nanoseconds(1),
            .milliseconds(Int64.max), huge, .zero - huge,
        ] as [Duration]
    )
    func keyLifetimes(lifetime: Duration) throws {
        #expect(throws: InvalidInput.self) { try IdempotencyKey("k", lifetime: lifetime) }
        #expect(throws: InvalidInput.self) { try IdempotencyKey(header: "k", body: [], lifetime: lifetime) }
        #expect(try IdempotencyKey("k", lifetime: .seconds(1)).lifetime == .seconds(1))
        #expect(try IdempotencyKey("k", lifetime: Self.day * 366).lifetime == Self.day * 366)
        #expect(try IdempotencyKey("k").lifetime == Self.day)
    }

    @Test(
        "The lifetime of a balance snapshot is 1 second to 1 hour",
        arguments: [.zero, .seconds(-1), .milliseconds(999), .seconds(3600) + .nanoseconds(1), huge, .zero - huge]
            as [Duration]
    )
    func quickCheckLifetimes(lifetime: Duration) throws {
        let key = try Secret("0123456789abcdef0123456789abcdef")
        #expect(throws: InvalidInput.self) { try QuickCheck(key: key, lifetime: lifetime) }
        #expect(try QuickCheck(key: key, lifetime: .seconds(1)).lifetime == .seconds(1))
        #expect(try QuickCheck(key: key, lifetime: .seconds(3600)).lifetime == .seconds(3600))
    }

    @Test("A policy returns its times as durations")
    func policy() throws {
        let policy = try Policy(
            parsing: """
                { "refundGrace": "2h", "actions": { "a": { "cost": 1, "timeout": "90s" }, "b": { "cost": 1 } },
                  "packs": { "p": { "credits": 5, "price": "1.00 USD", "expires": "30d" } } }
                """
        )
        #expect(policy.refundGrace == .seconds(7200))
        #expect(try policy.quote("a", attributes: [:]).timeout == .seconds(90))
        #expect(try policy.quote("b", attributes: [:]).timeout == nil)
        #expect(policy.actions["a"]?.timeout == .seconds(90))
        #expect(policy.packs["p"]?.lifetime == Self.day * 30)
    }
}
