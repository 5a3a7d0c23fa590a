import Faregate
import FaregateSQLite
import Foundation

/// What a command works with: its arguments, the environment, and what they lead to.
struct Context: Sendable {
    let arguments: Arguments
    let environment: [String: String]
    let clock = SystemClock()

    var asJSON: Bool { arguments.contains(Option.json.name) }

    /// The words that are no options, exactly as many as are named.
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
            try arguments.value(Option.policies.name) ?? environment["FAREGATE_POLICIES"] ?? "policies"
        }
    }

    /// The policy. Its warnings are for ``Check`` to tell.
    func policy() throws -> Policy {
        try PolicyFiles(path: policyPath, environment: environment).load().policy
    }

    /// The policy where there is one to be had without asking for it.
    func policyIfAny() throws -> Policy? {
        let path = try policyPath
        let isNamed = try arguments.value(Option.policies.name) != nil || environment["FAREGATE_POLICIES"] != nil
        return isNamed || FileManager.default.fileExists(atPath: path) ? try policy() : nil
    }

    /// Where the ledger is: `--database`, or `FAREGATE_DATABASE`.
    var databasePath: String {
        get throws {
            let path = try arguments.value(Option.database.name) ?? environment["FAREGATE_DATABASE"]
            guard let path, !path.isEmpty else {
                throw Failure.misuse("say which ledger: --database FILE, or FAREGATE_DATABASE in the environment")
            }
            return path
        }
    }

    /// Runs the body with the ledger open. The ledger must be there: only `faregate init` makes one.
    ///
    /// - Parameters:
    ///   - withHousekeeping: whether this process says that it lives and refunds what dead ones hold. Only a command that
    ///     holds charges for long has to; a command that looks must not change what it sees.
    ///   - body: works with the ledger.
    func withLedger<Value>(
        withHousekeeping: Bool = false,
        _ body: (any LedgerBackend & PurchaseBackend) async throws -> Value
    ) async throws -> Value {
        try await withSQLiteLedger(withHousekeeping: withHousekeeping, body)
    }

    /// For what is about purchases.
    func withPurchaseLedger<Value>(_ body: (any LedgerBackend & PurchaseBackend) async throws -> Value) async throws
        -> Value
    {
        try await withSQLiteLedger(body)
    }

    /// For what only a ledger in a file can do.
    func withSQLiteLedger<Value>(
        withHousekeeping: Bool = false,
        _ body: (SQLiteLedger) async throws -> Value
    ) async throws -> Value {
        let path = try databasePath
        let ledger =
            try await withHousekeeping
            ? SQLiteLedger.open(path, creating: false) : SQLiteLedger.open(path, creating: false, trace: nil)
        do {
            let value = try await body(ledger)
            await ledger.close()
            return value
        } catch {
            await ledger.close()
            throw error
        }
    }

    /// A gate on the ledger, for what people do to accounts by hand.
    ///
    /// - Parameters:
    ///   - ledger: is open.
    ///   - policy: nil where the command has none: then there are no plans.
    func gate(on ledger: any LedgerBackend & PurchaseBackend, under policy: Policy? = nil) -> Gate {
        Gate(ledger: Ledger(ledger), policies: policy ?? .empty, clock: clock)
    }

    /// Who does this, for the record: the operating system's user, unless told otherwise.
    var by: String {
        get throws { try arguments.value(Option.by.name) ?? NSUserName() }
    }

    /// Prints a result: as JSON where that was asked for, otherwise as the text.
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
