#if Postgres
import Faregate
import FaregateBooks

/// The statement of a charge in PostgreSQL: the schema's function `charge`.
final class PostgresCharge: ChargeStatement {
    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) { self.connection = connection }

    func charge(_ call: NumberedCall, isSplit: Bool, by holder: Int64) throws(SQLError) -> NewCharge {
        guard let outcome = try charge([call], by: holder).first else { throw .inconsistent("a charge has no result") }
        switch outcome {
        case .made(let charge): return charge
        case .refused(let reason): throw .raising(reason)
        }
    }

    /// Charges several calls in one statement. Their accounts must be locked.
    ///
    /// - Returns: an outcome for each call, in the same order.
    func charge(_ calls: [NumberedCall], by holder: Int64) throws(SQLError) -> [Outcome] {
        var arrays = ChargeArrays()
        for call in calls { arrays.add(call) }
        var outcomes: [Outcome] = []
        try connection.forEach(ChargeArrays.statement, with: arrays.parameters(holder: holder)) {
            row throws(SQLError) in
            if let refusal = row.optionalText(1) {
                outcomes.append(.refused(refusal))
            } else {
                let first = arrays.firstLimits[outcomes.count]
                let charge = NewCharge(
                    id: ChargeID(rawValue: row.integer(0)),
                    mayBeLow: row.integer(2) == 1,
                    spendable: row.isNull(3) ? nil : try row.credits(3),
                    exceeded: PostgresArray.numbers(row.text(4)).map { $0 - first }
                )
                outcomes.append(.made(charge))
            }
            return true
        }
        guard outcomes.count == calls.count else { throw .inconsistent("a charge has no result") }
        return outcomes
    }

    enum Outcome {
        case made(NewCharge)
        case refused(String)
    }

    func nextID() throws(SQLError) -> ChargeID {
        ChargeID(rawValue: try connection.integer("SELECT nextval('charge_numbers')") ?? 0)
    }

    /// Nothing is cached: the sequence gives the ids.
    func beginTransaction() {}

    func forget() {}
}

/// The calls of a batch as arrays, one element for each call, and one for each limit of a call.
struct ChargeArrays {
    private var count: Int64 = 0
    private var limitCount = 0
    /// For each call, the position of its first limit in the limits' arrays, counted from 1.
    private(set) var firstLimits: [Int] = []
    private var columns = [PostgresArray](repeating: PostgresArray(), count: ChargeArrays.types.count)

    /// The types of the function's arrays, in order.
    private static let types =
        [String](repeating: "bigint", count: 6) + ["text", "text", "text", "text", "boolean"]
        + [String](repeating: "text", count: 4) + [String](repeating: "bigint", count: 10) + ["boolean"]

    static let statement = """
        SELECT id, refusal, is_low, spendable, exceeded FROM charge(
            ?1, ?2, \(types.enumerated().map { "?\($0.offset + 3)::\($0.element)[]" }.joined(separator: ", ")))
        ORDER BY n
        """

    mutating func add(_ call: NumberedCall) {
        count += 1
        firstLimits.append(limitCount + 1)
        limitCount += call.terms.limits.count
        let (request, key) = (call.request, call.request.key)
        let values: [any SQLValue] = [
            call.account, call.member, call.terms.price, call.now, request.cost, call.keptCredits, call.terms.counted,
            call.facts.attributes, request.shadow, call.facts.units, request.assumedPlan != nil,
            request.assumedPlan?.name, key.map { _ in request.terms.firstName }, key?.key, key?.fingerprint,
            key.map { call.now.advanced(byMilliseconds: $0.lifetimeMilliseconds) },
        ]
        for (column, value) in values.enumerated() { columns[column].add(value.parameter) }
        for limit in call.terms.limits { add(limit, of: call, after: values.count) }
    }

    private mutating func add(_ limit: NumberedLimit, of call: NumberedCall, after first: Int) {
        let counter = Counter(limit, account: call.account, member: call.member)
        let window = limit.check.window.range(at: call.now)
        let values: [any SQLValue] = [
            count, limit.number, counter.account, counter.member, window.from, window.until,
            limit.check.window.lengthMilliseconds,
            // A limit to which this call adds nothing never refuses it.
            limit.check.amount > 0 ? limit.check.max : .max, limit.check.amount, limit.check.isEnforced,
        ]
        for (column, value) in values.enumerated() { columns[first + column].add(value.parameter) }
    }

    func parameters(holder: Int64) -> [SQLParameter] {
        [.integer(holder), .integer(Lease.renewalMilliseconds)] + columns.map(\.parameter)
    }
}
#endif
