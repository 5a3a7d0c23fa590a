import Faregate
import Testing

@testable import FaregateSQLite

/// SQLite keeps a copy of every page that a statement is about to change where it thinks that the statement may have to be
/// undone by itself. A third of the time of a charge went into that.
@Suite struct StraightProgramTests {
    /// Of what an SQL function may throw SQLite thinks so, and of what must hold at the end of a statement.
    /// [sqlite3VdbeAddFunctionCall](https://sqlite.org/src/file/src/vdbeaux.c)
    private static let doubtful = ["Function", "PureFunc", "FkCounter", "FkIfZero"]

    @Test("A charge that one grant pays needs no way back", arguments: [false, true], [false, true])
    func charge(isFree: Bool, hasKey: Bool) async throws {
        try await withLedger { ledger in
            let database = try RawDatabase(ledger.path)
            for limit in StraightProgramTests.limits {
                var shape = ChargeShape(limits: [limit, limit])
                (shape.isFree, shape.hasKey) = (isFree, hasKey)
                let program = ChargeProgram(shape: shape)
                try database.execute(program.definition)
                let operations = try database.operations(of: program.statement)
                #expect(operations.contains("Insert"))
                #expect(operations.isDisjoint(with: StraightProgramTests.doubtful), "\(limit.name)")
            }
        }
    }

    @Test("Neither does a settlement of all that is held", arguments: [SQL.settle, .settleMany])
    func settlement(_ statement: SQL) async throws {
        try await withLedger { ledger in
            let operations = try RawDatabase(ledger.path).operations(of: statement.text)
            #expect(operations.contains("Insert"))
            #expect(operations.isDisjoint(with: StraightProgramTests.doubtful))
        }
    }

    private static let limits: [LimitCheck] = [.rolling(milliseconds: hour), .calendar(from: newYear, until: newYear)]
        .flatMap {
            (window: LimitCheck.Window) in
            [Limit.Scope.account, .member, .action].flatMap { scope in
                [true, false].map { isEnforced in
                    LimitCheck(
                        name: "\(scope), \(window), \(isEnforced)",
                        counter: "calls",
                        scope: scope,
                        max: 5,
                        amount: 1,
                        window: window,
                        givesBack: true,
                        isEnforced: isEnforced
                    )
                }
            }
        }
}

extension RawDatabase {
    /// What SQLite does for a statement and all its triggers, by the names of
    /// [its opcodes](https://www.sqlite.org/opcode.html).
    fileprivate func operations(of statement: String) throws -> Set<String> {
        Set(try rows("EXPLAIN " + statement).map { $0[1] })
    }
}
