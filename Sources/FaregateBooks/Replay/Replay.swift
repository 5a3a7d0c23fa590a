import Faregate

/// Prices recorded calls again under another policy, and enforces its limits and the accounts' credits, in the order of
/// the journal.
///
/// What doesn't depend on prices stays as recorded: which calls were made, with which use, and all credits that
/// accounts were granted, bought, lost or had withdrawn. An account has its recorded credits, plus or minus what the
/// other policy's prices would have saved or cost by then.
struct Replay {
    /// A call that is open at this point of the journal.
    struct Open {
        let call: ReplayedCall
        let account: Int64
        let action: String
        /// The action's names: those of the policy that priced it, if this one can't.
        let actionNames: [String]
        /// Nil if the policy can't price the call; it is then counted as it was.
        let quote: Quote?
        /// The final price of the recorded use; nil if the quote's price was kept.
        let settlement: Settlement?
        /// Why it would have been refused; nil if it would have passed.
        var refusal: ReplayRefusal?
        var isAllowed: Bool { refusal == nil }
        /// The credits that it would hold.
        var hold = Hold()
        /// The credits that the journal's lines took for it so far.
        var recordedHold: Int64 = 0
        var counted: [ReplayCounters.Counted] = []
        /// Whether it is in the period. Calls before it are only counted in limits.
        let isReported: Bool
    }

    let period: Range<Timestamp>
    /// The policy with which to price a call again, given the version that priced it; nil if there is none.
    let policy: (String) -> Policy?
    var balances: [Int64: Balance] = [:]
    var open: [Int64: Open] = [:]
    /// Calls that were refunded as abandoned: a late settlement counts them again.
    var abandoned: [Int64: Open] = [:]
    var counters = ReplayCounters()
    var tally: ReplayTally
    /// The recorded refusals that are still to come, the latest first.
    private var refusals: [ReplayedRefusal]
    /// Refusals to try once more after the lines of the same millisecond: the first try passed or found no price.
    private var doubtful: [ReplayedRefusal] = []
    var facts = ReplayedFacts()

    init(
        _ period: Range<Timestamp>, days: WindowCalendar, refusals: [ReplayedRefusal], balances: [Int64: Balance],
        policy: @escaping (String) -> Policy?
    ) {
        (self.period, self.balances, self.policy) = (period, balances, policy)
        tally = ReplayTally(days)
        self.refusals = refusals.sorted { $0.record.at > $1.record.at }
    }

    /// - Parameter price: the price that the call's line refers to.
    mutating func add(_ line: ReplayedLine, price: ReplayedPrice?) {
        retryRefusals(before: line.at)
        guard let charge = line.charge else { return apply(line) }
        // Skips the other lines of a refund to several grants.
        if balances[line.account]?.latestClosed == charge { return }
        if open[charge] == nil, let call = line.call, line.isFirst(of: call), let price {
            begin(call, of: line.account, price)
        }
        guard var known = open[charge], known.isReported else {
            apply(line)
            if line.kind == .settle || line.kind == .refund { close(charge, as: line.kind) }
            return
        }
        switch line.kind {
        case .charge:
            extend(&known, by: -line.credits, at: line.at)
            open[charge] = known
        case .refund where known.call.state == .settled:
            shrink(&known, by: line.credits, at: line.at)
            open[charge] = known
        case .settle, .refund: close(charge, as: line.kind)
        default: break
        }
    }

    /// Tries the refusals that come after the last line, and adds the calls that are still open.
    mutating func end() {
        retryRefusals(before: .never)
        for known in open.values where known.isReported { tally.leaveOpen(known) }
        open = [:]
    }

    /// Whether calls of the period are still open.
    var hasOpenCalls: Bool { open.values.contains(where: \.isReported) }

    /// Applies a line as recorded, because it is not about a call of the period.
    private mutating func apply(_ line: ReplayedLine) {
        var balance = balances[line.account] ?? Balance()
        switch line.kind {
        case .repay: balance.payDebt(from: line.grant, atMost: -line.credits)
        // Expired credits that the balance lacks were spent, and don't roll over.
        case .expire: balance.lapsed += balance.change(line.grant, by: line.credits)
        case .grant:
            let spent = line.isCarried ? min(balance.lapsed, line.credits) : 0
            balance.lapsed -= spent
            _ = balance.change(line.grant, by: line.credits - spent)
        default:
            let missing = balance.change(line.grant, by: line.credits)
            balance.debt += line.debt
            // Reversed credits that the balance lacks become debt.
            if line.kind == .reverse { balance.debt += missing }
            balance.lapsed = 0
        }
        balances[line.account] = balance
    }

    // MARK: Refusals

    /// The order of a refusal and of the lines of the same millisecond isn't recorded. A refusal stands if the call
    /// would have been refused before or after them.
    private mutating func retryRefusals(before moment: Timestamp) {
        while let refusal = doubtful.first, refusal.record.at < moment {
            doubtful.removeFirst()
            retry(refusal, isLastTry: true)
        }
        while let refusal = refusals.last, refusal.record.at <= moment {
            refusals.removeLast()
            retry(refusal, isLastTry: refusal.record.at < moment)
        }
    }

    private mutating func retry(_ refusal: ReplayedRefusal, isLastTry: Bool) {
        guard period.contains(refusal.record.at) else { return }
        guard let quote = quote(refusal) else {
            if isLastTry { tally.cannotPriceRefusal() } else { doubtful.append(refusal) }
            return
        }
        let (now, account) = (refusal.record.at, refusal.account)
        balances[account]?.payDebt(at: now)
        if self.refusal(of: quote, account, refusal.member, at: now) != nil { return tally.tryRefusal() }
        guard isLastTry else { return doubtful.append(refusal) }
        tally.tryRefusal()
        _ = take(quote, account, refusal.member, at: now)
        tally.allow(refusal, quote)
    }
}
