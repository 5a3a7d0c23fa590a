package import Faregate

/// What a replay found: what the calls of a period cost, and what they would have cost under another policy.
package struct ReplayReport: Sendable, Encodable {
    /// Sums over calls, before (as recorded) and after (under the other policy).
    package struct Sum: Sendable, Encodable, Equatable {
        /// The recorded calls, without refused ones.
        package internal(set) var calls = 0
        package internal(set) var creditsBefore: Int64 = 0
        package internal(set) var creditsAfter: Int64 = 0
        /// Calls that would have been refused, by a limit or for lack of credits.
        package internal(set) var newlyRefused = 0
        /// Those of them that a limit would have refused.
        package internal(set) var newlyRefusedByLimits = 0
        /// Recorded refusals that would have passed.
        package internal(set) var newlyAllowed = 0
        /// Calls that the policy can't price. They are counted as they were.
        package internal(set) var unpriced = 0

        /// Calls and refusals with another result.
        package internal(set) var changedCalls = 0

        /// Whether nothing would have been different.
        package var isUnchanged: Bool { changedCalls == 0 }

        static func += (sum: inout Sum, other: Sum) {
            sum.calls += other.calls
            sum.creditsBefore += other.creditsBefore
            sum.creditsAfter += other.creditsAfter
            sum.newlyRefused += other.newlyRefused
            sum.newlyRefusedByLimits += other.newlyRefusedByLimits
            sum.newlyAllowed += other.newlyAllowed
            sum.unpriced += other.unpriced
            sum.changedCalls += other.changedCalls
        }
    }

    /// The calls of one action by accounts on one plan.
    package struct Group: Sendable, Encodable {
        package let action: String
        /// Nil for accounts without a plan.
        package let plan: String?
        package let sum: Sum
    }

    package struct Account: Sendable, Encodable {
        package let account: AccountID
        package let sum: Sum
    }

    /// The calls and refusals of one day.
    package struct Day: Sendable, Encodable, Equatable {
        /// The local day: `2026-11-21`.
        package let day: String
        package let start: Timestamp
        package internal(set) var creditsBefore: Int64 = 0
        package internal(set) var creditsAfter: Int64 = 0
    }

    /// One call whose result would have been different.
    package struct Example: Sendable, Encodable, Equatable {
        /// `charge 4711`, or `refusal r…`.
        package let call: String
        package let account: String
        package let action: String
        package let before: String
        package let after: String
    }

    package let policyVersion: String
    /// The period of the calls; nil for all.
    package let since: Timestamp?
    package let until: Timestamp?
    package internal(set) var total = Sum()
    /// The largest changes first.
    package internal(set) var groups: [Group] = []
    /// The credits of each day on which calls were made, the earliest first.
    package internal(set) var days: [Day] = []
    package internal(set) var accounts = 0
    package internal(set) var accountsAffected = 0
    /// The ten accounts with the largest changes.
    package internal(set) var mostAffected: [Account] = []
    /// The first ten calls and refusals with another result.
    package internal(set) var examples: [Example] = []
    /// Why calls have no price under the policy, at most ten reasons, each with the number of calls.
    package internal(set) var unpriced: [String: Int] = [:]
    /// The calls that have no price for other reasons.
    package internal(set) var unpricedOtherwise = 0
    /// The recorded refusals that were tried again: those for lack of credits, or by a limit.
    package internal(set) var refusalsTried = 0
    /// The refusals not tried, because the policy can't price them.
    package internal(set) var refusalsUnpriced = 0
    /// The plans of accounts that the policy lacks, with the number of their calls.
    package internal(set) var missingPlans: [String: Int] = [:]
    /// Calls of the period that were made before this time were left out: they, or calls that their limits count, may
    /// be in an archive that was not read. Nil if none were left out.
    package internal(set) var knownSince: Timestamp?
}
