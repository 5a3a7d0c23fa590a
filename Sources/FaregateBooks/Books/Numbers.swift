package import Faregate

/// The numbers of accounts, members and terms that one connection has looked up.
///
/// A number never changes while the ledger's generation stays the same. Numbers added by a rolled back transaction are
/// dropped.
struct Numbers {
    /// A limit on memory for each cache. A full cache is emptied.
    static let maximumCount = 50_000
    /// There are few terms, unless each call counts a different amount.
    static let maximumTerms = 256

    var accounts: [AccountID: Int64] = [:]
    var members: [MemberName: Int64] = [:]
    var terms: [ObjectIdentifier: NumberedTerms] = [:]

    struct MemberName: Hashable {
        let account: Int64
        let member: MemberID
    }
}

/// The terms of a charge, with the numbers of their price and limits.
package final class NumberedTerms {
    /// Retained, so that no other terms can get the same identity.
    let terms: ChargeTerms
    package let price: Int64
    package let limits: [NumberedLimit]
    /// The limits' counts for the charge's row; nil if there are none.
    package let counted: String?
    package let shape: ChargeShape

    init(_ terms: ChargeTerms, price: Int64, limits: [NumberedLimit]) throws(SQLError) {
        // Two limits on one counter would overwrite each other's counts.
        guard Set(limits.map { [$0.number, Int64($0.check.scope.stored)] }).count == limits.count else {
            throw .inconsistent("two limits of a charge have the same counter")
        }
        self.terms = terms
        self.price = price
        self.limits = limits
        counted = CountedLimit.text(limits.map(CountedLimit.init))
        shape = ChargeShape(limits: terms.limits)
    }
}

/// A limit and its number in the ledger.
package struct NumberedLimit {
    package let check: LimitCheck
    package let number: Int64
}

extension Books {
    /// Replaces the cached numbers of accounts by those of the accounts that a transaction has found and locked: at
    /// most one for each of its jobs, so the cache stays bounded.
    package func replaceKnownAccounts(by accounts: [AccountID: Int64]) { numbers.accounts = accounts }

    /// The account's number; nil for an unknown account. Also locks the account for the transaction.
    func number(of account: AccountID) throws(SQLError) -> Int64? {
        if let number = numbers.accounts[account] {
            try database.lock(.account(number))
            return number
        }
        guard let number = try database.accountNumber(of: account) else { return nil }
        try database.lock(.account(number))
        if numbers.accounts.count >= database.cacheSize ?? Numbers.maximumCount { numbers.accounts.removeAll() }
        numbers.accounts[account] = number
        return number
    }

    /// The number of a member. A new member is inserted.
    func number(of member: MemberID, in account: Int64) throws(SQLError) -> Int64 {
        let name = Numbers.MemberName(account: account, member: member)
        if let number = numbers.members[name] { return number }
        let find = "SELECT id FROM members WHERE account_id = ?1 AND name = ?2"
        var number = try database.integer(find, account, member.rawValue)
        if number == nil {
            number = try database.insert(
                "INSERT INTO members (account_id, name) VALUES (?1, ?2)", account, member.rawValue
            )
        }
        if numbers.members.count >= database.cacheSize ?? Numbers.maximumCount { numbers.members.removeAll() }
        numbers.members[name] = number
        return number ?? 0
    }

    /// The terms with their numbers. New prices and limits are inserted.
    func numbered(_ terms: ChargeTerms) throws(SQLError) -> NumberedTerms {
        if let known = numbers.terms[ObjectIdentifier(terms)] { return known }
        var limits: [NumberedLimit] = []
        for limit in terms.limits {
            limits.append(NumberedLimit(check: limit, number: try number(ofLimit: limit.counter)))
        }
        let numbered = try NumberedTerms(terms, price: try price(of: terms), limits: limits)
        if numbers.terms.count >= database.cacheSize ?? Numbers.maximumTerms { numbers.terms.removeAll() }
        numbers.terms[ObjectIdentifier(terms)] = numbered
        return numbered
    }

    private func price(of terms: ChargeTerms) throws(SQLError) -> Int64 {
        let (action, version, rule) = (terms.action, terms.policyVersion, terms.rule.description)
        let grace = terms.refundGraceMilliseconds
        let find = """
            SELECT id FROM prices WHERE action = ?1 AND policy_version = ?2 AND rule = ?3 AND refund_grace_ms = ?4
            """
        if let known = try database.integer(find, action, version, rule, grace) { return known }
        let new = try database.insertIfNew(
            """
            INSERT INTO prices (action, policy_version, rule, refund_grace_ms, names) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO NOTHING
            """,
            action, version, rule, grace, json(terms.names)
        )
        // Another process may have inserted it meanwhile.
        guard let number = if let new { new } else { try database.integer(find, action, version, rule, grace) } else {
            throw .inconsistent("a price could neither be stored nor found")
        }
        return number
    }

    private func number(ofLimit name: String) throws(SQLError) -> Int64 {
        let find = "SELECT id FROM limits WHERE name = ?1"
        if let known = try database.integer(find, name) { return known }
        let new = try database.insertIfNew("INSERT INTO limits (name) VALUES (?1) ON CONFLICT DO NOTHING", name)
        guard let number = if let new { new } else { try database.integer(find, name) } else {
            throw .inconsistent("a limit could neither be stored nor found")
        }
        return number
    }
}

extension SQLConnection {
    /// Nil for an unknown account.
    package func accountNumber(of account: AccountID) throws(SQLError) -> Int64? {
        try integer("SELECT id FROM accounts WHERE name = ?1", account)
    }
}
