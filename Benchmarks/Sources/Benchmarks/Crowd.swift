import Workload

/// A number of tasks that repeat the same work for a given time.
///
/// - Parameters:
///   - tasks: how many.
///   - seconds: how long: nobody begins another turn after that.
///   - turn: is told which task it is, and how many turns that has had.
func crowd(
    of tasks: Int,
    seconds: Double,
    _ turn: @escaping @Sendable (_ task: Int, _ turns: Int) async throws -> Void
) async throws -> Rate {
    let start = ContinuousClock.now
    let end = start + .seconds(seconds)
    let count = try await withThrowingTaskGroup(of: Int.self) { group in
        for task in 0..<tasks {
            group.addTask {
                var turns = 0
                while ContinuousClock.now < end {
                    try await turn(task, turns)
                    turns += 1
                }
                return turns
            }
        }
        return try await group.reduce(0, +)
    }
    return Rate(count: count, since: start)
}

/// How long each turn takes of somebody who is alone, in microseconds.
func waits(seconds: Double, _ turn: (_ turns: Int) async throws -> Void) async rethrows -> [Double] {
    let start = ContinuousClock.now
    var (times, last) = ([Double](), start)
    while last - start < .seconds(seconds) {
        try await turn(times.count)
        let now = ContinuousClock.now
        times.append((now - last).inMicroseconds)
        last = now
    }
    return times
}
