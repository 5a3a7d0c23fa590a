import Faregate
import Foundation
import Testing

/// Text that a body must never contain: a path, a secret, an SQL statement.
private let planted = "/var/lib/shop/credits.faregate sk_live_PLANTED SELECT remaining FROM grants"

@Suite("Any error as an HTTP answer")
struct ProblemTests {
    private static let codes: [LedgerError.Code] = [
        .folderMissing, .missing, .logMissing, .foreignLog, .replaced, .unsupported, .notALedger, .newerSchema,
        .olderSchema, .damaged, .readOnly, .full, .busy, .closed, .stopped, .overloaded, .forbidden, .tooManyOpen,
        .failed,
        LedgerError.Code(rawValue: planted),
    ]

    @Test("The answer to a ledger's error reveals nothing about the ledger", arguments: codes)
    func ledger(code: LedgerError.Code) throws {
        let problem = Problem(LedgerError(code, planted))
        #expect(try tellsNothing(problem))
        let expected = code == .forbidden ? 500 : code == .tooManyOpen ? 429 : 503
        #expect(problem.status == expected)
    }

    @Test("The answer to a ledger that can't recover has no Retry-After", arguments: codes)
    func retries(code: LedgerError.Code) {
        let isAsked = Problem(LedgerError(code, "")).headers.contains { $0.name == "Retry-After" }
        let never: [LedgerError.Code] = [.closed, .replaced, .newerSchema, .stopped, .forbidden, .tooManyOpen]
        #expect(isAsked == !never.contains(code))
    }

    @Test("The answer to a refusal during an outage reveals nothing about the ledger")
    func unavailable() throws {
        let reason = Refusal.Reason.unavailable(LedgerError(.failed, planted))
        let problem = Problem(Refusal(action: "chat", account: "ana", reason: reason, at: Timestamp(rawValue: 0)))
        #expect(problem.status == 503)
        #expect(try tellsNothing(problem))
    }

    @Test("The answer to an unknown error reveals nothing about it")
    func unknown() throws {
        struct Planted: Error, CustomStringConvertible { let description = planted }
        let foundation = NSError(domain: planted, code: 7, userInfo: [NSLocalizedDescriptionKey: planted])
        let file = CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: planted])
        for error in [Planted(), foundation, file] as [any Error] {
            let problem = Problem(error)
            #expect(problem.status == 500)
            #expect(problem.type == "about:blank")
            #expect(problem.headers.isEmpty)
            #expect(try tellsNothing(problem))
        }
    }

    @Test("The answer to a mistake in a policy file reveals nothing about the file")
    func policyFile() throws {
        let error = try #require(throws: Policy.FileError.self) { try Policy(parsing: #"{ "\#(planted)": 1 }"#) }
        #expect(error.description.contains("PLANTED"))
        #expect(try tellsNothing(Problem(error)))
        #expect(Problem(error).status == 500)
    }

    @Test("A server's own ProblemConvertible error renders itself")
    func own() {
        struct Teapot: ProblemConvertible {
            var problem: Problem { Problem(status: 418, title: "Teapot", detail: "short and stout") }
        }
        #expect(Problem(Teapot()).status == 418)
        #expect(Problem(Teapot() as any Error).detail == "short and stout")
    }

    @Test("Each error that a caller can act on has its own status")
    func statuses() throws {
        #expect(Problem(InvalidInput("no")).status == 400)
        #expect(Problem(InvalidInput("no")).detail == "no")
        #expect(Problem(CancellationError()).status == 503)
        let policy = try Policy(parsing: #"{ "actions": { "secret-feature": { "cost": 1 } } }"#)
        let unknown = try #require(throws: Gate.UnknownAction.self) {
            try policy.quote("secret-featur", attributes: [:])
        }
        #expect(unknown.nearest == "secret-feature")
        let problem = Problem(unknown)
        #expect(problem.status == 404)
        #expect(problem.detail == "there is no action \"secret-featur\" here")
    }

    @Test("A long or unprintable action name is not repeated in full")
    func longAction() throws {
        let policy = try Policy(parsing: #"{ "actions": { "a": { "cost": 1 } } }"#)
        let name = "\u{1B}[31m\r\nSet-Cookie: a" + String(repeating: "x", count: 10_000)
        let unknown = try #require(throws: Gate.UnknownAction.self) { try policy.quote(name, attributes: [:]) }
        let detail = Problem(unknown).detail
        #expect(detail.utf8.count < 200)
        #expect(!detail.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test("A problem's further members can be written as literals")
    func literals() throws {
        let members: [String: Problem.Value] = ["model": "\(40 + 2)-large", "count": 3, "isLast": true]
        #expect(members == ["model": .string("42-large"), "count": .integer(3), "isLast": .boolean(true)])
        let problem = Problem(status: 400, title: "t", detail: "d", members: ["status": 999, "list": .array([true])])
        let body = String(decoding: problem.body, as: UTF8.self)
        #expect(body == #"{"detail":"d","list":[true],"status":400,"title":"t","type":"about:blank"}"#)
    }

    private func tellsNothing(_ problem: Problem) throws -> Bool {
        let body = try #require(String(data: problem.body, encoding: .utf8))
        let texts = [body, problem.type, problem.title, problem.detail] + problem.headers.map(\.value)
        return planted.split(separator: " ").allSatisfy { part in texts.allSatisfy { !$0.contains(part) } }
    }
}
