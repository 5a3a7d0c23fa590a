import Faregate

/// The content of a ledger, as values.
struct ReferenceLedger {
    struct Account {
        var plan: String?
        var suspendedAt: Timestamp?
        var dueAt = Timestamp(rawValue: 0)
        var debt: Int64 = 0
        var lines: [LineName: Line] = [:]
        /// In the order of their creation.
        var grants: [GrantID] = []
        var entries: [History.Entry] = []
        /// Manual withdrawals, by reference.
        var withdrawals: [ExactText: (request: Withdrawal, result: WithdrawalResult.Withdrawn)] = [:]
    }

    /// A recurring grant of a plan.
    struct LineName: Hashable {
        var plan: String
        let line: String

        func reference(_ period: Int) -> String { "plan:\(plan):\(line):\(period)" }
    }

    /// The progress of a recurring grant.
    struct Line {
        let since: Timestamp
        var period: Int
        var endsAt: Timestamp
        /// How many more refunded credits the period may still carry over.
        var room: Int64
    }

    struct Grant {
        let id: GrantID
        let reference: ExactText
        let source: GrantSource
        /// Nil for all actions.
        let actions: [String]?
        let priority: Int
        let reason: String?
        let granted: Int64
        /// Among grants with the same expiry, the lower position is spent first.
        let position: Int64
        var line: LineName?
        /// The number of the period for which the grant was made.
        let period: Int?
        var expiresAt: Timestamp
        /// When the grant expired, if credits were refunded to it afterwards.
        var lapsedAt: Timestamp?
        /// The credits refunded since then, which may be carried over.
        var returned: Int64 = 0
        var remaining: Int64
        var taken: Int64 = 0
        var expired: Int64 = 0
        var reversed: Int64 = 0
    }

    struct Charge {
        let id: ChargeID
        let account: AccountID
        let request: ChargeRequest
        let createdAt: Timestamp
        var plan: String?
        let quoted: Int64
        var used: Units?
        var cost: Int64
        var debt: Int64 = 0
        var short: Int64 = 0
        var state = ChargeState.held
        var closedAt: Timestamp?
        var reason: RefundReason?
        var follows: ChargeID?
        /// The amount that each grant pays.
        var payments: [GrantID: Int64] = [:]
        var counted: [Counted] = []
        var givenBack: GivenBack?
    }

    /// Credits that a person gave back for a charge.
    struct GivenBack {
        let grant: GrantID
        let at: Timestamp
        let note: Ledger.Note
    }

    /// The amount that a limit counted for a charge.
    struct Counted {
        let limit: LimitCheck
        let counter: ExactText
        let amount: Int64
    }

    struct Counter {
        var windowStart: Timestamp
        var used: Int64
        var hits: [(charge: ChargeID, at: Timestamp, amount: Int64)] = []
    }

    struct KeyName: Hashable {
        let account: AccountID
        let action: ExactText
        let key: ExactText

        init(_ key: IdempotencyKey, of request: ChargeRequest) {
            account = request.account
            action = ExactText(request.terms.firstName)
            self.key = ExactText(key.key)
        }
    }

    struct Key {
        var charge: ChargeID
        let fingerprint: ExactText?
        let expiresAt: Timestamp
        var result: [UInt8]?
    }

    var accounts: [AccountID: Account] = [:]
    var grants: [GrantID: Grant] = [:]
    var charges: [ChargeID: Charge] = [:]
    var counters: [ExactText: Counter] = [:]
    var keys: [KeyName: Key] = [:]
    var refusals: [Refusal.ID: Refusal.Record] = [:]
    /// The general credits (for all actions) that a purchase's reversals took and did not return, including debt.
    var generalTaken: [Purchase.ID: Int64] = [:]
    /// When this process's lease ends; nil until the process holds a charge.
    var aliveUntil: Timestamp?
    var entryCount: Int64 = 0

    static let leaseMilliseconds: Int64 = 60_000

    mutating func beat(at now: Timestamp) {
        guard let aliveUntil else { return }
        self.aliveUntil = max(aliveUntil, now.advanced(byMilliseconds: ReferenceLedger.leaseMilliseconds))
    }

    mutating func append(
        _ kind: History.Entry.Kind,
        _ account: AccountID,
        _ credits: Int64,
        debt: Int64 = 0,
        charge: ChargeID? = nil,
        grant: GrantID? = nil,
        reason: String? = nil,
        at moment: Timestamp
    ) {
        entryCount += 1
        let reference = kind == .grant ? grant.flatMap { grants[$0]?.reference.text } : nil
        let entry = History.Entry(
            id: entryCount,
            at: moment,
            kind: kind,
            credits: credits,
            debt: debt,
            charge: charge ?? reference.flatMap(ChargeID.init(refundReference:)),
            source: grant.flatMap { grants[$0]?.source },
            reason: kind == .grant ? grant.flatMap { grants[$0]?.reason } : reason
        )
        accounts[account]?.entries.append(entry)
    }

    /// The grants that have credits left, in spending order: those for some actions first, then by priority, then
    /// soonest expiry, then the plan's order, then oldest.
    func spendingOrder(of account: AccountID) -> [Grant] {
        (accounts[account]?.grants ?? []).compactMap { grants[$0] }.filter { $0.remaining > 0 }.sorted {
            $0.isSpentBefore($1)
        }
    }

    /// The grants that can pay for such a call, in spending order.
    func payers(of request: ChargeRequest) -> [Grant] {
        spendingOrder(of: request.account).filter { grant in
            grant.actions.map { !Set($0).isDisjoint(with: request.terms.names) } ?? true
        }
    }

    func spendable(_ request: ChargeRequest) -> Int64 { payers(of: request).reduce(0) { $0 + $1.remaining } }

    var openCharges: [Ledger.OpenCharge] {
        charges.values.filter { $0.state == .held }.sorted { $0.id.rawValue < $1.id.rawValue }.map { charge in
            Ledger.OpenCharge(
                id: charge.id,
                account: charge.account,
                action: charge.request.terms.action,
                cost: Credits(inRange: charge.cost),
                createdAt: charge.createdAt,
                holder: "",
                deadline: aliveUntil ?? .never
            )
        }
    }
}

extension ReferenceLedger.Grant {
    func isSpentBefore(_ other: ReferenceLedger.Grant) -> Bool {
        if (actions == nil) != (other.actions == nil) { return actions != nil }
        return (priority, expiresAt, position, id.rawValue)
            < (other.priority, other.expiresAt, other.position, other.id.rawValue)
    }
}
