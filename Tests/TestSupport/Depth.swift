package import FaregateTesting
import Foundation

/// How much the tests try. `swift test` tries a sample of every kind of case. `FAREGATE_THOROUGH=1 swift test`, which
/// Scripts/test runs, tries all cases and takes several minutes.
package enum Depth {
    package static let isThorough = ProcessInfo.processInfo.environment["FAREGATE_THOROUGH"] == "1"

    /// The number of seeds, steps, kills or other things that a test tries.
    package static func of<Number>(quick: Number, thorough: Number) -> Number { isThorough ? thorough : quick }

    /// All cases when thorough. Otherwise `count` of them: the cases are cut into that many parts of equal size, and
    /// the run's seed chooses one case of each part. So a sample covers the whole range, and each run tries other
    /// cases.
    package static func sample<Case>(_ cases: [Case], quick count: Int) -> [Case] {
        isThorough ? cases : spread(cases, count, SeededGenerator(seed: seed))
    }

    package static func spread<Case>(_ cases: [Case], _ count: Int, _ random: SeededGenerator) -> [Case] {
        guard cases.count > count else { return cases }
        var random = random
        return (0..<count).map { part in
            cases[Int.random(in: cases.count * part / count..<cases.count * (part + 1) / count, using: &random)]
        }
    }
}
