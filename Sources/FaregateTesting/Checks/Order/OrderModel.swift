import Faregate

/// The model of one account while an order of its calls is tried, with a table from the ledger's charge and grant
/// numbers to the model's.
struct OrderModel {
    private var reference = ReferenceLedger()
    /// Keyed by the ledger's number.
    private var charges: [ChargeID: ChargeID] = [:]
    private var grants: [GrantID: GrantID] = [:]

    /// Makes the call as the next one in the order.
    ///
    /// - Returns: the model's answer, with the ledger's numbers in place of the model's.
    mutating func perform(_ call: RecordedCall) -> LedgerAnswer {
        let account = call.account ?? "nobody"
        let now = call.now
        var answer: LedgerAnswer
        switch call.act {
        case .charge:
            guard let request = call.act.chargeRequest(account, at: now) else { preconditionFailure("no charge") }
            answer = LedgerAnswer(reference.charge(request, at: now))
        case .extend(let charge, let credits):
            answer = LedgerAnswer(
                reference.extend(own(charge), by: Credits(inRange: credits), under: OrderPolicy.plans, at: now))
        case .settle(let charge, _, _):
            answer = LedgerAnswer(reference.settle(own(charge), call.act.settlement, under: OrderPolicy.plans, at: now))
        case .refund(let charge):
            answer = LedgerAnswer(refunded: reference.refund(own(charge), because: .threw, at: now))
        case .grant:
            guard let request = call.act.grantRequest(account) else { preconditionFailure("no grant") }
            answer = LedgerAnswer(reference.grant(request, at: now))
        case .balance: answer = LedgerAnswer(reference.balance(of: account, at: now))
        }
        answer.charge = answer.charge.flatMap { ledgerNumber($0, as: call.answer.charge, &charges) }
        answer.grant = answer.grant.flatMap { ledgerNumber($0, as: call.answer.grant, &grants) }
        return answer
    }

    private func own(_ charge: ChargeID) -> ChargeID { charges[charge] ?? ChargeID(rawValue: -1) }

    /// Nil if the ledger gave that number to another charge or grant.
    private func ledgerNumber<ID: Hashable>(_ own: ID, as number: ID?, _ numbers: inout [ID: ID]) -> ID? {
        if let known = numbers.first(where: { $0.value == own })?.key { return known }
        guard let number, numbers[number] == nil else { return nil }
        numbers[number] = own
        return number
    }

    /// Everything that later answers depend on, apart from the calls that are still to be made. With equal facts, the
    /// same calls get equal answers.
    func facts(of account: AccountID) -> [Int64] {
        guard let known = reference.accounts[account] else { return [] }
        var facts = [known.debt, known.dueAt.rawValue]
        for id in known.grants { if let grant = reference.grants[id] { add(grant, to: &facts) } }
        for (_, line) in known.lines.sorted(by: { $0.key.line < $1.key.line }) {
            facts += [Int64(line.period), line.endsAt.rawValue, line.room]
        }
        for (number, own) in charges.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let charge = reference.charges[own] else { continue }
            facts += [number.rawValue, charge.cost, charge.debt, charge.state == .held ? 1 : 0]
            facts += charge.counted.map(\.amount)
            for (grant, paid) in charge.payments.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                facts += [grant.rawValue, paid]
            }
        }
        addCountersAndKeys(to: &facts)
        return facts
    }

    private func add(_ grant: ReferenceLedger.Grant, to facts: inout [Int64]) {
        facts += [Int64(ExactText(grant.reference.text).hashValue), grant.remaining, grant.taken, grant.expired]
        facts += [grant.expiresAt.rawValue, grant.lapsedAt?.rawValue ?? -1, grant.returned]
    }

    private func addCountersAndKeys(to facts: inout [Int64]) {
        for (name, counter) in reference.counters.sorted(by: { $0.key.text < $1.key.text }) {
            facts += [Int64(name.hashValue), counter.windowStart.rawValue, counter.used]
            for hit in counter.hits { facts += [hit.at.rawValue, hit.amount] }
        }
        for (name, key) in reference.keys.sorted(by: { $0.key.key.text < $1.key.key.text }) {
            let number = charges.first { $0.value == key.charge }?.key
            facts += [Int64(name.hashValue), number?.rawValue ?? -1, key.expiresAt.rawValue]
        }
    }
}
