import Faregate

/// The time at which a webhook was signed, in whole seconds since 1970-01-01T00:00:00Z.
struct SigningTime: Hashable {
    /// The largest difference from now, in either direction.
    static let toleranceSeconds: Int64 = 300

    let seconds: Int64

    /// Digits only: `Int64` alone would also accept a sign.
    init?(digits: some StringProtocol) {
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(digits) else { return nil }
        self.seconds = seconds
    }

    /// Rounded down, before 1970 too.
    init(_ moment: Timestamp) {
        let (quotient, remainder) = moment.rawValue.quotientAndRemainder(dividingBy: 1000)
        seconds = remainder < 0 ? quotient - 1 : quotient
    }

    /// - Throws: ``ProviderKit/SignatureError`` if it is more than 300 seconds before or after now.
    func check(at now: Timestamp) throws(ProviderKit.SignatureError) {
        let (age, overflow) = SigningTime(now).seconds.subtractingReportingOverflow(seconds)
        guard !overflow, age.magnitude <= SigningTime.toleranceSeconds.magnitude else {
            let limit = "more than \(SigningTime.toleranceSeconds) seconds"
            throw ProviderKit.SignatureError(
                .stale,
                age < 0 || overflow
                    ? "it is dated \(limit) ahead of this server's clock"
                    : "it was signed \(limit) ago, by this server's clock"
            )
        }
    }
}
