import CPeerPostgres

/// [libpq](https://www.postgresql.org/docs/15/libpq-async.html), one statement in flight.
final class PostgresConnection {
    private let connection: OpaquePointer?
    private var answer: String?

    init(_ options: String) {
        connection = PQconnectdb(options)
        guard PQstatus(connection) == CONNECTION_OK else { fail() }
    }

    deinit { PQfinish(connection) }

    var descriptor: Int32 { PQsocket(connection) }

    func run(_ script: String) { finish(PQexec(connection, script), PGRES_COMMAND_OK) }

    func prepare(_ name: String, _ statement: String) {
        finish(PQprepare(connection, name, statement, 0, nil), PGRES_COMMAND_OK)
    }

    func firstRow(_ query: String) -> [String] {
        let result = PQexec(connection, query)
        guard PQresultStatus(result) == PGRES_TUPLES_OK, PQntuples(result) > 0 else { fail() }
        defer { PQclear(result) }
        return (0..<PQnfields(result)).map { String(cString: PQgetvalue(result, 0, $0)) }
    }

    func send(_ name: String, _ parameters: [UnsafePointer<CChar>?]) {
        answer = nil
        guard PQsendQueryPrepared(connection, name, Int32(parameters.count), parameters, nil, nil, 0) == 1 else {
            fail()
        }
    }

    /// - Returns: the first value of the answer's only row; nil while the answer is not all there.
    func receive() -> String? {
        guard PQconsumeInput(connection) == 1 else { fail() }
        while PQisBusy(connection) == 0 {
            guard let result = PQgetResult(connection) else { return answer }
            guard PQresultStatus(result) == PGRES_TUPLES_OK, PQntuples(result) == 1 else { fail() }
            answer = String(cString: PQgetvalue(result, 0, 0))
            PQclear(result)
        }
        return nil
    }

    private func finish(_ result: OpaquePointer?, _ expected: ExecStatusType) {
        guard PQresultStatus(result) == expected else { fail() }
        PQclear(result)
    }

    private func fail() -> Never { fatalError("PostgreSQL: \(String(cString: PQerrorMessage(connection)))") }
}
