import Foundation
import Workload

/// A connection with one request in flight: a call is a hold, its answer, a settle, its answer.
protocol Line: AnyObject {
    /// The socket.
    var descriptor: Int32 { get }
    /// Sends the hold of the next call.
    func begin()
    /// Reads what has come, and sends the settle when that was the hold's answer.
    ///
    /// - Returns: true when the call is over.
    func proceed() -> Bool
    /// How many callers share the connection, each with a call in every request.
    var callers: Int { get }
}

extension Line {
    var callers: Int { 1 }
}

/// Drives all lines from one thread: the client takes as little of the machine from its server as it can.
///
/// When this returns, no request is in flight.
func measure(_ lines: [some Line], seconds: Double) -> Rate {
    let start = ContinuousClock.now
    let end = start + .seconds(seconds)
    var watched = lines.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    for line in lines { line.begin() }
    var (count, open) = (0, lines.count)
    while open > 0 {
        guard poll(&watched, nfds_t(watched.count), 30_000) > 0 else { fatalError("the server doesn't answer") }
        let isLate = ContinuousClock.now >= end
        for (index, line) in lines.enumerated() where watched[index].revents != 0 && line.proceed() {
            count += line.callers
            if isLate {
                watched[index].fd = -1
                watched[index].revents = 0
                open -= 1
            } else {
                line.begin()
            }
        }
    }
    return Rate(count: count, since: start)
}

/// The windows of the two limits, as of the program's start.
struct Windows {
    let day: String
    let month: String

    init(_ date: Date = Date()) {
        let text = date.formatted(.iso8601.year().month().day())
        day = text
        month = String(text.prefix(7))
    }
}
