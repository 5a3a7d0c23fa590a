import Faregate
import FaregateBooks

extension Option {
    static let existing = Option(
        name: "existing", value: nil, help: "refuse an account that the ledger lacks, instead of opening it")
}

extension Context {
    /// What the ledger has of the account.
    ///
    /// - Throws: ``Failure`` if it is nil, because the ledger lacks the account.
    func found<Value>(_ value: Value?, of account: AccountID, in ledger: any SQLLedger) async throws -> Value {
        guard let value else { throw try await unknown(account, in: ledger) }
        return value
    }

    /// - Throws: ``Failure`` if the ledger lacks the account.
    func requireAccount(_ account: AccountID, in ledger: any SQLLedger) async throws {
        _ = try await found(ledger.balance(of: account, at: clock.now), of: account, in: ledger)
    }

    func unknown(_ account: AccountID, in ledger: any SQLLedger) async throws -> Failure {
        let nearest = try await ledger.nearestAccount(to: account)
        return .refused(
            "the ledger has no account \"\(account)\"" + (nearest.map { "; did you mean \"\($0.printable)\"?" } ?? ""))
    }

    /// Says that a command for the account opened it: its id may be misspelled.
    func reportOpened(_ account: AccountID, by command: any Command.Type, in ledger: any SQLLedger) async throws {
        let nearest = try await ledger.nearestAccount(to: account)
        Output.error(
            "faregate \(command.name): opened a new account, \"\(account)\""
                + (nearest.map { "; a similar one exists: \"\($0.printable)\"" } ?? "")
                + " (--\(Option.existing.name) refuses new accounts)")
    }
}
