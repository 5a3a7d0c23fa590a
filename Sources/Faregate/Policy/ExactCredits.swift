/// An amount of credits with its fraction, before it is rounded.
package struct ExactCredits: Hashable, Sendable {
    package let whole: UInt128
    /// The numerator of the fraction; less than the denominator.
    package let remainder: Int64
    /// 1 to 2^53 − 1.
    package let denominator: Int64

    init(whole: UInt128, remainder: Int64, denominator: Int64) {
        (self.whole, self.remainder, self.denominator) = (whole, remainder, denominator)
    }

    package var roundedUp: UInt128 { whole + (remainder > 0 ? 1 : 0) }
}

extension ExactCredits: CustomStringConvertible {
    /// For people, and exact: `3`, `0.004`, or `8 1/3` if nine decimals aren't enough.
    package var description: String {
        guard remainder > 0 else { return "\(whole)" }
        if let decimals { return "\(whole).\(decimals)" }
        let divisor = greatestCommonDivisor(remainder, denominator)
        return (whole == 0 ? "" : "\(whole) ") + "\(remainder / divisor)/\(denominator / divisor)"
    }

    /// `004` for 4/1000; nil if there are more than nine.
    private var decimals: String? {
        let scale: UInt128 = 1_000_000_000
        let (billionths, rest) = (UInt128(remainder) * scale).quotientAndRemainder(dividingBy: UInt128(denominator))
        guard rest == 0 else { return nil }
        var digits = String(String(scale + billionths).dropFirst())
        while digits.hasSuffix("0") { digits.removeLast() }
        return digits
    }
}
