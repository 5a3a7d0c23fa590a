import Faregate
import Foundation

/// A progress bar on standard error: only on a terminal, and only after one second.
final class ProgressBar: Sendable {
    private struct State {
        var isDrawn = false
        var lastDrawn: Timestamp
        var step = ""
    }

    private let begun: Timestamp
    private let clock: any WallClock
    private let isOnTerminal: Bool
    private let state: Mutex<State>

    private static let patienceMilliseconds: Int64 = 1000
    private static let redrawMilliseconds: Int64 = 100
    private static let width = 30

    init(clock: any WallClock, isOnTerminal: Bool = isatty(STDERR_FILENO) == 1) {
        begun = clock.now
        self.clock = clock
        self.isOnTerminal = isOnTerminal
        state = Mutex(State(lastDrawn: begun))
    }

    /// - Parameters:
    ///   - completed: the completed part.
    ///   - total: the whole.
    ///   - step: the name of the step.
    func show(_ completed: Int, of total: Int, _ step: String) {
        if total > 0 { draw(ProgressBar.line(completed, of: total, step), step) }
    }

    /// Shows the count alone, if the total is unknown.
    func show(_ completed: Int, _ step: String) {
        draw("\(completed) \(step)", step)
    }

    private func draw(_ line: @autoclosure () -> String, _ step: String) {
        let now = clock.now
        guard isOnTerminal, now.milliseconds(since: begun) >= ProgressBar.patienceMilliseconds else { return }
        let isDue = state.withLock { state in
            let isSoon = now.milliseconds(since: state.lastDrawn) < ProgressBar.redrawMilliseconds
            // The first line of a step is always shown, because the step may take long.
            if state.isDrawn, isSoon, state.step == step { return false }
            (state.isDrawn, state.lastDrawn, state.step) = (true, now, step)
            return true
        }
        if isDue { Output.draw("\r" + line() + "\u{1B}[K") }
    }

    static func line(_ completed: Int, of total: Int, _ step: String) -> String {
        let filled = min(width, width * max(0, completed) / max(1, total))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        return "[\(bar)] \(min(100, 100 * max(0, completed) / max(1, total)))% \(step)"
    }

    /// Clears the line.
    func end() {
        if state.withLock({ $0.isDrawn }) { Output.draw("\r\u{1B}[K") }
    }
}
