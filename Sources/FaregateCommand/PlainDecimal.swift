/// Writes a number of JSON without its exponent, digit for digit: `1.5e-3` becomes `0.0015`. Returns the same text if
/// there is no exponent, or one beyond ±50, which no price needs.
func withoutExponent(_ number: String) -> String {
    let parts = number.split { $0 == "e" || $0 == "E" }
    guard parts.count == 2, let exponent = Int(parts[1]), abs(exponent) <= 50 else { return number }
    let sign = parts[0].hasPrefix("-") ? "-" : ""
    let mantissa = parts[0].dropFirst(sign.count).split(separator: ".")
    let zeros = String(repeating: "0", count: abs(exponent))
    let digits = exponent < 0 ? zeros + mantissa.joined() : mantissa.joined() + zeros
    let point = mantissa[0].count + max(exponent, 0)
    let whole = String(digits.prefix(point).drop { $0 == "0" })
    var decimals = digits.dropFirst(point)
    while decimals.last == "0" { decimals.removeLast() }
    return sign + (whole.isEmpty ? "0" : whole) + (decimals.isEmpty ? "" : "." + decimals)
}
