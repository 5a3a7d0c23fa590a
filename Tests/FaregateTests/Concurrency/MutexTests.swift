import Faregate
import Testing

@Suite("A lock around shared state") struct MutexTests {
    @Test("No addition is lost when many tasks add at once")
    func nothingIsLost() async {
        let counts = Mutex([0, 0])
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 { counts.withLock { $0[task % 2] += 1 } }
                }
            }
        }
        #expect(counts.withLock { $0 } == [40_000, 40_000])
    }

    @Test("A lock is free again after its body has thrown an error")
    func anErrorUnlocks() {
        struct Refused: Error {}
        let value = Mutex(1)
        #expect(throws: Refused.self) {
            try value.withLock { value throws(Refused) in
                value = 2
                throw Refused()
            }
        }
        #expect(value.withLock { $0 } == 2)
    }
}
