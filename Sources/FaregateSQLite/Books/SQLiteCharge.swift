package import Faregate
import FaregateBooks

/// The statement of a charge in SQLite: see ``ChargeProgram``.
final class SQLiteCharge: ChargeStatement {
    private let database: Database
    /// The statements, by shape.
    private var programs: [ChargeShape: Statement] = [:]
    /// The id of the next charge in this transaction; nil if the latest id must be looked up first.
    private var next: ChargeID?

    init(_ database: Database) { self.database = database }

    func charge(_ call: NumberedCall, isSplit: Bool, by holder: Int64) throws(SQLError) -> NewCharge {
        let id = try upcomingID()
        try insert(call, as: id, isSplit: isSplit, by: holder)
        next = ChargeID(rawValue: id.rawValue + 1)
        // A grant that pays alone keeps at least the low balance, so only a split charge can fall below it.
        return NewCharge(id: id, mayBeLow: isSplit)
    }

    func nextID() throws(SQLError) -> ChargeID {
        let id = try upcomingID()
        next = ChargeID(rawValue: id.rawValue + 1)
        return id
    }

    func beginTransaction() { next = nil }

    func forget() {
        programs = [:]
        next = nil
    }

    /// Ids are never reused: the latest charge always stays in the file.
    private func upcomingID() throws(SQLError) -> ChargeID {
        if let next { return next }
        let id = ChargeID(rawValue: (try database.integer("SELECT max(id) FROM charges") ?? 0) + 1)
        next = id
        return id
    }

    /// Binds values in the order of `ChargeProgram.columns`.
    private func insert(_ call: NumberedCall, as id: ChargeID, isSplit: Bool, by holder: Int64) throws(SQLError) {
        let statement = try program(call.terms.shape.of(call.request, isSplit: isSplit))
        var values = Binding(to: statement.pointer)
        values.bind(id.rawValue)
        values.bind(call.account)
        values.bind(call.member)
        values.bind(call.terms.price)
        values.bind(holder)
        values.skip()  // The statement looks up the grant that is spent first.
        values.bind(call.now.rawValue)
        values.bind(call.request.cost.rawValue)
        values.bind(call.keptCredits)
        values.bind(call.terms.counted)
        values.bind(call.facts.attributes)
        values.bind(call.request.shadow)
        values.bind(call.facts.units)
        if let plan = call.request.assumedPlan { values.bind(plan.name) }
        if let key = call.request.key {
            values.bind(call.request.terms.firstName)
            values.bind(key.key)
            values.bind(key.fingerprint)
            values.bind(call.now.advanced(byMilliseconds: key.lifetimeMilliseconds).rawValue)
        }
        for limit in call.terms.limits { values.bind(limit, at: call.now) }
        try database.run(statement)
    }

    private func program(_ shape: ChargeShape) throws(SQLError) -> Statement {
        if let known = programs[shape] { return known }
        let program = ChargeProgram(shape: shape)
        try database.execute(script: program.definition)
        let statement = try database.prepare(program.statement)
        if let size = database.cacheSize, programs.count >= size { programs.removeAll() }
        programs[shape] = statement
        return statement
    }
}

extension Binding {
    /// The columns of one limit for ``ChargeProgram``. A limit to which this call adds nothing never refuses
    /// it.
    fileprivate mutating func bind(_ limit: NumberedLimit, at now: Timestamp) {
        let window = limit.check.window.range(at: now)
        bind(limit.number)
        bind(window.from)
        bind(window.until)
        bind(limit.check.window.lengthMilliseconds)
        bind(limit.check.amount > 0 ? limit.check.max : .max)
        bind(limit.check.amount)
    }
}

extension ChargeProgram {
    /// The SQL of a charge under these terms, formatted for the golden files.
    package static func text(
        for terms: ChargeTerms, isFree: Bool, hasKey: Bool, checksPlan: Bool = false, isSplit: Bool
    ) -> String {
        var shape = ChargeShape(limits: terms.limits)
        (shape.isFree, shape.hasKey, shape.checksPlan, shape.isSplit) = (isFree, hasKey, checksPlan, isSplit)
        let program = ChargeProgram(shape: shape)
        return program.definition + "\n\n" + program.statement + ";\n"
    }
}
