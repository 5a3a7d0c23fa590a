package import Faregate

/// What an account used in a period.
package struct Usage: Sendable {
    /// A call in the period.
    package struct Call: Sendable {
        package let action: String
        package let member: String?
        package let at: Timestamp
        let state: ChargeState
        /// What it cost, including debt, or what it holds.
        let credits: Int64
    }

    package struct Sum: Sendable, Encodable, Equatable {
        /// All calls, also those that were refunded or are open.
        package var calls = 0
        /// The credits that settled calls cost.
        package var credits: Int64 = 0
        package var refundedCalls = 0
        package var openCalls = 0

        package init() {}

        mutating func add(_ call: Call) { add(call.state, call.credits) }

        package mutating func add(_ call: MadeCall) { add(call.state, call.credits) }

        private mutating func add(_ state: ChargeState, _ credits: Int64) {
            calls += 1
            switch state {
            case .settled: self.credits.add(credits)
            case .refunded: refundedCalls += 1
            case .held: openCalls += 1
            }
        }

        package mutating func add(_ other: Sum) {
            calls += other.calls
            credits.add(other.credits)
            refundedCalls += other.refundedCalls
            openCalls += other.openCalls
        }
    }

    package var groups: [ExactText: Sum] = [:]
    package var total = Sum()
    /// Whether calls of the account were moved to an archive, where they are not counted.
    package var hasArchivedCalls = false

    mutating func add(_ call: Call, to group: String) {
        groups[ExactText(group), default: Sum()].add(call)
        total.add(call)
    }
}
