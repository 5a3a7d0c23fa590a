import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Who paid is forgotten on request, wherever SQLite put the bytes of it meanwhile.
@Suite("Data that is forgotten") struct ForgettingTests {
    private static let marker = "Ms. Marker"

    /// How often the marker is in each of the ledger's files, and in a copy of them that somebody else makes a database
    /// of.
    private func traces(_ path: String) throws -> [String: Int] {
        var traces: [String: Int] = [:]
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
            let bytes = try Data(contentsOf: URL(filePath: path + suffix))
            traces[suffix] = bytes.count(of: ForgettingTests.marker)
            try bytes.write(to: URL(filePath: path + ".copy" + suffix))
        }
        try RawDatabase(path + ".copy").execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")
        traces["copy"] = try Data(contentsOf: URL(filePath: path + ".copy")).count(of: ForgettingTests.marker)
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + ".copy" + suffix) }
        return traces
    }

    /// How many rows have the marker.
    private func rows(_ path: String) throws -> Int64 {
        let database = try RawDatabase(path)
        let marker = ForgettingTests.marker
        return try database.integer(
            """
            SELECT (SELECT count(*) FROM billing WHERE details LIKE '%\(marker)%')
                + (SELECT count(*) FROM inbox WHERE CAST(body AS TEXT) LIKE '%\(marker)%')
            """
        )
    }

    /// What a provider sends of somebody: it holds the marker, which the value itself doesn't print.
    private func body(_ details: Purchase.BillingDetails) throws -> String {
        String(decoding: try JSONEncoder().encode(details), as: UTF8.self)
    }

    private func details(_ account: String, _ random: inout SeededGenerator) -> Purchase.BillingDetails {
        let name = account == "ana" ? ForgettingTests.marker : "Somebody"
        // Now and then more than a page.
        let lines = Int.random(in: 0...(Int.random(in: 0..<20, using: &random) == 0 ? 300 : 30), using: &random)
        return Purchase.BillingDetails(
            name: name,
            email: "\(account)@example.com",
            address: Array(repeating: "\(name) of \(account)", count: lines)
        )
    }

    /// Every third purchase is ana's. Events about each arrive again and again, with longer and shorter texts, so that
    /// rows move within their page and to other pages.
    private func sell(_ count: Int, in till: Till, _ random: inout SeededGenerator) async throws {
        for step in 1...3 * count {
            let number = min(step, Int.random(in: 1...count, using: &random))
            // Ana has paid for hers: nobody has a hundred unpaid checkouts.
            let account = number.isMultiple(of: 3) ? "ana" : "account \(number)"
            let (checkout, names) = (
                "cs_\(number)", Purchase.Names(checkout: "cs_\(number)", payments: ["pi_\(number)"])
            )
            let id = try Purchase.ID("pur_\(number)")
            if try await till.ledger.purchases(.one(id)).isEmpty {
                try await till.record(Sale.purchase(id, of: try AccountID(account)), checkout: checkout)
                if account == "ana" {
                    let paid = Purchase.Event(names: names, fact: .paid())
                    _ = try await till.ledger.record([paid], of: "stripe", isRehearsal: false, at: newYear)
                }
            }
            let billing = details(account, &random)
            let told = Purchase.Event(names: names, fact: step.isMultiple(of: 2) ? .opened : .paid(), billing: billing)
            if Bool.random(using: &random) {
                _ = try await till.ledger.record([told], of: "stripe", isRehearsal: false, at: newYear)
            } else {
                let event = Inbox.Event.test("evt_\(step)", body: try body(billing))
                _ = try await till.ledger.receive(event, reading: .facts([told]), at: newYear)
            }
            if step.isMultiple(of: 5) { _ = try await till.ledger.hold(.generate(cost: 0)) }
        }
    }

    @Test("Forgotten data is in neither the file, its log nor a copy, while the ledger is open and after it was closed")
    func fewPurchases() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            let till = Till(ledger)
            for (id, account) in [("pur_1", "ana"), ("pur_2", "ben"), ("pur_3", "ana")] as [(Purchase.ID, AccountID)] {
                try await till.record(Sale.purchase(id, of: account), checkout: "cs_\(id)")
                let names = Purchase.Names(checkout: "cs_\(id)", payments: ["pi_\(id)"])
                for lines in 1...3 {
                    let name = account == "ana" ? ForgettingTests.marker : "Ben"
                    let address = Array(repeating: name, count: lines)
                    let billing = Purchase.BillingDetails(name: name, address: address)
                    let event = Inbox.Event.test("evt_\(id)_\(lines)", body: try body(billing))
                    let told = Purchase.Event(names: names, fact: lines < 3 ? .opened : .paid(), billing: billing)
                    _ = try await ledger.receive(event, reading: .facts([told]), at: newYear)
                }
            }
            let before = try traces(path)
            #expect((before["-wal"] ?? 0) > 10 && (before["copy"] ?? 0) > 10, "the search finds what is there")
            let count = try await ledger.forget("ana", Ledger.Note(by: "kim", reason: "asked by mail"), at: newYear)
            #expect(count?.purchases == 2)
            #expect(try traces(path) == ["": 0, "-wal": 0, "copy": 0])
            await ledger.close()
            #expect(try traces(path) == ["": 0, "copy": 0])
        }
    }

    /// SQLite leaves something even with `secure_delete`: where rows that grow make a page overflow, and rows of it
    /// move to another page, the bytes that they had stay in the page between its list of rows and its first row.
    @Test(
        "Forgotten data is in no file, also after SQLite moved its rows between pages",
        arguments: Depth.of(quick: [seed], thorough: [seed, 1, 2])
    )
    func forgotten(seed: UInt64) async throws {
        try await withFolder { folder in
            var random = SeededGenerator(seed: seed)
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            let sold = Depth.of(quick: 80, thorough: 300)
            try await sell(sold, in: Till(ledger), &random)
            let before = try traces(path)
            #expect(
                (before["-wal"] ?? 0) > 3 * sold && (before["copy"] ?? 0) > 3 * sold, "the search finds what is there")
            #expect(try rows(path) > sold / 6)

            let note = try Ledger.Note(by: "kim", reason: "asked by mail")
            let count = try await ledger.forget("ana", note, at: newYear)
            #expect(count?.purchases ?? 0 > sold / 6)
            #expect(try rows(path) == 0)
            let after = try traces(path)
            #expect(after["-wal"] == 0)
            #expect(after[""] == 0 && after["copy"] == 0, "seed \(seed)")
            let report = try await ledger.audit()
            #expect(report.differences.map(\.description) == [])
            await ledger.close()
            #expect(try traces(path).keys.sorted() == ["", "copy"])
        }
    }
}

extension Data {
    fileprivate func count(of marker: String) -> Int {
        let marker = Array(marker.utf8)
        return withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            var (count, offset) = (0, 0)
            while let first = memchr(start + offset, Int32(marker[0]), bytes.count - offset) {
                offset = UnsafeRawPointer(first) - start
                if bytes.count - offset >= marker.count, memcmp(first, marker, marker.count) == 0 { count += 1 }
                offset += 1
            }
            return count
        }
    }
}
