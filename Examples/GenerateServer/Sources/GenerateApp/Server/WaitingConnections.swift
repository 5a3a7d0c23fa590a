import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

/// The connections on which the server waits for a whole request, or for the next one.
///
/// When the server is full, it closes the connection that has waited longest, to accept the next one. A request takes
/// milliseconds to arrive, so the slowest connection is most likely not sending one.
final class WaitingConnections: Sendable {
    private struct State {
        var latest: UInt64 = 0
        var channels: [ObjectIdentifier: (since: UInt64, channel: any Channel)] = [:]
    }

    private let state = Mutex(State())

    /// - Parameter channel: the connection on which the server waits from now on.
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

/// Accepts connections while there is room, and closes an idle one if there is none.
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

    /// Called before each connection. After `false` it is called again when a connection has been closed.
    func isAcceptingNewConnections() -> Bool {
        guard count >= maxCount else { return true }
        waiting.closeLongest()
        return false
    }
}
