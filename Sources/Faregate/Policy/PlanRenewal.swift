/// A period that a recurring grant of a plan owes an account, and what it carries over.
///
/// What nobody looked at counts all the same: the credits of periods that were skipped pay what the account owes in the
/// order in which they began, and what is left of them rolls over, period by period.
package struct PlanRenewal: Sendable {
    package let grant: Policy.Plan.Grant
    /// When the account's first period of the grant began.
    package let since: Timestamp
    /// The period that contains the present moment.
    package let period: Policy.Plan.Period
    /// What the periods that were skipped paid of the account's debt.
    package private(set) var paidBySkipped: Int64 = 0
    /// The number of the latest period that was granted or counted as skipped; nil where nothing carries over.
    private var latest: Int?
    /// What was left when that one ended.
    private var unspent: Int64

    /// - Parameters:
    ///   - grant: recurs.
    ///   - since: when the account's first period began.
    ///   - period: the present one, later than the latest.
    ///   - latest: the number of the latest period that was granted; nil where there is none, or the account was away from
    ///     the plan meanwhile: time away earns nothing and carries nothing.
    ///   - unspent: what was left of that one, with what had been carried into it, when it ended.
    package init(
        _ grant: Policy.Plan.Grant, since: Timestamp, period: Policy.Plan.Period, latest: Int?, unspent: Credits
    ) {
        (self.grant, self.since, self.period, self.latest) = (grant, since, period, latest)
        self.unspent = unspent.rawValue
    }

    /// What carries over from the period before, 0 up to the grant's ``Policy/Plan/Grant/rollover``.
    package var carried: Credits {
        guard let latest else { return 0 }
        return grant.rolledOver(Credits(rawValue: unspent) ?? .max, from: period.number - latest)
    }

    /// How much more may be carried over into the period, when credits of earlier ones come back.
    package var room: Credits {
        guard latest != nil else { return 0 }
        return Credits(rawValue: grant.rollover.rawValue - carried.rawValue) ?? 0
    }

    /// One of the grants that renewals consist of.
    package struct Part: Sendable {
        package let renewal: PlanRenewal
        /// What follows the period in its reference.
        package let suffix: String
        package let credits: Int64
        /// Of grants that expire at the same moment the lower burns first: what was carried over before the rest.
        package let position: Int64
    }

    /// The grants in the order in which they are made, since each pays what the account owes: first those of the periods
    /// that were skipped; then by the moment when the period began; of those that began together, in the plan's order.
    package static func parts(of renewals: [PlanRenewal]) -> [Part] {
        let sorted = renewals.sorted {
            ($0.period.range.lowerBound, $0.grant.number) < ($1.period.range.lowerBound, $1.grant.number)
        }
        let skipped = sorted.map { Part($0, ":skipped", $0.paidBySkipped, isCarried: true) }
        let present = sorted.flatMap { renewal in
            [
                Part(renewal, ":rollover", renewal.carried.rawValue, isCarried: true),
                Part(renewal, "", renewal.grant.credits.rawValue, isCarried: false),
            ]
        }
        return (skipped + present).filter { $0.credits > 0 }
    }

    /// Lets the periods that were skipped pay what the account owes, as if each had been granted when it began.
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
            let isPresent = renewals[next].isPresentNext
            debt -= renewals[next].payNext(debt)
            starts[next] = isPresent ? nil : renewals[next].startOfNext(in: calendar)
        }
    }

    /// When the period after the latest began; nil where there is no latest.
    private func startOfNext(in calendar: WindowCalendar) -> Timestamp? {
        latest.map { grant.every.start(of: Int64($0 + 1), since: since.withinCalendar, in: calendar) }
    }

    private var isPresentNext: Bool { latest == period.number - 1 }

    /// - Returns: what the period after the latest pays of a debt. The present one pays when it is granted.
    private mutating func payNext(_ debt: Int64) -> Int64 {
        let (sum, overflow) = grant.credits.rawValue.addingReportingOverflow(min(unspent, grant.rollover.rawValue))
        let credits = overflow ? Int64.max : sum
        let paid = min(debt, credits)
        guard !isPresentNext else { return paid }
        paidBySkipped += paid
        unspent = credits - paid
        latest? += 1
        return paid
    }
}

extension PlanRenewal.Part {
    fileprivate init(_ renewal: PlanRenewal, _ suffix: String, _ credits: Int64, isCarried: Bool) {
        (self.renewal, self.suffix, self.credits) = (renewal, suffix, credits)
        position = PlanRenewal.position(of: renewal.grant, isCarried: isCarried)
    }
}

extension PlanRenewal {
    /// Where what a plan grants stands among the account's grants that expire at the same moment.
    package static func position(of grant: Policy.Plan.Grant, isCarried: Bool) -> Int64 {
        2 * Int64(grant.number) + (isCarried ? 0 : 1)
    }
}
