/// The ledger's answers to workers under load, by kind, from their logs (`LedgerWorker load`).
package struct LoadLog: Sendable {
    /// The prices of charges. This and the next two are keyed by charge number.
    package private(set) var charged: [Int64: Int64] = [:]
    /// The costs of settled charges.
    package private(set) var settled: [Int64: Int64] = [:]
    /// The tokens that calls by usage reported.
    package private(set) var reported: [Int64: Int64] = [:]
    package private(set) var refunded: Set<Int64> = []
    /// The charges of dead workers that were refunded by others.
    package private(set) var recovered: Set<Int64> = []
    /// The charges that were settled after they had been refunded as abandoned.
    package private(set) var late: Set<Int64> = []
    /// The charges that were closed already when their worker closed them: by another worker, or by this one when the
    /// answer was lost.
    package private(set) var closedBefore: Set<Int64> = []
    /// How many times a charge couldn't be closed at the first attempt.
    package private(set) var leftOpen = 0
    /// How many calls were refused because the ledger was out of reach.
    package private(set) var unavailable = 0
    /// Descriptions of lines that must not occur.
    package private(set) var faults: [String] = []

    /// - Parameter lines: the complete lines of all logs.
    package init(_ lines: some Sequence<String>) {
        for line in lines {
            let words = line.split(separator: " ")
            let id = words.dropFirst().first.flatMap { Int64($0) }
            read(line, words.first ?? "", id, words.last.flatMap { Int64($0) })
        }
    }

    private mutating func read(_ line: String, _ kind: Substring, _ id: Int64?, _ number: Int64?) {
        switch (kind, id) {
        case ("charged", let id?):
            if charged.updateValue(number ?? -1, forKey: id) != nil { faults.append("charge \(id) was logged twice") }
        case ("settled", let id?): settled[id] = number
        case ("reported", let id?): reported[id] = number
        case ("refunded", let id?): refunded.insert(id)
        case ("recovered", let id?):
            if !recovered.insert(id).inserted { faults.append("charge \(id) was recovered twice") }
        case ("late", let id?): late.insert(id)
        case ("closed-before", let id?): closedBefore.insert(id)
        case ("open", _): leftOpen += 1
        case ("unavailable", _): unavailable += 1
        case ("ready", _), ("done", _): break
        default: faults.append("unexpected log line: \(line)")
        }
    }

    /// A charge in the ledger's tables.
    package struct Row: Sendable {
        /// 0 held, 1 settled, 2 refunded.
        let state: Int64
        let quoted: Int64
        let cost: Int64

        package init(state: Int64, quoted: Int64, cost: Int64) {
            (self.state, self.quoted, self.cost) = (state, quoted, cost)
        }
    }

    /// Compares the ledger with the logs: it must have every charge at its price, and closed charges as they were
    /// logged.
    ///
    /// - Parameters:
    ///   - rows: the charges of the ledger, by their numbers.
    ///   - successors: by the number of an abandoned charge, the charge that its late settlement made.
    ///   - areLogsComplete: false if calls went on after the logs were read.
    /// - Returns: what differs, one line for each kind of difference.
    package func differences(
        from rows: [Int64: Row], successors: [Int64: Int64] = [:], areLogsComplete: Bool = true
    ) -> [String] {
        var found = faults
        func expect(_ ids: some Collection<Int64>, _ what: String) {
            guard !ids.isEmpty else { return }
            let listed = ids.sorted().prefix(10).map(String.init).joined(separator: ", ")
            found.append("\(ids.count) \(what): \(listed)\(ids.count > 10 ? ", …" : "")")
        }
        expect(
            charged.filter { rows[$0.key]?.quoted != $0.value }.map(\.key),
            "logged charges are missing or have another price")
        // A worker may be killed between the two lines of a late settlement.
        let late = late.union(settled.keys.filter { successors[$0] != nil })
        let inTime = settled.keys.filter { !late.contains($0) }
        expect(inTime.filter { rows[$0]?.state != 1 }, "charges are logged as settled and aren't")
        expect(
            refunded.union(recovered).filter { rows[$0]?.state != 2 }, "charges are logged as refunded and aren't"
        )
        expect(closedBefore.filter { rows[$0]?.state == 0 }, "charges are logged as closed and are held")
        expect(
            late.filter { id in successors[id].flatMap { rows[$0] }?.state != 1 || rows[id]?.state != 2 },
            "charges are logged as settled late and aren't"
        )
        let twice = inTime.filter { refunded.contains($0) || recovered.contains($0) } + refunded.intersection(recovered)
        expect(twice, "charges ended twice")
        let mispriced = settled.filter { id, cost in
            let row = late.contains(id) ? successors[id].flatMap { rows[$0] } : rows[id]
            let price = reported[id].map { 1 + ($0 + 999) / 1000 } ?? row?.quoted
            return cost != price || row?.cost != price
        }
        expect(mispriced.map(\.key), "charges were settled at another price")
        guard areLogsComplete else { return found }
        // A worker logs a charge before its handler runs. A charge without a log line never ran, so it can't be
        // settled.
        let made = Set(successors.values)
        expect(
            rows.filter { $0.value.state == 1 && charged[$0.key] == nil && !made.contains($0.key) }.map(\.key),
            "charges are settled but were never logged"
        )
        return found
    }
}
