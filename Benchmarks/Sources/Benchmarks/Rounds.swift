import Faregate
import FaregateSQLite
import Foundation
import Workload

/// One who takes part: measures for about a second when it is its turn, and proves its books in the end.
protocol Entrant {
    func round(_ samples: Samples) async throws
    func finish(_ samples: Samples) async throws
}

extension Entrant {
    func finish(_ samples: Samples) async throws {}
}

/// How the disk is doing: on a busy machine that explains more of the table than anything else.
struct DiskRounds: Entrant {
    let path: String
    let seconds: Double

    func round(_ samples: Samples) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        let page = Data(repeating: 1, count: 4096)
        let start = ContinuousClock.now
        var times: [Double] = []
        while ContinuousClock.now - start < .seconds(seconds / 4) {
            let before = ContinuousClock.now
            try file.write(contentsOf: page)
            try file.synchronize()
            times.append((ContinuousClock.now - before).inMicroseconds)
        }
        try file.close()
        samples.add(.fsync, median(times) ?? 0)
    }
}

struct BareRounds: Entrant {
    let loop: BareLoop
    let seconds: Double

    func round(_ samples: Samples) {
        for batch in [1, 64] {
            let hold = loop.measure(batch: batch, settling: false, seconds: seconds)
            samples.add(.bareHold(batch: batch), hold.perSecond)
            let settle = loop.measure(batch: batch, settling: true, seconds: seconds)
            samples.add(.bareHoldAndSettle(batch: batch), settle.perSecond)
        }
    }

    func finish(_ samples: Samples) { loop.verify() }
}

struct GRDBRounds: Entrant {
    let peer: GRDBPeer
    let seconds: Double
    let calls = Total()

    func round(_ samples: Samples) async throws {
        for callers in [1, 64] {
            let rate = try await peer.measure(callers: callers, seconds: seconds)
            calls.count += rate.count
            samples.add(.grdb(callers: callers), rate.perSecond)
        }
    }

    func finish(_ samples: Samples) throws { try peer.verify(calls: calls.count) }
}

struct ServerRounds: Entrant {
    let peers: ServerPeers
    let name: String
    let sample: Sample
    let seconds: Double
    let calls = Total()

    func round(_ samples: Samples) {
        let (calls, perSecond) = peers.measure(name, seconds: seconds)
        self.calls.count += calls
        samples.add(sample, perSecond)
    }

    func finish(_ samples: Samples) { peers.verify(name, calls: calls.count) }
}

final class Total {
    var count = 0
}

struct PolicyRounds: Entrant {
    let times: PolicyTimes

    func round(_ samples: Samples) throws {
        samples.add(.quote, try times.quoteMicroseconds())
        samples.add(.load, try times.loadSeconds())
    }
}
