import Faregate

/// The pages of a ledger's journal, and of its archive if one is given.
struct ReplayPages<Ledger: SQLLedger>: Sendable {
    let ledger: Ledger
    let archive: String?

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

    /// The range in parts: each without its lower bound and with its upper bound.
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

    /// From this time on, all calls and those that their limits count are known: earlier ones may be in an archive that
    /// isn't read.
    func firstMoment(_ warmUpMilliseconds: Int64) async throws(LedgerError) -> Timestamp {
        guard archive == nil else { return Timestamp(rawValue: .min) }
        guard let before = try await ledger.callsArchivedBefore() else { return Timestamp(rawValue: .min) }
        return before.advanced(byMilliseconds: warmUpMilliseconds)
    }
}
