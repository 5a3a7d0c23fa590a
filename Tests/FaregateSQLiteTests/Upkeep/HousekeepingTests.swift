import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// Housekeeping deletes in small steps, and makes as many of them as are needed.
@Suite("One round of housekeeping") struct HousekeepingTests {
    private let day = 24 * hour
    private var twoDaysLater: Timestamp { newYear.advanced(byMilliseconds: 2 * day) }

    /// Rows of numbers from 1 on.
    private func numbers(_ count: Int64) -> String {
        "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count)) "
    }

    private func expectRightBooks(_ ledger: SQLiteLedger) async throws {
        let report = try await ledger.audit()
        #expect(report.differences.map(\.description) == [])
    }

    @Test("A step of housekeeping deletes about 500 hits, also of counters with fewer hits each")
    func stepOfHits() async throws {
        try await withLedger { ledger in
            let database = try RawDatabase(ledger.path)
            for account in 1...5 {
                try database.execute(
                    """
                    INSERT INTO counters (account_id, member_id, limit_id, window_ms, window_end, used)
                    VALUES (\(account), 0, 1, \(hour), \(newYear.rawValue + hour), 300);
                    """ + numbers(300) + """
                        INSERT INTO counter_hits (account_id, member_id, limit_id, at, charge_id, amount)
                        SELECT \(account), 0, 1, \(newYear.rawValue), n, 1 FROM number
                        """
                )
            }
            let now = twoDaysLater
            let next = try await ledger.write(.ledger) { books throws(SQLError) in
                try books.pruneCounters(from: .first, at: now)
            }
            #expect(next != nil)
            #expect(try database.integer("SELECT count(*) FROM counter_hits") == 900)
            await ledger.performHousekeeping(at: now)
            #expect(try database.integer("SELECT count(*) FROM counter_hits") == 0)
            #expect(try database.integer("SELECT count(*) FROM counters") == 0)
        }
    }

