import Faregate

/// The numbers of names that this connection has met: an account's, a member's, a price's, a limit's.
///
/// A name never changes its number and no row of these tables is ever deleted, so that what is known stays true; only
/// what a transaction added that was rolled back has to be forgotten.
struct Names {
    /// At most so many accounts and members are remembered: a limit on memory.
    static let maximumRemembered = 50_000

    var accounts: [AccountID: Int64] = [:]
    var members: [MemberName: Int64] = [:]
    var prices: [PriceName: Int64] = [:]
    var limits: [String: LimitNumber] = [:]

    struct MemberName: Hashable {
        let account: Int64
        let member: MemberID
    }
}

/// A limit as the ledger knows it.
struct LimitNumber {
    let id: Int64
    private let slot: Slot?

    init(_ row: Row) {
        id = row.integer(0)
        slot = row.optionalInteger(1).map(Slot.init)
    }

    /// Only what counts for the account and by the calendar has a place in it.
    func slot(for scope: Limit.Scope, isRolling: Bool) -> Slot? {
        scope == .account && !isRolling ? slot : nil
    }
}

extension Connection {
    /// Nil for an account that nobody has opened.
    func number(of account: AccountID) throws(SQLiteError) -> Int64? {
        if let number = names.accounts[account] { return number }
        guard let number = try first(.findAccount, account, read: { $0.integer(0) }) else { return nil }
        if names.accounts.count >= Names.maximumRemembered { names.accounts.removeAll() }
        names.accounts[account] = number
        return number
    }

    /// A member that is new gets a number.
    func number(of member: MemberID, in account: Int64) throws(SQLiteError) -> Int64 {
        if let number = names.members[Names.MemberName(account: account, member: member)] { return number }
        try run(.addMember, account, member.rawValue)
        guard let number = try knownNumber(of: member, in: account) else {
            throw .inconsistent("a member is neither new nor known")
        }
        return number
    }

    /// Nil for a member that hasn't called yet.
    func knownNumber(of member: MemberID, in account: Int64) throws(SQLiteError) -> Int64? {
        let name = Names.MemberName(account: account, member: member)
        if let number = names.members[name] { return number }
        guard let number = try first(.findMember, account, member.rawValue, read: { $0.integer(0) }) else { return nil }
        if names.members.count >= Names.maximumRemembered { names.members.removeAll() }
        names.members[name] = number
        return number
    }

    /// A price that is new gets a number.
    func number(of price: PriceName) throws(SQLiteError) -> Int64 {
        if let number = names.prices[price] { return number }
        let rule = price.rule.description
        try run(.addPrice, price.action, price.policyVersion, rule, price.refundGraceMilliseconds)
        let number = try first(
            .findPrice,
            price.action,
            price.policyVersion,
            rule,
            price.refundGraceMilliseconds
        ) { $0.integer(0) }
        guard let number else { throw .inconsistent("a price is neither new nor known") }
        names.prices[price] = number
        return number
    }

    /// A limit that is new gets a number, of which there are 65,535, and a slot if it can use one and there is one left.
    func number(of limit: LimitCheck) throws(SQLiteError) -> LimitNumber {
        if let number = names.limits[limit.counter] { return number }
        try run(.addLimit, limit.counter, Int64(limit.scope == .account && !limit.isRolling ? 1 : 0))
        guard let number = try knownNumber(of: limit) else {
            throw .inconsistent("a limit is neither new nor known")
        }
        return number
    }

    /// Nil for a limit that no call has met yet.
    func knownNumber(of limit: LimitCheck) throws(SQLiteError) -> LimitNumber? {
        if let number = names.limits[limit.counter] { return number }
        let number = try first(.findLimit, limit.counter, read: LimitNumber.init)
        names.limits[limit.counter] = number
        return number
    }
}

extension LimitCheck {
    var isRolling: Bool {
        if case .rolling = window { true } else { false }
    }
}
