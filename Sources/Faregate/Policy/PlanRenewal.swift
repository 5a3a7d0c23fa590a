/// The current period of a recurring grant that an account has not received yet, and the credits that roll over into
/// it.
///
/// Skipped periods, in which nobody used the account, count too: their credits pay the account's debt in the order in
/// which the periods began, and the rest rolls over from period to period.
package struct PlanRenewal: Sendable {
    package let grant: Policy.Plan.Grant
    /// When the account's first period of the grant began.
    package let since: Timestamp
    /// The current period.
    package let period: Policy.Plan.Period
    /// The part of the account's debt that the skipped periods paid.
    package private(set) var paidBySkipped: Int64 = 0
    /// The number of the latest period that was granted or counted as skipped; nil if nothing rolls over.
    private var latest: Int?
    /// The credits left when that period ended.
    private var unspent: Int64
    /// The unspent credits as given to `init`, grouped by the actions they pay for.
    private let leftovers: [Leftover]

    /// Credits left of a period.
    package struct Leftover: Sendable {
        /// The actions that they pay for; nil for all.
        package let actions: [String]?
        package var credits: Int64

        package init(actions: [String]?, credits: Int64) {
            (self.actions, self.credits) = (actions, credits)
        }
    }

    /// - Parameters:
    ///   - grant: a recurring grant.
    ///   - since: when the account's first period began.
    ///   - period: the current period. Its number is greater than `latest`.
    ///   - latest: the number of the latest period that was granted. Nil if there is none, and after a time on another
    ///     plan, for which nothing is granted or rolls over.
    ///   - unspent: the credits left when the latest period ended, with rollover, grouped by actions. They keep these
    ///     actions when they roll over, whatever the policy says now.
    package init(
        _ grant: Policy.Plan.Grant, since: Timestamp, period: Policy.Plan.Period, latest: Int?, unspent: [Leftover]
    ) {
        (self.grant, self.since, self.period, self.latest) = (grant, since, period, latest)
        // Those for all actions roll over first.
        leftovers = unspent.sorted { ($0.actions ?? []).lexicographicallyPrecedes($1.actions ?? []) }
        self.unspent = unspent.reduce(0) { $0 + $1.credits }
    }

    /// The ``carried`` credits by what they pay for: first what was left of the latest period, then what the skipped
    /// periods added.
    private var carriedParts: [Leftover] {
        var rest = carried.rawValue
        var parts = leftovers.map { leftover in
            let part = min(rest, leftover.credits)
            rest -= part
            return Leftover(actions: leftover.actions, credits: part)
        }
        if let own = parts.firstIndex(where: { $0.actions == grant.actions }) {
            parts[own].credits += rest
        } else {
            parts.append(Leftover(actions: grant.actions, credits: rest))
        }
        return parts.filter { $0.credits > 0 }
    }

    /// The credits that roll over from the period before: 0 to the grant's ``Policy/Plan/Grant/rollover``.
    package var carried: Credits {
        guard let latest else { return 0 }
        return grant.rolledOver(Credits(rawValue: unspent) ?? .max, from: period.number - latest)
    }

    /// The credits that may still roll over into the period if charges of earlier periods are refunded.
    package var room: Credits {
        guard latest != nil else { return 0 }
        return Credits(rawValue: grant.rollover.rawValue - carried.rawValue) ?? 0
    }

    /// One of the grants to make for a renewal.
    package struct Part: Sendable {
        package let renewal: PlanRenewal
        /// The part of the grant's reference after the period.
        package let suffix: String
        /// The actions that the credits pay for; nil for all.
        package let actions: [String]?
        package let credits: Int64
        /// Of grants that expire at the same moment, the lower position is spent first: rollover before the rest.
        package let position: Int64

        /// When the credits expire. This may have passed already, if nobody used the account since the period began;
        /// then the grant still pays the account's debt.
        package var expiresAt: Timestamp { renewal.grant.expiry(in: renewal.period.range) }
        /// Whether unspent credits may roll over into the next period. Credits with a lifetime of their own don't.
        package var rollsOver: Bool { renewal.grant.lifetimeMilliseconds == nil }
    }

    /// Returns the grants in the order in which to make them, which matters because each pays the account's debt:
    /// skipped periods first, then by the beginning of the period, then in the plan's order.
    package static func parts(of renewals: [PlanRenewal]) -> [Part] {
        let sorted = renewals.sorted {
            ($0.period.range.lowerBound, $0.grant.number) < ($1.period.range.lowerBound, $1.grant.number)
        }
        let skipped = sorted.map { Part($0, ":skipped", $0.paidBySkipped, isCarried: true) }
        let present = sorted.flatMap { renewal in
            renewal.carriedParts.enumerated().map { number, part in
                let suffix = number == 0 ? ":rollover" : ":rollover:\(number + 1)"
                return Part(renewal, suffix, part.credits, isCarried: true, actions: part.actions)
            } + [Part(renewal, "", renewal.grant.credits.rawValue, isCarried: false)]
        }
        return (skipped + present).filter { $0.credits > 0 }
    }

    /// Lets the skipped periods pay the account's debt, as if each had been granted when it began.
    package static func paySkipped(_ renewals: inout [PlanRenewal], debt: Credits, in calendar: WindowCalendar) {
        var debt = debt.rawValue
        var starts = renewals.map { $0.startOfNext(in: calendar) }
        while debt > 0 {
            let waiting = renewals.indices.filter { starts[$0] != nil }
            let next = waiting.min { one, other in
                (starts[one] ?? .never, renewals[one].grant.number)
                    < (starts[other] ?? .never, renewals[other].grant.number)
            }
            guard let next else { return }
            let isPresent = renewals[next].isNextCurrent
            debt -= renewals[next].payNext(debt)
            starts[next] = isPresent ? nil : renewals[next].startOfNext(in: calendar)
        }
    }

    /// Returns the beginning of the period after the latest; nil if there is no latest.
    private func startOfNext(in calendar: WindowCalendar) -> Timestamp? {
        latest.map { grant.every.start(of: Int64($0 + 1), since: since.withinCalendar, in: calendar) }
    }

    private var isNextCurrent: Bool { latest == period.number - 1 }

    /// - Returns: the part of a debt that the period after the latest pays. The current period pays when it is granted.
    private mutating func payNext(_ debt: Int64) -> Int64 {
        let (sum, overflow) = grant.credits.rawValue.addingReportingOverflow(min(unspent, grant.rollover.rawValue))
        let credits = overflow ? Int64.max : sum
        let paid = min(debt, credits)
        guard !isNextCurrent else { return paid }
        paidBySkipped += paid
        unspent = credits - paid
        latest? += 1
        return paid
    }
}

extension PlanRenewal.Part {
    fileprivate init(
        _ renewal: PlanRenewal, _ suffix: String, _ credits: Int64, isCarried: Bool, actions: [String]?
    ) {
        (self.renewal, self.suffix, self.credits, self.actions) = (renewal, suffix, credits, actions)
        position = PlanRenewal.position(of: renewal.grant, isCarried: isCarried)
    }

    fileprivate init(_ renewal: PlanRenewal, _ suffix: String, _ credits: Int64, isCarried: Bool) {
        self.init(renewal, suffix, credits, isCarried: isCarried, actions: renewal.grant.actions)
    }
}

extension PlanRenewal {
    /// Returns the position of a plan's grant among the account's grants that expire at the same moment.
    package static func position(of grant: Policy.Plan.Grant, isCarried: Bool) -> Int64 {
        2 * Int64(grant.number) + (isCarried ? 0 : 1)
    }
}
