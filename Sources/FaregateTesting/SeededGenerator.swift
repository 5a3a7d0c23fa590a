/// SplitMix64: the seed decides the whole sequence.
/// [Steele, Lea, Flood 2014](https://doi.org/10.1145/2660193.2660195)
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    private var bytes: ArraySlice<UInt8> = []

    package init(seed: UInt64) {
        state = seed
    }

    /// Takes numbers from these bytes, two bytes for each, and from a seed when the bytes are used up. So the bytes
    /// decide the history.
    package init(bytes: [UInt8]) {
        state = 0
        self.bytes = bytes[...]
    }

    /// Whether all bytes were used.
    package var isAtEnd: Bool { bytes.isEmpty }

    package mutating func next() -> UInt64 {
        if let high = bytes.popFirst() { return UInt64(high) << 56 | UInt64(bytes.popFirst() ?? 0) << 48 }
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
