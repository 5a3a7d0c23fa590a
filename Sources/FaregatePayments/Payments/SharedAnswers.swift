import Faregate

/// Who asks what somebody else is asking just now gets the same answer, and for a while afterwards too: at most one is
/// asking for each key.
///
/// Whoever is cancelled waits on, as everybody does, until the answer is there; when all of them are, the asking is
/// cancelled too, and the next one asks anew.
final class SharedAnswers<Key: Hashable & Sendable, Answer: Sendable>: Sendable {
    private struct Asking {
        let task: Task<Answer, Never>
        let number: Int
        var waiting = 1
    }

    private struct State {
        var asking: [Key: Asking] = [:]
        /// Answers that are kept, and since when.
        var kept: [Key: (answer: Answer, at: Timestamp)] = [:]
        var count = 0
    }

    /// More answers than that are not kept.
    private static var maxKept: Int { 1000 }

    private let keptMilliseconds: Int64
    private let state = Mutex(State())

    /// - Parameter keptMilliseconds: how long an answer is given again after it was asked for.
    init(keptMilliseconds: Int64 = 0) {
        self.keptMilliseconds = keptMilliseconds
    }

    func answer(to key: Key, at now: Timestamp, _ ask: @escaping @Sendable () async -> Answer) async -> Answer {
        if let kept = kept(key, at: now) { return kept }
        let (task, number) = join(key, at: now, ask)
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            leave(key, number)
        }
    }

    private func kept(_ key: Key, at now: Timestamp) -> Answer? {
        state.withLock { state in
            guard let (answer, at) = state.kept[key] else { return nil }
            // A clock that stepped back doesn't keep it for longer.
            if (0..<keptMilliseconds).contains(now.milliseconds(since: at)) { return answer }
            state.kept[key] = nil
            return nil
        }
    }

    private func join(
        _ key: Key, at now: Timestamp, _ ask: @escaping @Sendable () async -> Answer
    ) -> (Task<Answer, Never>, Int) {
        state.withLock { state in
            if let asking = state.asking[key] {
                state.asking[key]?.waiting += 1
                return (asking.task, asking.number)
            }
            state.count += 1
            let number = state.count
            let task = Task {
                let answer = await ask()
                finish(key, number, answer, askedAt: now)
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

    private func finish(_ key: Key, _ number: Int, _ answer: Answer, askedAt: Timestamp) {
        state.withLock { state in
            // Of an asking that was abandoned, the answer is of no use to anybody.
            guard state.asking[key]?.number == number else { return }
            state.asking[key] = nil
            guard keptMilliseconds > 0 else { return }
            if state.kept.count >= Self.maxKept {
                state.kept = state.kept.filter { askedAt.milliseconds(since: $0.value.at) < keptMilliseconds }
            }
            if state.kept.count < Self.maxKept { state.kept[key] = (answer, askedAt) }
        }
    }
}
