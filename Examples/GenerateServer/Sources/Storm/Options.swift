import Foundation

/// The options of the command line.
struct Options: Sendable {
    /// The approximate number of posted webhooks, including repetitions and forgeries.
    var webhooks = 10_000
    var connections = 32
    var kills = 5
    var seed = UInt64.random(in: 1 ... .max)
    /// The paths of the programs GenerateServer and faregate.
    var server = ""
    var faregate = ""
    var policies = ""

    init(_ words: [String]) throws {
        var words = words[...]
        while let name = words.popFirst() {
            guard let value = words.popFirst() else { throw Failure("\(name) needs a value") }
            switch name {
            case "--webhooks": webhooks = try Options.number(name, value, in: 1...1_000_000)
            case "--connections": connections = try Options.number(name, value, in: 1...1000)
            case "--kills": kills = try Options.number(name, value, in: 0...100)
            case "--seed":
                guard let number = UInt64(value) else { throw Failure("--seed must be a number") }
                seed = number
            case "--server": server = value
            case "--faregate": faregate = value
            case "--policies": policies = value
            default: throw Failure("there is no option \(name); see Scripts/storm --help")
            }
        }
        guard ![server, faregate, policies].contains("") else {
            throw Failure("--server, --faregate and --policies are needed; run Scripts/storm")
        }
    }

    private static func number(_ name: String, _ text: String, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw Failure("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

/// The reason why the storm ends early: an error, or a wrong balance.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Random numbers by SplitMix64, so that the same seed performs the same acts on every checkout.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
