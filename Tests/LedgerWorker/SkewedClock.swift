import Faregate
import Foundation

/// A machine's clock that is wrong: FAREGATE_CLOCK has its error in seconds (`90`, `-90`), or two errors between which
/// it steps every three seconds (`0/-90`).
struct SkewedClock: WallClock {
    private let errorsMilliseconds: [Int64]

    init() {
        let text = ProcessInfo.processInfo.environment["FAREGATE_CLOCK"] ?? "0"
        errorsMilliseconds = text.split(separator: "/").compactMap { Int64($0).map { $0 * 1000 } }
    }

    var now: Timestamp {
        let right = SystemClock().now
        let turn = Int(right.rawValue / 3000) % max(1, errorsMilliseconds.count)
        return Timestamp(rawValue: right.rawValue + (errorsMilliseconds.isEmpty ? 0 : errorsMilliseconds[turn]))
    }

    func sleep(for duration: Duration) async throws { try await SystemClock().sleep(for: duration) }
}
