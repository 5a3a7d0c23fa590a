import Faregate
import Testing

@Suite struct MutexTests {
    @Test("Nothing that many tasks add at once is lost")
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

    @Test("An error thrown under the lock leaves it open for the next")
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
