extension Duration {
    /// Whole milliseconds, rounded up; what is beyond an `Int64` becomes its bound.
    package var milliseconds: Int64 {
        // Compared first: `components` traps where the seconds alone are beyond an Int64.
        guard self < .milliseconds(Int64.max) else { return .max }
        guard self > .milliseconds(Int64.min) else { return .min }
        let (seconds, attoseconds) = components
        let (rest, fraction) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000)
        // In 128 bits: with the rest, the seconds of the largest and smallest number can pass the bound for a moment.
        let sum = Int128(seconds) * 1000 + Int128(rest) + (fraction > 0 ? 1 : 0)
        return Int64(clamping: sum)
    }
}
