import TestSupport
import Testing

/// What `faregate copy` does without a PostgreSQL server. The copy itself is tested on one, by Scripts/test-postgres.
@Suite("faregate copy", .endsWhenStuck) struct CopyTests {
    @Test("A copy between two files is refused, and the refusal names faregate backup")
    func files() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("copy", "--from", faregate.path("test.faregate"), "--to", faregate.path("new"))
            #expect(answer.status == 2 && answer.error.contains("faregate backup"))
            #expect(try faregate.files.contains("new") == false)
        }
    }

    @Test("Without PostgreSQL in the build, the refusal says how to build it")
    func withoutTrait() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate(
                "copy", "--from", faregate.path("test.faregate"), "--to", "postgres://nobody@127.0.0.1:1/none"
            )
            #if Postgres
            #expect(answer.status == 3 && answer.error.contains("postgres://127.0.0.1:1/none can't be reached"))
            #else
            #expect(answer.status == 2 && answer.error.contains("swift build --traits Postgres"))
            #endif
        }
    }

    @Test("A ledger that was not moved is not reopened")
    func notMoved() throws {
        try Tool.inFolder { faregate in
            let asked = try faregate("copy", "--reopen", faregate.path("test.faregate"))
            #expect(asked.status == 1 && asked.error.contains("add --yes"))
            let answer = try faregate("copy", "--reopen", faregate.path("test.faregate"), "--yes")
            #expect(answer.status == 3 && answer.error.contains("was not moved"))
            let both = try faregate("copy", "--reopen", faregate.path("test.faregate"), "--from", "a", "--yes")
            #expect(both.status == 2 && both.error.contains("use --reopen by itself"))
        }
    }
}
