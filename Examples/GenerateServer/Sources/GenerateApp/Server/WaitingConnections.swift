import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

/// The connections on which the server waits for a whole request, or for the next one.
///
/// When no more connections fit, the one that has waited longest is closed for the next that comes. A request takes
/// milliseconds to arrive, so the slowest of all is most likely not sending one.
final class WaitingConnections: Sendable {
    private struct State {
        var latest: UInt64 = 0
        var channels: [ObjectIdentifier: (since: UInt64, channel: any Channel)] = [:]
    }

    private let state = Mutex(State())

    /// - Parameter channel: that waits from now on.
    func add(_ channel: any Channel) {
        state.withLock { state in
            state.latest += 1
            state.channels[ObjectIdentifier(channel)] = (state.latest, channel)
        }
    }

    func remove(_ channel: any Channel) {
        state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    fileprivate func closeLongest() {
        let longest = state.withLock { state in
            state.channels.min { $0.value.since < $1.value.since }.flatMap {
                state.channels.removeValue(forKey: $0.key)
            }
        }
        longest?.channel.close(promise: nil)
    }
}

/// Takes connections while there is room, and makes room.
struct LimitedConnections: AvailableConnectionsDelegate {
    let maxCount: Int
    let waiting: WaitingConnections
    private var count = 0

    init(maxCount: Int, waiting: WaitingConnections) {
        self.maxCount = maxCount
        self.waiting = waiting
    }

    mutating func connectionOpened() { count += 1 }

    mutating func connectionClosed() { count -= 1 }

    /// Asked before each. Where it says no, it is asked again once a connection is closed.
    func isAcceptingNewConnections() -> Bool {
        guard count >= maxCount else { return true }
        waiting.closeLongest()
        return false
    }
}
