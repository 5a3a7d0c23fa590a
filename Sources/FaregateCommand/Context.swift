import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateSQLite
import Foundation

/// The input of a command: its arguments, the environment, and what they refer to.
struct Context: Sendable {
    let arguments: Arguments
    let environment: [String: String]
    let clock = SystemClock()
    /// The policy to use instead of the files, which have a mistake.
    var keptPolicy: Policy?

    var asJSON: Bool { arguments.contains(Option.json.name) }

    /// The words that are not options, exactly one for each name.
    func words(_ names: String...) throws -> [String] {
        let words = arguments.positional
        guard words.count >= names.count else { throw Failure.misuse("\(names[words.count]) is missing") }
        guard words.count == names.count else {
            throw Failure.misuse("unexpected \"\(words[names.count])\"")
        }
        return words
    }

    var policyPath: String {
        get throws {
            let ofEnvironment = environment["FAREGATE_POLICIES"].flatMap { $0.isEmpty ? nil : $0 }
            return try arguments.value(Option.policies.name) ?? ofEnvironment ?? "policies"
        }
    }

    /// The policy in force now. ``Check`` prints its warnings.
    func policy() throws -> Policy { try policy(at: clock.now) }

    /// The policy in force at a moment, by the files as they are.
    func policy(at moment: Timestamp) throws -> Policy { try loadedPolicy().inForce(at: moment) }

    /// The policy of the files with all the changes that they announce, past ones too.
    private func loadedPolicy() throws -> Policy {
        if let keptPolicy { return keptPolicy }
        return try Policy.Files(path: policyPath, environment: environment).load().policy
    }

    /// The policy in force now, if the command line or the environment names one or the default path `policies` exists;
    /// otherwise nil.
    func policyIfAny() throws -> Policy? { try loadedPolicyIfAny()?.inForce(at: clock.now) }

    /// As ``policyIfAny()``, with past changes too.
    func loadedPolicyIfAny() throws -> Policy? {
        let path = try policyPath
        let isNamed =
            try arguments.value(Option.policies.name) != nil || environment["FAREGATE_POLICIES"]?.isEmpty == false
        return isNamed || FileManager.default.fileExists(atPath: path) ? try loadedPolicy() : nil
    }

    /// The path of the ledger: `--database`, or `FAREGATE_DATABASE`.
    var databasePath: String {
        get throws {
            let path = try arguments.value(Option.database.name) ?? environment["FAREGATE_DATABASE"]
            guard let path, !path.isEmpty else {
                throw Failure.misuse("say which ledger: --database PATH, or FAREGATE_DATABASE in the environment")
            }
            return path
        }
    }

    /// Whether the command line or the environment names a ledger.
    var hasDatabase: Bool {
        get throws { try (arguments.value(Option.database.name) ?? environment["FAREGATE_DATABASE"])?.isEmpty == false }
    }

    /// Whether the ledger is in a PostgreSQL database.
    static func isPostgres(_ place: String) -> Bool {
        place.hasPrefix("postgres://") || place.hasPrefix("postgresql://")
    }

    /// Runs the body with the ledger open. The ledger must exist: only `faregate init` makes one.
    ///
    /// - Parameters:
    ///   - withHousekeeping: whether this process renews its lease and refunds the holds of dead processes. Only a
    ///     command that holds charges for long needs it; a command that reads must not change the ledger.
    ///   - body: works with the ledger.
    func withLedger<Value>(
        withHousekeeping: Bool = false,
        _ body: (any SQLLedger) async throws -> Value
    ) async throws -> Value {
        let place = try databasePath
        guard Context.isPostgres(place) else {
            return try await withSQLiteLedger(withHousekeeping: withHousekeeping, body)
        }
        let ledger = try await Postgres.open(place, creating: false, clock: withHousekeeping ? clock : nil)
        return try await Context.closing(ledger, after: body)
    }

    /// For commands that only a ledger in a file supports.
    func withSQLiteLedger<Value>(
        withHousekeeping: Bool = false,
        _ body: (SQLiteLedger) async throws -> Value
    ) async throws -> Value {
        let path = try databasePath
        guard !Context.isPostgres(path) else {
            throw Failure.misuse("this command works on a ledger in a file, and the ledger is in a PostgreSQL database")
        }
        let ledger =
            try await withHousekeeping
            ? SQLiteLedger.open(path, creating: false) : SQLiteLedger.open(path, creating: false, trace: nil)
        return try await Context.closing(ledger, after: body)
    }

    /// Runs the body, and closes the ledger.
    static func closing<Opened: SQLLedger, Value>(
        _ ledger: Opened, after body: (Opened) async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await body(ledger)
            await ledger.close()
            return value
        } catch {
            await ledger.close()
            throw error
        }
    }

    /// A gate on the ledger, for changes to accounts by hand.
    ///
    /// - Parameters:
    ///   - ledger: an open ledger.
    ///   - policy: nil if the command has none; then there are no plans.
    func gate(on ledger: any LedgerBackend & PurchaseBackend, under policy: Policy? = nil) -> Gate {
        Gate(ledger: Ledger(ledger), policies: policy ?? .empty, clock: clock)
    }

    /// The person to record: the operating system's user by default.
    var by: String {
        get throws { try arguments.value(Option.by.name) ?? NSUserName() }
    }

    /// Prints a result: as JSON with `--json`, otherwise as the text.
    func show(_ value: some Encodable, as text: @autoclosure () throws -> String) throws {
        if asJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Output.result(String(decoding: try encoder.encode(value), as: UTF8.self))
        } else {
            Output.result(try text())
        }
    }
}
