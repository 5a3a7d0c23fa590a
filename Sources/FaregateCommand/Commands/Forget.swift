import Faregate

/// `faregate forget ACCOUNT`
enum Forget: Command {
    static let name = "forget"
    static let synopsis = "ACCOUNT --reason TEXT"
    static let summary = "delete the payer details of an account's purchases"
    static let example = "forget ana --reason \"asked by mail\""
    static let options: [Option] = [.database, .reason, .by, .yes]

    private struct Answer: Encodable {
        let account: AccountID
        /// The number of purchases whose details were deleted.
        let forgotten: Int
        /// The customers that the providers still have.
        let customers: [Purchase.ProviderCustomer]
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let account = try AccountID(context.words("ACCOUNT")[0])
        let note = try context.note()
        return try await context.withLedger { ledger in
            try await context.requireAccount(account, in: ledger)
            let lines = [
                "this deletes names, addresses, receipts and the providers' messages about purchases of \(account)"
            ]
            guard context.agrees(to: "delete the payer details of \(account)?", showing: lines) else {
                Output.error("nothing was changed; add --yes to delete")
                return .refused
            }
            let forgotten = try await ledger.forget(account, note, at: context.clock.now)
            let (count, customers) = (forgotten?.purchases ?? 0, forgotten?.customers ?? [])
            let purchases = count == 1 ? "1 purchase" : "\(count) purchases"
            var result = [
                "deleted the payer details of \(account) (\(purchases)); the purchases and refunds stay"
            ]
            result += customers.map {
                "also delete customer \($0.customer) at \($0.provider); this ledger no longer has that id".printable
            }
            let answer = Answer(account: account, forgotten: count, customers: customers)
            try context.show(answer, as: result.joined(separator: "\n"))
            return .done
        }
    }
}