    @Test("Housekeeping deletes 5,000 expired keys, and no other")
    func keys() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let short = try await ledger.hold(.generate(key: try IdempotencyKey("held", lifetime: .milliseconds(1000))))
            let long = try IdempotencyKey("long", lifetime: .milliseconds(9 * day))
            let kept = try await ledger.hold(.generate(key: long))
            #expect(try await ledger.settle(kept, at: newYear))
            let settled = try await ledger.hold(.generate())
            #expect(try await ledger.settle(settled, at: newYear))
            let database = try RawDatabase(ledger.path)
            // Each of a charge that an archive has taken.
            try database.execute(
                numbers(5000) + """
                    INSERT INTO keys (account_id, action, key, charge_id, expires_at)
                    SELECT 1, 'generate', 'old ' || n, -n, \(newYear.rawValue) + n FROM number
                    """
            )
            // The process lives, and its hold is as good as new.
            let minuteLater = newYear.advanced(byMilliseconds: minute)
            await ledger.performHousekeeping(at: minuteLater)
            #expect(try database.rows("SELECT key FROM keys ORDER BY key") == [["held"], ["long"]])
            #expect(try await ledger.settle(short, at: minuteLater))
            await ledger.performHousekeeping(at: minuteLater)
            #expect(try database.rows("SELECT key FROM keys") == [["long"]])
        }
    }

    @Test("Housekeeping deletes 5,000 hits of one counter and those of 2,000 others, with the counters")
    func hits() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            _ = try await ledger.hold(.generate(limits: [.within(hour, 10)]))
            let database = try RawDatabase(ledger.path)
            let start = newYear.rawValue
            try database.execute(
                """
                \(numbers(5000)) INSERT INTO counter_hits SELECT 1, 0, 1, \(start) + n, -n, 1 FROM number;
                UPDATE counters SET used = 5001;
                \(numbers(2000)) INSERT INTO counters
                    SELECT n, 7, 1, NULL, \(hour), \(start + hour) + n, 3 FROM number;
                \(numbers(2000)) INSERT INTO counter_hits SELECT n, 7, 1, \(start), -n, 1 FROM number;
                \(numbers(2000)) INSERT INTO counter_hits SELECT n, 7, 1, \(start) + n, -5000 - n, 2 FROM number;
                """
            )
            let before = try database.rows(
                "SELECT (SELECT count(*) FROM counter_hits), (SELECT count(*) FROM counters)")
            #expect(before == [["9001", "2001"]])
            await ledger.performHousekeeping(at: newYear.advanced(byMilliseconds: 2 * hour))
            // A counter stays for a day after its window, for a clock that steps back.
            let between = try database.rows(
                "SELECT (SELECT count(*) FROM counter_hits), (SELECT count(*) FROM counters), (SELECT sum(used) FROM counters)"
            )
            #expect(between == [["0", "2001", "0"]])
            await ledger.performHousekeeping(at: twoDaysLater)
            #expect(try database.integer("SELECT count(*) FROM counters") == 0)
        }
    }

    @Test("Housekeeping deletes 3,000 ended counters, and no current one")
    func calendarCounters() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let current = LimitCheck.perDay(1, from: twoDaysLater)
            _ = try await ledger.hold(.generate(limits: [current]), at: twoDaysLater)
            let database = try RawDatabase(ledger.path)
            try database.execute(
                numbers(3000) + """
                    INSERT INTO counters SELECT n + 1, 0, 1, \(newYear.rawValue), NULL, \(newYear.rawValue + day), 5 FROM number
                    """
            )
            await ledger.performHousekeeping(at: twoDaysLater.advanced(byMilliseconds: 1))
            #expect(try database.rows("SELECT account_id, used FROM counters") == [["1", "1"]])
            let again = try await ledger.charge(.generate(limits: [current]), at: twoDaysLater)
            guard case .refused(.limit(_, 1, 1, _)) = again else { throw TestFailure("the limit forgot its call") }
        }
    }

    @Test("Housekeeping deletes the hits of a rolling limit that became a calendar limit, once no window can have them")
    func editedLimit() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            let counter = "generate/edited"
            let rolling = LimitCheck(
                name: "edited", counter: counter, max: 5, window: .rolling(milliseconds: hour), givesBack: true
            )
            for _ in 0..<3 { _ = try await ledger.hold(.generate(limits: [rolling])) }
            _ = try await ledger.hold(.generate(limits: [.perDay(5, counter: counter)]))
            let database = try RawDatabase(ledger.path)
            func rows() throws -> [[String]] {
                try database.rows("SELECT (SELECT count(*) FROM counter_hits), (SELECT count(*) FROM counters)")
            }
            await ledger.performHousekeeping(at: newYear.advanced(byMilliseconds: 300 * day))
            #expect(try rows() == [["3", "1"]])
            await ledger.performHousekeeping(at: newYear.advanced(byMilliseconds: 366 * day))
            #expect(try rows() == [["0", "0"]])
            try await expectRightBooks(ledger)
        }
    }

    @Test("Housekeeping deletes 1,500 bodies of events that were processed long ago")
    func bodies() async throws {
        try await withLedger { ledger in
            for number in 0..<3 {
                let event = Inbox.Event.test("evt_\(number)")
                let told = Purchase.Event(names: Purchase.Names(checkout: "cs_1"), fact: .paid())
                if number == 0 { try await Till(ledger).record(Sale.purchase(), checkout: "cs_1") }
                _ = try await ledger.receive(event, reading: .facts([told]), at: newYear)
            }
            let database = try RawDatabase(ledger.path)
            try database.execute(
                numbers(1500) + """
                    INSERT INTO inbox (provider, event, type, body, state, received_at, acted_at)
                    SELECT 'stripe', 'old ' || n, 'test', x'01', 'done', 1, \(newYear.rawValue) - n FROM number
                    """
            )
            await ledger.performHousekeeping(at: newYear.advanced(byMilliseconds: Purchase.Retention.bodyMilliseconds))
            let bodies = try database.rows("SELECT length(body), count(*) FROM inbox GROUP BY 1 ORDER BY 1")
            #expect(bodies == [["0", "1500"], ["8", "3"]])
        }
    }

    @Test("Housekeeping refunds the holds of dead processes, and deletes the processes")
    func holders() async throws {
        try await withLedger { ledger in
            try await ledger.give(3000, reference: "promo")
            var held: [ChargeID] = []
            for _ in 0..<3 { held.append(try await ledger.hold(.generate(cost: 1))) }
            let database = try RawDatabase(ledger.path)
            try database.execute(
                numbers(2000) + "INSERT INTO holders SELECT n, 'dead', \(newYear.rawValue) FROM number"
            )
            // 1,500 more are held by the first of them, more than one step refunds.
            try database.execute(
                numbers(1500) + """
                    INSERT INTO charges (id, account_id, price_id, holder_id, created_at, quoted, cost, state_since)
                    SELECT 1000 + n, 1, 1, 1, \(newYear.rawValue), 0, 0, \(newYear.rawValue) FROM number;
                    INSERT INTO journal (previous, at, account_id, kind, credits, held, charge_id)
                    SELECT (SELECT last_entry FROM accounts), \(newYear.rawValue), 1, 'charge', 0, 0, id
                    FROM charges WHERE holder_id = 1
                    """
            )
            await ledger.performHousekeeping(at: newYear.advanced(byMilliseconds: minute))
            let open = try await ledger.openCharges(at: newYear)
            #expect(open.map(\.id) == held)
            #expect(try database.integer("SELECT count(*) FROM holders") == 1)
            let balance = try await ledger.balance(of: "ana", at: newYear)
            #expect(balance?.held == 3 && balance?.remaining == 2997)
        }
    }

    @Test("Housekeeping leaves a limit unchanged: it refuses the same calls until the same time")
    func limitsStayExact() async throws {
        try await withLedger { ledger in
            try await ledger.give(10_000, reference: "promo")
            // One call every ten seconds: after 80 minutes, 120 of 480 have left the window of an hour.
            var at = newYear
            for _ in 0..<480 {
                _ = try await ledger.hold(.generate(cost: 1, limits: [.within(hour, 1000)]), at: at)
                at = at.advanced(byMilliseconds: 10_000)
            }
            let later = at.advanced(byMilliseconds: 20 * minute)
            let counted = try RawDatabase(ledger.path).integer(
                "SELECT count(*) FROM counter_hits WHERE at > \(later.rawValue - hour)")
            #expect(counted == 239)
            func decisions() async throws -> [ChargeDecision] {
                var decisions: [ChargeDecision] = []
                for max in [0, 100, 238, 239] {
                    let request = ChargeRequest.generate(cost: 1, limits: [.within(hour, Int64(max))])
                    decisions.append(try await ledger.charge(request, at: later))
                }
                return decisions
            }
            let before = try await decisions()
            await ledger.performHousekeeping(at: later)
            let database = try RawDatabase(ledger.path)
            #expect(try database.rows("SELECT used FROM counters") == [["239"]])
            #expect(try database.integer("SELECT count(*) FROM counter_hits") == 239)
            let after = try await decisions()
            #expect(after == before)
            _ = try await ledger.hold(.generate(cost: 1, limits: [.within(hour, 240)]), at: later)
            try await expectRightBooks(ledger)
        }
    }
}
