import Dispatch
import Foundation
import Workload

/// What SQLite allows a reader: threads that step one prepared SELECT each, on a connection of their own.
enum BareReads {
    static func measure(
        _ sql: String,
        path: String,
        accounts: [String],
        threads: Int,
        seconds: Double
    ) async -> Double {
        await withTaskGroup(of: Double.self) { group in
            for number in 0..<threads {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread.detachNewThread {
                            continuation.resume(
                                returning: read(sql, path: path, accounts: accounts, from: number, seconds: seconds)
                            )
                        }
                    }
                }
            }
            return await group.reduce(0, +)
        }
    }

    private static func read(
        _ sql: String,
        path: String,
        accounts: [String],
        from number: Int,
        seconds: Double
    ) -> Double {
        let database = BareDatabase(path: path)
        database.run("PRAGMA query_only = ON")
        let select = database.prepare(sql)
        let names = BareNames(accounts: accounts.count) { accounts[$0 - 1] }
        var count = 0
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(seconds) {
            let account = Int32((number * 7919 + count) % accounts.count) + 1
            let sum = names.withName(of: account) { name in
                select.bind(name, at: 1)
                return select.sum()
            }
            precondition(sum != 0, "an account has no credits")
            count += 1
        }
        return Rate(count: count, since: start).perSecond
    }
}
