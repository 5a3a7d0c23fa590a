/// So many calls in that time.
public struct Rate: Sendable {
    public let count: Int
    public let seconds: Double

    public init(count: Int, since start: ContinuousClock.Instant) {
        self.count = count
        seconds = (ContinuousClock.now - start).inSeconds
    }

    public var perSecond: Double { Double(count) / seconds }
}

extension Duration {
    public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
    public var inMicroseconds: Double { inSeconds * 1e6 }
}

/// The middle one; the upper middle one of an even number.
public func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
}
