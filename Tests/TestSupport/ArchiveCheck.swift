package import Faregate
package import FaregateBooks
import FaregateSQLite
import Testing

/// What an archive must keep of a ledger, whatever the ledger's database is.
package struct ArchiveCheck: Sendable {
    private let ledger: any SQLLedger
    private let path: String
    private let later = ArchiveCheck.day(400)

    private var archive: Archive { Archive(path: path) }

    package init(_ ledger: any SQLLedger, _ path: String) { (self.ledger, self.path) = (ledger, path) }

    /// A day of its own for each.
    package static func day(_ number: Int) -> Timestamp { newYear.advanced(byMilliseconds: Int64(number) * 24 * hour) }

    @discardableResult
    package func move(closedBefore moment: Timestamp) async throws -> Int {
        try await ledger.archive(closedBefore: moment, to: path, at: later) { _ in }
    }

    package func expectCleanAudits() async throws {
        for archive in [nil, archive] {
            let report = try await ledger.audit(with: archive) { _ in }
            #expect(report.differences.map(\.description) == [])
        }
    }

    /// Moves all charges that can be moved out of a ledger with some history. The balances stay as they are.
    package func moving() async throws {
        let before = try await balances()
        let charges = try await ledger.audit(with: nil) { _ in }.charges
        let moved = try await move(closedBefore: .never)
        #expect(moved > 0)
        let left = try await ledger.audit(with: nil) { _ in }.charges
        #expect(left == charges - Int64(moved))
        try await expectCleanAudits()
        #expect(try await balances() == before)
    }

    private func balances() async throws -> [AccountBalance?] {
        var balances: [AccountBalance?] = []
        for account: AccountID in ["ana", "bob", "cleo"] {
            balances.append(try await ledger.balance(of: account, at: later))
        }
        return balances
    }

    /// Moves the calls of a new ledger three times, and compares histories and explanations with those before.
    package func reading() async throws {
        var charges: [ChargeID] = []
        for number in 0..<30 {
            let at = ArchiveCheck.day(number)
            if number % 10 == 0 { try await ledger.give(15, reference: GrantReference("\(number)"), at: at) }
            var request = ChargeRequest.generate(cost: 2)
            request.member = number % 3 == 0 ? "mia" : nil
            let charge = try await ledger.hold(request, at: at)
            if number % 4 == 0 {
                _ = try await ledger.refund(charge, because: .threw, at: at)
            } else {
                _ = try await ledger.settle(charge, at: at)
            }
            charges.append(charge)
        }
        let history = try await entries(with: nil)
        var explanations: [Ledger.ChargeExplanation?] = []
        for charge in charges { explanations.append(try await ledger.explain(charge)) }

        for days in [10, 20, 30] {
            let moment = ArchiveCheck.day(days)
            try await move(closedBefore: moment)
            for (charge, explanation) in zip(charges, explanations) {
                #expect(try await ledger.explain(charge, archive: archive) == explanation)
            }
            let all = try await entries(with: archive)
            #expect(all.filter { $0.kind != .archive } == history)
            // Without the archive, what is left: the grants, however old, and the calls since.
            let left = try await entries(with: nil).filter { $0.kind != .archive }
            #expect(left == history.filter { $0.kind == .grant || $0.at >= moment || $0.charge == charges.last })
            try await expectCleanAudits()
        }
        #expect(try await ledger.explain(charges[0]) == nil)
    }

    /// Moves calls that stayed open after the calls around them were moved.
    package func disorder() async throws {
        try await ledger.give(1000, reference: "gift", at: ArchiveCheck.day(0))
        var open: [ChargeID] = []
        for day in 1...6 {
            for call in 0..<7 {
                let charge = try await ledger.hold(.generate(cost: 1), at: ArchiveCheck.day(day))
                if call % 3 == 1 {
                    open.append(charge)
                } else {
                    _ = try await ledger.settle(charge, at: ArchiveCheck.day(day))
                }
            }
            // Refunds are lines of the history; the call is older than the lines before them.
            for charge in open.prefix(day == 6 ? 99 : 1) {
                _ = try await ledger.refund(charge, because: .threw, at: ArchiveCheck.day(day))
            }
            open.removeFirst(day == 6 ? open.count : 1)
            let before = try await entries(with: archive(ifThere: day > 1)).filter { $0.kind != .archive }
            try await move(closedBefore: ArchiveCheck.day(day + 1))
            #expect(try await entries(with: archive).filter { $0.kind != .archive } == before)
            let left = try await entries(with: nil)
            #expect(left.contains { $0.kind == .grant }, "the history without the archive goes on to its beginning")
            try await expectCleanAudits()
        }
        // The latest charge, and the one of the latest line.
        #expect(try await ledger.audit(with: nil) { _ in }.charges == 2)
    }

    private func archive(ifThere isThere: Bool) -> Archive? { isThere ? archive : nil }

    private func entries(with archive: Archive?) async throws -> [History.Entry] {
        var entries: [History.Entry] = []
        var cursor: History.Cursor?
        repeat {
            let page = try await ledger.history(of: "ana", archive: archive, after: cursor, count: 7)
            entries += page.entries
            cursor = page.next
        } while cursor != nil
        return entries
    }
}
