import Testing

@testable import Faregate

@Suite("Random bytes") struct RandomnessTests {
    @Test("No two threads get the same random bytes")
    func differ() async {
        let drawn = await withTaskGroup(of: [[UInt8]].self) { group in
            for _ in 1...8 { group.addTask { (1...500).map { [UInt8].random(count: 8 + $0 % 9) } } }
            return await group.reduce(into: [[UInt8]]()) { $0 += $1 }
        }
        #expect(Set(drawn.map { $0.prefix(8) }).count == 4000)
        #expect(drawn.map(\.count).max() == 16)
        // Every bit is set about half of the time.
        let ones = drawn.joined().reduce(0) { $0 + $1.nonzeroBitCount }
        let bits = drawn.joined().count * 8
        #expect(abs(Double(ones) / Double(bits) - 0.5) < 0.01)
    }
}
