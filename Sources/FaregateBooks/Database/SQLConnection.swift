package import Faregate

/// A connection to a ledger's database. The rules of a ledger use the database only through this protocol.
///
/// The SQL is written in SQLite's dialect, with parameters such as `?1`; PostgreSQL's connection translates it. One
/// thread at a time may use a connection.
package protocol SQLConnection: AnyObject {
    /// Runs a statement that returns no rows.
    ///
    /// - Returns: the number of rows that the statement itself changed, without its triggers.
    @discardableResult
    func run(_ sql: String, with parameters: [SQLParameter]) throws(SQLError) -> Int

    /// Calls the body with each row of the result, until the body returns false.
    func forEach(
        _ sql: String, with parameters: [SQLParameter], _ body: (any SQLRow) throws(SQLError) -> Bool
    ) throws(SQLError)

    var isInTransaction: Bool { get }

    /// Runs several statements as one unit, inside a transaction.
    func savepoint<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value

    /// Locks a row until the transaction ends, so that later reads see everything that earlier transactions committed.
    /// In a database where only one transaction writes at a time, this does nothing and returns true.
    ///
    /// - Returns: false if there is no such row. Nothing is locked in this case, so the row may appear at any time.
    @discardableResult
    func lock(_ row: LockedRow) throws(SQLError) -> Bool

    /// Locks a row as ``lock(_:)`` does, unless another transaction has locked it.
    ///
    /// - Returns: false if another transaction has locked the row, or if there is no such row.
    func lockWithoutWaiting(_ row: LockedRow) throws(SQLError) -> Bool

    /// Runs the body. If the database can do it, also overwrites the old contents of the rows that the body changes.
    func erasing<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value

    /// The most entries of each cache: prepared statements, and the numbers of accounts, members and terms
    /// (``Numbers``). Nil for the usual limits.
    var cacheSize: Int? { get }

    /// The error in words, for the people who run the ledger.
    func ledgerError(for error: SQLError) -> LedgerError
}

extension SQLConnection {
    @discardableResult
    package func run<each Value: SQLValue>(_ sql: String, _ values: repeat each Value) throws(SQLError) -> Int {
        try run(sql, with: parameters(repeat each values))
    }

    package func forEach<each Value: SQLValue>(
        _ sql: String, _ values: repeat each Value, body: (any SQLRow) throws(SQLError) -> Bool
    ) throws(SQLError) {
        try forEach(sql, with: parameters(repeat each values), body)
    }

    /// The rows of a result, each decoded into a value.
    package func rows<Element, each Value: SQLValue>(
        _ sql: String, _ values: repeat each Value, read: (any SQLRow) throws(SQLError) -> Element
    ) throws(SQLError) -> [Element] {
        var elements: [Element] = []
        try forEach(sql, with: parameters(repeat each values)) { row throws(SQLError) in
            elements.append(try read(row))
            return true
        }
        return elements
    }

    /// The first row of a result, if there is one.
    package func first<Element, each Value: SQLValue>(
        _ sql: String, _ values: repeat each Value, read: (any SQLRow) throws(SQLError) -> Element
    ) throws(SQLError) -> Element? {
        try first(sql, with: parameters(repeat each values), read: read)
    }

    /// The first row of a result, if there is one.
    package func first<Element>(
        _ sql: String, with parameters: [SQLParameter], read: (any SQLRow) throws(SQLError) -> Element
    ) throws(SQLError) -> Element? {
        var element: Element?
        try forEach(sql, with: parameters) { row throws(SQLError) in
            element = try read(row)
            return false
        }
        return element
    }

    /// The first number of a result; nil for no rows.
    package func integer<each Value: SQLValue>(
        _ sql: String, _ values: repeat each Value
    ) throws(SQLError) -> Int64? {
        try first(sql, repeat each values) { $0.integer(0) }
    }

    /// Runs an INSERT of one row.
    ///
    /// - Returns: the row's number.
    @discardableResult
    package func insert<each Value: SQLValue>(_ sql: String, _ values: repeat each Value) throws(SQLError) -> Int64 {
        guard let id = try insertIfNew(sql, repeat each values) else { throw .inconsistent("a row was not inserted") }
        return id
    }

    /// Runs an INSERT of one row, with `ON CONFLICT DO NOTHING`.
    ///
    /// - Returns: the row's number; nil if the row was there already.
    package func insertIfNew<each Value: SQLValue>(
        _ sql: String, _ values: repeat each Value
    ) throws(SQLError) -> Int64? {
        try integer(sql + " RETURNING id", repeat each values)
    }

    private func parameters<each Value: SQLValue>(_ values: repeat each Value) -> [SQLParameter] {
        var parameters: [SQLParameter] = []
        for value in repeat each values { parameters.append(value.parameter) }
        return parameters
    }
}
