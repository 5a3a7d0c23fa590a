import FaregateTesting
import Testing

@Suite("Rows that cover combinations of factors") struct CoveringArrayTests {
    @Test("Every combination of values of a few factors occurs in some row", arguments: 1...3, [1, 2, 3] as [UInt64])
    func everything(strength: Int, seed: UInt64) {
        let array = CoveringArray(counts: [4, 1, 3, 2, 5], strength: strength, seed: seed)
        for (factor, count) in [4, 1, 3, 2, 5].enumerated() {
            #expect(array.rows.allSatisfy { $0.count == 5 && (0..<count).contains($0[factor]) })
        }
        for combination in array.combinations {
            #expect(
                array.rows.contains { row in
                    zip(combination.factors, combination.values).allSatisfy { row[$0] == $1 }
                },
                "\(combination)"
            )
        }
        // Five factors, two at a time: 4·1 + 4·3 + 4·2 + 4·5 + 1·3 + 1·2 + 1·5 + 3·2 + 3·5 + 2·5; and so on.
        #expect(array.combinations.count == [1: 15, 2: 85, 3: 225][strength])
        #expect(Set(array.combinations).count == array.combinations.count)
    }

    @Test("Covering all pairs needs far fewer rows than covering all combinations")
    func size() {
        let array = CoveringArray(counts: [10, 5, 9, 5, 5, 6, 4, 3], strength: 2, seed: 1)
        #expect((90...150).contains(array.rows.count))
    }

    @Test("The same seed makes the same rows, and another seed makes others")
    func seeds() {
        let rows = CoveringArray(counts: [3, 3, 3], strength: 2, seed: 1).rows
        #expect(CoveringArray(counts: [3, 3, 3], strength: 2, seed: 1).rows == rows)
        #expect(CoveringArray(counts: [3, 3, 3], strength: 2, seed: 2).rows != rows)
    }
}
