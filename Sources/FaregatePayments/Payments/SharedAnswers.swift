import Faregate

/// Who asks what somebody else is asking just now gets the same answer: at most one is asking for each key.
///
/// Whoever is cancelled waits on, as everybody does, until the answer is there; when all of them are, the asking is
/// cancelled too, and the next one asks anew.
final class SharedAnswers<Key: Hashable & Sendable, Answer: Sendable>: Sendable {
    private struct Asking {
        let task: Task<Answer, Never>
        let number: Int
        var waiting = 1
    }

    private let state = Mutex<(asking: [Key: Asking], count: Int)>(([:], 0))

    func answer(to key: Key, _ ask: @escaping @Sendable () async -> Answer) async -> Answer {
        let (task, number) = join(key, ask)
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            leave(key, number)
        }
    }

    private func join(_ key: Key, _ ask: @escaping @Sendable () async -> Answer) -> (Task<Answer, Never>, Int) {
        state.withLock { state in
            if let asking = state.asking[key] {
                state.asking[key]?.waiting += 1
                return (asking.task, asking.number)
            }
            state.count += 1
            let number = state.count
            let task = Task {
                let answer = await ask()
                forget(key, number)
                return answer
            }
            state.asking[key] = Asking(task: task, number: number)
            return (task, number)
        }
    }

    private func leave(_ key: Key, _ number: Int) {
        let abandoned: Task<Answer, Never>? = state.withLock { state in
            guard let asking = state.asking[key], asking.number == number else { return nil }
            guard asking.waiting == 1 else {
                state.asking[key]?.waiting -= 1
                return nil
            }
            state.asking[key] = nil
            return asking.task
        }
        abandoned?.cancel()
    }

    private func forget(_ key: Key, _ number: Int) {
        state.withLock { state in
            if state.asking[key]?.number == number { state.asking[key] = nil }
        }
    }
}
