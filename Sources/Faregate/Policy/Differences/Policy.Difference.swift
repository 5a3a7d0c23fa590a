import Foundation

extension Policy {
    /// One thing that is different in a new policy, in words for product people.
    public struct Difference: Sendable, Hashable, Codable, CustomStringConvertible {
        /// What differs: `action generate`, `model large-2`, `plan pro`, `pack 50`, or a setting such as `lowBalance`.
        public let subject: String
        /// What was and what is: `8 -> 12 credits when plan is pro (+50%)`.
        public let text: String
        /// When an announced change takes effect; nil for a difference that applies at once.
        public let from: Timestamp?

        init(_ subject: String, _ text: String, from: Timestamp? = nil) {
            self.subject = subject
            self.text = text
            self.from = from
        }

        public var description: String { words { $0.description } }

        /// The description with a time in the words of the caller.
        package func words(at time: (Timestamp) -> String) -> String {
            "\(from.map { "from \(time($0)) on: " } ?? "")\(subject): \(text)"
        }
    }
}

extension Policy {
    /// Returns how this policy differs from an older one: settings first, then models of the price list,
    /// actions, shared limits, plans and packs by name, then announced changes. Files that mean the same have no
    /// difference.
    public func differences(from old: Policy) -> [Difference] {
        presentDifferences(from: old) + announcedDifferences(from: old)
    }

    private func presentDifferences(from old: Policy) -> [Difference] {
        settingDifferences(from: old)
            + PriceListDifferences(old: old.priceList, new: priceList).all
            + ActionDifferences(old: old, new: self).all
            + sharedLimitDifferences(from: old)
            + planDifferences(from: old)
            + packDifferences(from: old)
    }

    /// The differences that each announced change makes to the policy before it, unless the old policy announced the
    /// same for the same moment; and the changes that are no longer announced.
    private func announcedDifferences(from old: Policy) -> [Difference] {
        var differences: [Difference] = []
        var before = self
        for change in changes {
            let known = old.changes.first { $0.from == change.from }
            let steps = change.policy.presentDifferences(from: before)
            let knownSteps = known?.policy.presentDifferences(from: old.inForce(justBefore: change.from)) ?? []
            differences += steps.filter { !knownSteps.contains($0) }
                .map { Difference($0.subject, $0.text, from: change.from) }
            before = change.policy
        }
        let passed = old.inForce(at: .never).version == version
        for change in old.changes where !passed && !changes.contains(where: { $0.from == change.from }) {
            let start = calendar.timeText(of: change.from)
            differences.append(Difference("changes", "the change from \(start) on is no longer announced"))
        }
        return differences
    }

    private func inForce(justBefore moment: Timestamp) -> Policy {
        inForce(at: moment.advanced(byMilliseconds: -1))
    }

    private func settingDifferences(from old: Policy) -> [Difference] {
        let pairs = [
            ("timezone", old.calendar.zoneName, calendar.zoneName),
            ("defaultPlan", old.defaultPlan?.name ?? "none", defaultPlan?.name ?? "none"),
            ("lowBalance", "\(old.lowBalance)", "\(lowBalance)"),
            (
                "refundGrace", durationText(milliseconds: old.refundGraceMilliseconds),
                durationText(milliseconds: refundGraceMilliseconds)
            ),
            ("debtLimit", "\(old.debtLimit)", "\(debtLimit)"),
            ("mode", old.mode.rawValue, mode.rawValue),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { Difference($0.0, "\($0.1) -> \($0.2)") }
    }
}
