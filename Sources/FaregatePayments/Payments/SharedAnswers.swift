import Faregate

/// Callers that ask for one key at the same time share one answer, which is also reused for a while afterwards. At most
/// one question per key is in progress.
///
/// A cancelled caller still waits for the answer, like every other caller. If all callers are cancelled, the question
/// is cancelled too, and the next caller asks again.
final class SharedAnswers<Key: Hashable & Sendable, Answer: Sendable>: Sendable {
    private struct Asking {
        let task: Task<Answer, Never>
        let number: Int
        var waiting = 1
    }

    private struct State {
        var asking: [Key: Asking] = [:]
        /// Answers that can be reused, with the time of their question.
        var kept: [Key: (answer: Answer, at: Timestamp)] = [:]
        var count = 0
    }

    /// The largest number of answers that are kept.
    private static var maxKept: Int { 1000 }

    private let keptMilliseconds: Int64
    private let state = Mutex(State())

    /// - Parameter keptMilliseconds: how long an answer is reused after its question.
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
            // If the clock stepped back, the answer is not reused.
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
            // The answer of an abandoned question is dropped.
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
