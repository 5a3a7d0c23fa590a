/// Rows with one value for each factor, in which every combination of values of any two factors occurs (strength 2), or
/// of any three (strength 3). There are far fewer rows than combinations of all values, and most faults depend on only
/// two or three values. [Kuhn, Wallace, Gallo 2004](https://doi.org/10.1109/TSE.2004.24)
package struct CoveringArray: Sendable {
    /// Each row has, for each factor, the index of the chosen value.
    package private(set) var rows: [[Int]] = []
    private let counts: [Int]
    /// All sets of `strength` factors, each in the factors' order.
    private let choices: [[Int]]

    /// - Parameters:
    ///   - counts: the number of values of each factor: 1 or more.
    ///   - strength: the size of the combinations that must all occur: 1 to the number of factors.
    ///   - seed: decides which of the possible arrays is made.
    package init(counts: [Int], strength: Int, seed: UInt64) {
        precondition((1...counts.count).contains(strength) && counts.allSatisfy { $0 > 0 })
        self.counts = counts
        choices = (0..<strength).reduce([[]]) { choices, _ in
            choices.flatMap { choice in ((choice.last ?? -1) + 1..<counts.count).map { choice + [$0] } }
        }
        let combinations = combinations
        var random = SeededGenerator(seed: seed)
        var missing = Set(combinations)
        // Shuffled by the seed: each row starts from a missing combination.
        for first in combinations.shuffled(using: &random) where missing.contains(first) {
            let row = fill(first, missing, &random)
            missing.subtract(choices.map { Combination(factors: $0, of: row) })
            rows.append(row)
        }
    }

    /// A choice of values for some of the factors.
    package struct Combination: Hashable, Sendable {
        package let factors: [Int]
        package let values: [Int]

        package init(factors: [Int], of row: [Int]) {
            self.factors = factors
            values = factors.map { row[$0] }
        }
    }

    /// All combinations that must occur.
    package var combinations: [Combination] {
        choices.flatMap { factors in
            factors.reduce([Array(repeating: 0, count: counts.count)]) { rows, factor in
                rows.flatMap { row in
                    (0..<counts[factor]).map { value in
                        var row = row
                        row[factor] = value
                        return row
                    }
                }
            }.map { Combination(factors: factors, of: $0) }
        }
    }

    /// Gives each factor in turn the value that covers the most missing combinations; ties are broken at random.
    private func fill(
        _ first: Combination,
        _ missing: Set<Combination>,
        _ random: inout SeededGenerator
    ) -> [Int] {
        var row = Array(repeating: 0, count: counts.count)
        for (factor, value) in zip(first.factors, first.values) { row[factor] = value }
        var known = first.factors
        for factor in (0..<counts.count).filter({ !first.factors.contains($0) }).shuffled(using: &random) {
            known.append(factor)
            let together = choices.filter { $0.contains(factor) && Set($0).isSubset(of: known) }
            var best = (value: 0, found: -1)
            for value in (0..<counts[factor]).shuffled(using: &random) {
                row[factor] = value
                let found = together.count { missing.contains(Combination(factors: $0, of: row)) }
                if found > best.found { best = (value, found) }
            }
            row[factor] = best.value
        }
        return row
    }
}
