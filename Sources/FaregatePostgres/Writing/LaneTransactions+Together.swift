#if Postgres
import Faregate
import FaregateBooks

extension LaneTransactions {
    /// Settles, and then charges, the calls of a batch that need nothing else, each kind in one statement. The batch's
    /// accounts are locked.
    ///
    /// - Returns: the jobs that are done. The other jobs, including all refused calls, run one by one afterwards, so
    ///   that each refusal is decided again and its figures are up to date.
    func performTogether(
        _ jobs: ArraySlice<any Job<LaneTransactions>>, _ books: Books, _ connection: PostgresConnection
    ) throws(SQLError) -> Set<ObjectIdentifier> {
        var done = try settleTogether(jobs, connection)
        done.formUnion(try chargeTogether(jobs, books))
        return done
    }

    private func settleTogether(
        _ jobs: ArraySlice<any Job<LaneTransactions>>, _ connection: PostgresConnection
    ) throws(SQLError) -> Set<ObjectIdentifier> {
        var settling: [ChargeID: any Job<LaneTransactions>] = [:]
        var times: [ChargeID: Timestamp] = [:]
        for job in jobs {
            guard case .wholeSettlement(let charge, .some, let now) = job.subject, settling[charge] == nil else {
                continue
            }
            (settling[charge], times[charge]) = (job, now)
        }
        guard !settling.isEmpty else { return [] }
        var done: Set<ObjectIdentifier> = []
        let charges = settling.keys.sorted { $0.rawValue < $1.rawValue }
        try connection.forEach(
            LaneTransactions.settlement,
            with: [
                PostgresArray(charges.map(\.rawValue)).parameter,
                PostgresArray(charges.map { times[$0]?.rawValue }).parameter,
            ]
        ) { row in
            if let job = settling[ChargeID(rawValue: row.integer(0))] {
                job.take(SettleResult.settled(Settled()))
                done.insert(ObjectIdentifier(job))
            }
            return true
        }
        return done
    }

    private static let settlement = """
        UPDATE charges SET state = 1, state_since = settled.at
        FROM unnest(?1::bigint[], ?2::bigint[]) AS settled (id, at)
        WHERE charges.id = settled.id AND state = 0
        RETURNING charges.id
        """

    private func chargeTogether(
        _ jobs: ArraySlice<any Job<LaneTransactions>>, _ books: Books
    ) throws(SQLError) -> Set<ObjectIdentifier> {
        guard let charges else { return [] }
        var calls: [NumberedCall] = []
        var charging: [any Job<LaneTransactions>] = []
        for job in jobs {
            guard case .call(let request, let facts, let now) = job.subject, !hasWaitedLong(since: now),
                let call = books.knownCall(request, facts, at: now)
            else { continue }
            calls.append(call)
            charging.append(job)
        }
        guard !calls.isEmpty else { return [] }
        var done: Set<ObjectIdentifier> = []
        let outcomes = try charges.charge(calls, by: books.holder)
        for (index, outcome) in outcomes.enumerated() {
            guard case .made(let charge) = outcome else { continue }
            charging[index].take(try books.decision(on: calls[index], charge))
            done.insert(ObjectIdentifier(charging[index]))
        }
        return done
    }

    /// Whether a call has waited so long that the lease must be checked at the present time, not at the call's.
    private func hasWaitedLong(since now: Timestamp) -> Bool {
        guard let present = clock?.now else { return false }
        return now.advanced(byMilliseconds: Lease.spentMilliseconds) < present
    }
}
#endif
