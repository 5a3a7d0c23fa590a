package import Testing

extension Trait where Self == TimeLimitTrait {
    /// Ends a test that waits for something that never happens. The tests run side by side, and their clocks run while
    /// they wait for each other: on a slow machine a test that needs seconds alone took eleven minutes. So the limit is
    /// far above that, and measures nothing.
    package static var endsWhenStuck: Self { .timeLimit(.minutes(60)) }
}
