import Faregate

extension SQLConnection {
    /// A limit on memory: the purchases that are read at once.
    private static var purchasesAtOnce: Int64 { 1000 }

    /// Recomputes the credits of each purchase from its facts, and compares them with the credits granted for it.
    func auditWorth(into report: inout Ledger.AuditReport) throws(SQLError) {
        var last: Int64? = .min
        while let after = last {
            last = nil
            try forEach(
                RecordedPurchase.query + "\nWHERE purchases.id > ?1 ORDER BY purchases.id LIMIT ?2", after,
                Self.purchasesAtOnce
            ) { row throws(SQLError) in
                let recorded = try RecordedPurchase(row)
                let isFlagged = row.integer(RecordedPurchase.columnCount) == 1
                let isUnpaid = row.integer(RecordedPurchase.columnCount + 1) == 1
                last = recorded.id
                for difference in try differences(of: recorded, isFlagged: isFlagged, isUnpaid: isUnpaid) {
                    report.add(difference)
                }
                return true
            }
        }
    }

    private func differences(
        of recorded: RecordedPurchase, isFlagged: Bool, isUnpaid: Bool
    ) throws(SQLError) -> [Ledger.AuditDifference] {
        let subject = "purchase \"\(recorded.purchase.id)\" of \(recorded.purchase.account)"
        let facts: [Purchase.Fact]
        do throws(SQLError) {
            facts = try self.facts(of: recorded.order).map(\.fact)
        } catch {
            guard error.kind == .damaged else { throw error }
            return [Ledger.AuditDifference("error in its facts", subject, expected: "none", found: error.message)]
        }
        var differences: [Ledger.AuditDifference] = []
        func add(_ kind: String, expected: String, found: String) {
            let fact = DerivedFact(table: .purchase, key: [recorded.id])
            differences.append(Ledger.AuditDifference(kind, subject, expected: expected, found: found, fact: fact))
        }
        let position = Purchase.Position(of: recorded.purchase, given: facts)
        if isUnpaid != facts.allSatisfy(\.isOfUnpaid) {
            add("unpaid", expected: isUnpaid ? "no" : "yes", found: isUnpaid ? "yes" : "no")
        }
        if position.credits.rawValue != recorded.position {
            add("net grant", expected: "\(position.credits) by its facts", found: "\(recorded.position)")
        }
        if position.flags.isEmpty == isFlagged {
            let flags = position.flags.map(\.rawValue).sorted().joined(separator: ", ")
            add("flag for review", expected: flags.isEmpty ? "not set" : flags, found: isFlagged ? "set" : "not set")
        }
        return differences
    }
}
