import CSQLite
import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation

/// A ledger in a folder of its own, which goes when the test is over.
@discardableResult
func withLedger<Value>(
    trace: (@Sendable (String) -> Void)? = nil,
    _ body: (SQLiteLedger) async throws -> Value
) async throws -> Value {
    try await withFolder { folder in
        let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: trace)
        do {
            let value = try await body(ledger)
            await ledger.close()
            return value
        } catch {
            await ledger.close()
            throw error
        }
    }
}

@discardableResult
func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    try await Places.withPlace {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder.path)
    }
}

/// How many tests may have files open at the same moment. All of them at once have more than a process may have on many
/// systems (1,024), and more than Foundation's `Process` survives on Linux: it reads beyond its list of them.
/// [swift-corelibs-foundation 5472](https://github.com/swiftlang/swift-corelibs-foundation/pull/5472)
private actor Places {
    @TaskLocal private static var isTaken = false
    private static let shared = Places()

    private var free = 24
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Whoever has a place needs no other.
    static func withPlace<Value>(_ body: () async throws -> Value) async throws -> Value {
        if isTaken { return try await body() }
        await shared.take()
        do {
            let value = try await $isTaken.withValue(true, operation: body)
            await shared.giveBack()
            return value
        } catch {
            await shared.giveBack()
            throw error
        }
    }

    private func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func giveBack() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}

/// 2026-01-01T00:00:00Z.
let newYear = Timestamp(rawValue: 1_767_225_600_000)
let minute: Int64 = 60_000
let hour: Int64 = 60 * minute

extension ChargeRequest {
    static func generate(
        for account: AccountID = "ana",
        action: String = "generate",
        cost: Credits = 10,
        limits: [LimitCheck] = [],
        key: IdempotencyKey? = nil,
        plans: PlanBook? = nil,
        opening: Credits? = nil
    ) -> ChargeRequest {
        let terms = ChargeTerms(
            action: action,
            limits: limits,
            plans: plans ?? .free(opening),
            policyVersion: "test",
            rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1)
        )
        return ChargeRequest(account: account, cost: cost, under: terms, key: key)
    }
}

extension AccountBalance {
    /// The credits alone.
    var sums: AccountBalance {
        AccountBalance(
            total: total,
            used: used,
            held: held,
            remaining: remaining,
            expired: expired,
            reversed: reversed,
            debt: debt,
            sources: sources
        )
    }
}

extension AccountBalance? {
    var sums: AccountBalance? { map(\.sums) }
}

extension PlanBook {
    /// One plan, "free", which grants so much once.
    static func free(_ credits: Credits?...) -> PlanBook {
        let grants = credits.compactMap { $0 }.map { Policy.Plan.Grant(credits: $0, every: .once) }
        let free = Policy.Plan(name: "free", grants: grants)
        return PlanBook(plans: ["free": free], defaultPlan: free)
    }
}

extension LedgerBackend {
    /// Settles the whole hold; true when that closed the charge.
    func settle(_ charge: ChargeID, at now: Timestamp) async throws(LedgerError) -> Bool {
        if case .settled = try await settle(charge, .whole, at: now) { true } else { false }
    }

    func settleLater(
        _ charge: ChargeID,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<Bool, LedgerError>) -> Void
    ) {
        settleLater(charge, .whole, at: now) { result in
            completion(result.map { if case .settled = $0 { true } else { false } })
        }
    }
}

extension LedgerBackend {
    func give(
        _ credits: Credits,
        to account: AccountID = "ana",
        reference: GrantReference,
        source: GrantSource = .promotion,
        priority: Int = 0,
        expiresAt: Timestamp = .never,
        at now: Timestamp = newYear
    ) async throws {
        let request = try GrantRequest(
            account: account,
            credits: credits,
            source: source,
            reference: reference,
            priority: priority,
            expiresAt: expiresAt
        )
        guard case .granted = try await grant(request, at: now) else { throw TestFailure("not granted") }
    }

    /// Charges, and expects to get it.
    func hold(_ request: ChargeRequest, at now: Timestamp = newYear) async throws -> ChargeID {
        switch try await charge(request, at: now) {
        case .held(let id, _, _): return id
        case .refused(let refusal): throw TestFailure("refused: \(refusal)")
        }
    }
}

struct TestFailure: Error, Equatable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// What is in the file, seen through a connection that has nothing to do with the code under test.
final class RawDatabase {
    private(set) var handle: OpaquePointer?

    init(_ path: String, vfs: String? = nil, creating: Bool = false) throws {
        let flags = SQLITE_OPEN_READWRITE | (creating ? SQLITE_OPEN_CREATE : 0)
        guard sqlite3_open_v2(path, &handle, flags, vfs) == SQLITE_OK else {
            throw TestFailure("can't open \(path)")
        }
        sqlite3_busy_timeout(handle, 10_000)
    }

    deinit { sqlite3_close(handle) }

    func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw TestFailure(String(cString: sqlite3_errmsg(handle)))
        }
    }

    func rows(_ sql: String) throws -> [[String]] {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
            throw TestFailure(String(cString: sqlite3_errmsg(handle)))
        }
        var rows: [[String]] = []
        while true {
            let result = sqlite3_step(statement)
            if result == SQLITE_DONE { return rows }
            guard result == SQLITE_ROW else { throw TestFailure(String(cString: sqlite3_errmsg(handle))) }
            rows.append(
                (0..<sqlite3_column_count(statement)).map { column in
                    sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL"
                }
            )
        }
    }

    func integer(_ sql: String) throws -> Int64 {
        guard let value = try rows(sql).first?.first.flatMap(Int64.init) else { throw TestFailure("no number: \(sql)") }
        return value
    }

    /// Where the books don't balance: empty when every grant's lines of the journal add up to what it says, every
    /// account's open charges to what is held of its grants, and every charge's payments to its cost.
    func discrepancies() throws -> [[String]] {
        try rows(
            """
            SELECT 'grant ' || grants.id, remaining, sum(credits), taken, -sum(credits) - expired - reversed + granted
            FROM grants LEFT JOIN journal ON journal.grant_id = grants.id
            GROUP BY grants.id
            HAVING remaining IS NOT sum(journal.credits)
            UNION ALL
            SELECT 'held of account ' || id, (
                    SELECT coalesce(sum(cost), 0) FROM charges WHERE account_id = accounts.id AND state = 0) AS open,
                coalesce((SELECT sum(held) FROM journal WHERE account_id = accounts.id), 0) AS held, NULL, NULL
            FROM accounts WHERE open <> held
            UNION ALL
            SELECT 'charge ' || charges.id, cost, sum(credits), NULL, NULL
            FROM charges LEFT JOIN charge_grants ON charge_id = charges.id
            WHERE charges.grant_id IS NULL
            GROUP BY charges.id HAVING cost <> coalesce(sum(credits), 0)
            """
        )
    }
}

/// Collects what closures on other threads report.
final class Collected<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var all: [Element] { state.withLock { $0.elements } }

    func removeAll() { state.withLock { $0.elements = [] } }

    func add(_ element: Element) {
        let served = state.withLock { state in
            state.elements.append(element)
            let count = state.elements.count
            defer { state.waiting.removeAll { $0.count <= count } }
            return state.waiting.filter { $0.count <= count }.map(\.continuation)
        }
        for continuation in served { continuation.resume() }
    }

    /// Returns as soon as there are that many.
    func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                let isThere = state.elements.count >= count
                if !isThere { state.waiting.append((count, continuation)) }
                return isThere
            }
            if isThere { continuation.resume() }
        }
    }
}
