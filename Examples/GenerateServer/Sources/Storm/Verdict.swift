import Faregate
import FaregateSQLite
import FaregateSandbox
import Foundation

/// Compares the shop's records with the providers' at the end.
struct Verdict: Sendable {
    let options: Options
    let sales: [Storm.Sale]

    /// Checks that a purchase's credits match the money that its provider kept, and that each balance is their sum.
    func balances(_ shop: Shop, _ customers: [[(name: String, value: String)]]) async throws {
        for (account, headers) in customers.enumerated() {
            let own = sales.filter { $0.account == account }
            let records = Dictionary(
                try await shop.purchases(headers).map { ($0.id, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            var sum = Storm.openingCredits
            for sale in own {
                let worth = try worth(of: sale)
                sum += worth
                guard let record = records[sale.purchase], record.credits == worth else {
                    let found = records[sale.purchase].map { "\($0.credits), \($0.status)" } ?? "nothing"
                    throw Failure(
                        "\(sale.sandbox.provider.rawValue) \(sale.checkout) should give \(worth) credits, "
                            + "and the shop has \(found)"
                    )
                }
            }
            let remaining = try await shop.remaining(headers)
            guard remaining == sum else {
                throw Failure("customer \(account) has \(remaining) credits instead of \(sum)")
            }
        }
        say("\(customers.count) balances and \(sales.count) purchases are exact")
    }

    /// Returns the credits that the account should have from a sale. Reversed credits are rounded in the customer's
    /// favour.
    private func worth(of sale: Storm.Sale) throws -> Int {
        guard let checkout = sale.sandbox.checkout(sale.checkout), let (each, _) = Providers.goods[checkout.product]
        else { throw Failure("the provider has forgotten \(sale.checkout)") }
        guard checkout.isPaid else { return 0 }
        let (credits, total, tax) = (each * checkout.quantity, checkout.total.minorUnits, checkout.tax)
        let refunds = checkout.payment?.refunds.filter(\.counts) ?? []
        let exempt = tax > 0 && refunds.contains { $0.minorUnits == tax } ? tax : 0
        let taken = total - checkout.keptMinorUnits - exempt
        return taken > 0 ? credits - credits * Int(taken) / Int(total - exempt) : credits
    }

    // MARK: The ledger's file, after the server has ended

    /// Checks that no body of a neighbour's webhook is in the ledger's file.
    func file(_ database: String, _ sent: SentEvents) throws {
        guard sent.marks.count == Neighbours.marks.count else {
            throw Failure("the neighbours' webhooks lack one of their marks: only \(sent.marks) were sent")
        }
        let files = [database, database + "-wal"].compactMap { FileManager.default.contents(atPath: $0) }
        let bytes = files.reduce(0) { $0 + $1.count }
        func has(_ text: String) -> Bool { files.contains { $0.range(of: Data(text.utf8)) != nil } }
        // Bodies of our own events are stored for a time, so finding them proves that the search works.
        guard has(#""faregate_purchase":"#) else { throw Failure("the ledger lacks the bodies of our own events too") }
        for mark in Neighbours.marks where has(mark) {
            throw Failure("the ledger's file contains text from a neighbour's webhook: \(mark)")
        }
        say("the ledger's file (\(bytes) bytes) contains nothing from the neighbours' webhooks")
    }

    /// Checks that every event has the right state and that nothing waits for a person.
    func inbox(_ database: String, _ sent: SentEvents) async throws {
        let ledger = try await Ledger.sqlite(database, creating: false)
        do { try await inbox(of: ledger, sent) } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
    }

    private func inbox(of ledger: Ledger, _ sent: SentEvents) async throws {
        var counts: [Inbox.State: Int] = [:]
        let events = sent.events
        for (id, event) in events {
            guard let entry = try await ledger.inboxEntry(id) else { throw Failure("\(id) is not recorded") }
            let isNotOurs = event.neighbour.map { !$0.saysNothing(in: event.type) } ?? false
            guard entry.state == (isNotOurs ? .notOurs : .done) else {
                let owner = event.neighbour == nil ? "ours" : "a neighbour's"
                let reason = entry.note ?? ""
                throw Failure("\(id.event), \(event.type), is \(owner), and its state is \(entry.state): \(reason)")
            }
            guard event.neighbour == nil || entry.event.body.isEmpty else {
                throw Failure("the body of \(id.event), \(event.type), is stored, although it is a neighbour's")
            }
            counts[entry.state, default: 0] += 1
        }
        try await waitsForNobody(ledger)
        let rows = try await ledger.sqlite?.tableSizes().first { $0.name == "inbox" }?.rows ?? 0
        guard rows == events.count else { throw Failure("\(rows) events are recorded, and \(events.count) were sent") }
        let foreign = events.values.count { $0.neighbour != nil }
        say(
            "\(events.count) events, \(foreign) of them the neighbours': \(counts[.notOurs] ?? 0) stored as not ours, "
                + "\(foreign - (counts[.notOurs] ?? 0)) not about purchases; no event or purchase waits for a person"
        )
    }

    private func waitsForNobody(_ ledger: Ledger) async throws {
        for state in [Inbox.State.pending, .flagged] {
            for entry in try await ledger.inbox(state, count: 1) {
                throw Failure("\(entry.event.id.event) is \(state): \(entry.note ?? "")")
            }
        }
        for record in try await ledger.flaggedPurchases(count: 1) {
            throw Failure("the purchase \(record.purchase.id) waits for a person: \(record.position.flags)")
        }
    }

    func audit(_ database: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: options.faregate)
        process.arguments = ["audit", "--database", database]
        process.standardOutput = FileHandle.standardError
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure("the audit found a mistake in the ledger") }
    }
}
