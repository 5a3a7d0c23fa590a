import Faregate

/// The accounts whose latest call was refused: a hint that it is worth looking before the writer is bothered again. A
/// crowd of refused callers then costs those who can pay nothing: it reads on its own threads.
final class RefusedAccounts: Sendable {
    /// More than that are forgotten, all of them: a limit on memory.
    static let maximumCount = 10_000

    private let accounts = Mutex<Set<AccountID>>([])

    func contains(_ account: AccountID) -> Bool {
        accounts.withLock { !$0.isEmpty && $0.contains(account) }
    }

    func note(_ account: AccountID, isRefused: Bool) {
        accounts.withLock { accounts in
            if !isRefused {
                if !accounts.isEmpty { accounts.remove(account) }
                return
            }
            if accounts.count >= RefusedAccounts.maximumCount { accounts.removeAll() }
            accounts.insert(account)
        }
    }
}
