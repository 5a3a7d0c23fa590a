extension Duration {
    /// Whole milliseconds, rounded up and clamped to an `Int64`.
    package var milliseconds: Int64 {
        // Compare first: `components` traps if the seconds alone are beyond an Int64.
        guard self < .milliseconds(Int64.max) else { return .max }
        guard self > .milliseconds(Int64.min) else { return .min }
        let (seconds, attoseconds) = components
        let (rest, fraction) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000)
        // In 128 bits: for the largest and smallest durations this sum overflows an Int64, and is clamped afterwards.
        let sum = Int128(seconds) * 1000 + Int128(rest) + (fraction > 0 ? 1 : 0)
        return Int64(clamping: sum)
    }
}
