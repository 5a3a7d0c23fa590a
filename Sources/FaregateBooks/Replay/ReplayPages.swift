import Faregate

/// The pages of a ledger's journal, and of its archive if one is given.
struct ReplayPages<Ledger: SQLLedger>: Sendable {
    let ledger: Ledger
    let archive: Archive?

    private static var linesPerPage: Int64 { 20_000 }
    private static var accountsPerStep: Int64 { 10_000 }

    /// The lines to read, and the accounts' balances after the last of them.
    func bounds(
        since moment: Timestamp
    ) async throws(LedgerError) -> (lines: Range<Int64>, balances: [Int64: Replay.Balance]) {
        try await ledger.read(with: archive) { files throws(SQLError) in
            var balances: [Int64: Replay.Balance] = [:]
            var last: Int64 = 0
            let latest = try files[0].latestAccount
            while last < latest {
                let next = last + Self.accountsPerStep
                balances.merge(try files[0].replayedBalances(after: last, through: next)) { $1 }
                last = next
            }
            let end = try files[0].latestJournalLine
            var first = end
            for file in files { first = min(first, try file.number(before: moment, among: .journal) ?? end) }
            return (first..<max(first, end), balances)
        }
    }

    /// The range in pages. A page has the lines after its lower bound, up to and including its upper bound.
    func ranges(_ range: Range<Int64>) -> [Range<Int64>] {
        stride(from: range.lowerBound, to: range.upperBound, by: Int64.Stride(Self.linesPerPage)).map {
            $0..<min($0 + Self.linesPerPage, range.upperBound)
        }
    }

    func sums(_ range: Range<Int64>) async throws(LedgerError) -> [ReplayedSum] {
        let (first, last) = (range.lowerBound, range.upperBound)
        return try await ledger.read(with: archive) { files throws(SQLError) in
            var sums: [ReplayedSum] = []
            for file in files { sums += try file.replayedSums(after: first, through: last) }
            let grants = try files[0].replayedGrants(Set(sums.compactMap(\.grantNumber)))
            for index in sums.indices { sums[index].grant = sums[index].grantNumber.flatMap { grants[$0] } }
            return sums
        }
    }

    /// The lines in their order, and the prices that they refer to.
    func lines(
        _ range: Range<Int64>, _ prices: inout [Int64: ReplayedPrice]
    ) async throws(LedgerError) -> [ReplayedLine] {
        let (first, last, known) = (range.lowerBound, range.upperBound, prices)
        let (lines, all) = try await ledger.read(with: archive) { files throws(SQLError) in
            var (lines, prices) = ([ReplayedLine](), known)
            for file in files {
                let more = try file.replayedLines(after: first, through: last)
                for call in more.compactMap(\.call) where prices[call.price] == nil {
                    prices[call.price] = try file.replayedPrice(call.price)
                }
                lines += more
            }
            return (files.count > 1 ? lines.sorted { $0.id < $1.id } : lines, prices)
        }
        prices = all
        return lines
    }

    /// From this time on, all calls are known: earlier ones may be in an archive that isn't read. Nil if all calls made
    /// since `moment` are known.
    func knownMoment(since moment: Timestamp) async throws(LedgerError) -> Timestamp? {
        guard let archivedBefore = try await ledger.callsArchivedBefore(), moment < archivedBefore else { return nil }
        guard archive != nil else { return archivedBefore }
        guard let line = try await lastMissingLine(since: moment) else { return nil }
        // Calls of the missing lines were made before the next line, except that the clocks of servers differ.
        let next = try await ledger.read(with: archive) { files throws(SQLError) in
            var next = Timestamp.never
            for file in files { next = min(next, try file.momentOfLine(after: line) ?? .never) }
            return next
        }
        let known = min(next.latestInDisorder, archivedBefore)
        return known > moment ? known : nil
    }

    /// The latest journal line since `moment` that neither file has; nil if none is missing. Each line names the
    /// previous line of its account, and the ledger knows the last line of each run that was moved to an archive.
    private func lastMissingLine(since moment: Timestamp) async throws(LedgerError) -> Int64? {
        let (first, last) = try await ledger.read(with: archive) { files throws(SQLError) in
            (try files[1].number(before: moment, among: .journal) ?? 0, try files[0].latestJournalLine)
        }
        var missing: Int64?
        for page in ranges(first..<max(first, last)) {
            let found = try await ledger.read(with: archive) { files throws(SQLError) in
                let (ledger, archive) = (files[0], files[1])
                let named = try archive.missingPrevious(after: page.lowerBound, through: page.upperBound)
                let ends = try ledger.archivedLines(after: page.lowerBound, through: page.upperBound)
                return [
                    try ledger.lastMissing(of: named), try archive.lastMissing(of: ends),
                ].compactMap(\.self).max()
            }
            missing = [missing, found].compactMap(\.self).max()
        }
        return missing
    }
}
