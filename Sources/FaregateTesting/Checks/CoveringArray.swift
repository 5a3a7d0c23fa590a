/// Rows of values, one of each factor, in which every combination of values of any few factors comes up: of any two where
/// the strength is 2, of any three where it is 3. Far fewer rows than all combinations, and faults hang on two or three
/// values that meet. [Kuhn, Wallace, Gallo 2004](https://doi.org/10.1109/TSE.2004.24)
package struct CoveringArray: Sendable {
    /// Each with the number of the value of each factor.
    package private(set) var rows: [[Int]] = []
    private let counts: [Int]
    /// Every choice of as many factors as the strength, in their order.
    private let choices: [[Int]]

    /// - Parameters:
    ///   - counts: how many values each factor has: 1 or more.
    ///   - strength: of how many factors all combinations come up: 1 to as many as there are.
    ///   - seed: another one makes other rows.
    package init(counts: [Int], strength: Int, seed: UInt64) {
        precondition((1...counts.count).contains(strength) && counts.allSatisfy { $0 > 0 })
        self.counts = counts
        choices = (0..<strength).reduce([[]]) { choices, _ in
            choices.flatMap { choice in ((choice.last ?? -1) + 1..<counts.count).map { choice + [$0] } }
        }
        let combinations = combinations
        var random = SeededGenerator(seed: seed)
        var missing = Set(combinations)
        // In an order of chance, since each row begins with one of those that are missing.
        for first in combinations.shuffled(using: &random) where missing.contains(first) {
            let row = fill(first, missing, &random)
            missing.subtract(choices.map { Combination(factors: $0, of: row) })
            rows.append(row)
        }
    }

    /// A value of each of some factors.
    package struct Combination: Hashable, Sendable {
        package let factors: [Int]
        package let values: [Int]

        package init(factors: [Int], of row: [Int]) {
            self.factors = factors
            values = factors.map { row[$0] }
        }
    }

    /// All that have to come up.
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

    /// Gives each factor in turn the value that brings the most of what is missing; among equals, chance decides.
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
