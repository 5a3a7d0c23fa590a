import FaregateTesting
import TestSupport
import Testing

@Suite struct DepthTests {
    @Test(
        "A sample has one case of each of the parts into which it cuts the cases",
        arguments: 1...20 as ClosedRange<UInt64>)
    func parts(seed: UInt64) {
        let sample = Depth.spread(Array(0..<103), 10, SeededGenerator(seed: seed))
        #expect(sample.enumerated().allSatisfy { (103 * $0 / 10..<103 * ($0 + 1) / 10).contains($1) })
        #expect(sample.count == 10)
    }

    @Test("A sample of few cases has all of them")
    func few() {
        #expect(Depth.spread([1, 2, 3], 3, SeededGenerator(seed: 1)) == [1, 2, 3])
        #expect(Depth.spread([Int](), 3, SeededGenerator(seed: 1)) == [])
    }

    @Test("Samples from different seeds differ")
    func others() {
        let samples = (1...20).map { Depth.spread(Array(0..<1000), 10, SeededGenerator(seed: $0)) }
        #expect(Set(samples).count > 10)
    }
}
