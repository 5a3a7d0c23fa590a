import Faregate

/// The model's books of one account, while an order of its calls is tried; and by which numbers the ledger calls what the
/// model numbers otherwise.
struct OrderModel {
    private var books = Books()
    /// By the ledger's number.
    private var charges: [ChargeID: ChargeID] = [:]
    private var grants: [GrantID: GrantID] = [:]

    /// Does what was called for, as the next one in the order.
    ///
    /// - Returns: what the model answers, by the ledger's numbers. A number that is new is the one that the ledger gave.
    mutating func perform(_ call: RecordedCall) -> LedgerAnswer {
        let account = call.account ?? "nobody"
        let now = call.now
        var answer: LedgerAnswer
        switch call.act {
        case .charge:
            guard let request = call.act.chargeRequest(account, at: now) else { preconditionFailure("no charge") }
            answer = LedgerAnswer(books.charge(request, at: now))
        case .extend(let charge, let credits):
            answer = LedgerAnswer(
                books.extend(own(charge), by: Credits(inRange: credits), under: OrderPolicy.plans, at: now))
        case .settle(let charge, _, _):
            answer = LedgerAnswer(books.settle(own(charge), call.act.settlement, under: OrderPolicy.plans, at: now))
        case .refund(let charge):
            answer = LedgerAnswer(refunded: books.refund(own(charge), because: .threw, at: now))
        case .grant:
            guard let request = call.act.grantRequest(account) else { preconditionFailure("no grant") }
            answer = LedgerAnswer(books.grant(request, at: now))
        case .balance: answer = LedgerAnswer(books.balance(of: account, at: now))
        }
        answer.charge = answer.charge.flatMap { told($0, as: call.answer.charge, &charges) }
        answer.grant = answer.grant.flatMap { told($0, as: call.answer.grant, &grants) }
        return answer
    }

    private func own(_ charge: ChargeID) -> ChargeID { charges[charge] ?? ChargeID(rawValue: -1) }

    /// Nil where the ledger gave that number to something else.
    private func told<ID: Hashable>(_ own: ID, as number: ID?, _ numbers: inout [ID: ID]) -> ID? {
        if let known = numbers.first(where: { $0.value == own })?.key { return known }
        guard let number, numbers[number] == nil else { return nil }
        numbers[number] = own
        return number
    }

    /// All that later answers hang on, beyond which calls were made: equal facts, equal answers.
    func facts(of account: AccountID) -> [Int64] {
        guard let known = books.accounts[account] else { return [] }
        var facts = [known.debt, known.dueAt.rawValue]
        for id in known.grants { if let grant = books.grants[id] { add(grant, to: &facts) } }
        for (_, line) in known.lines.sorted(by: { $0.key.line < $1.key.line }) {
            facts += [Int64(line.period), line.endsAt.rawValue, line.room]
        }
        for (number, own) in charges.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let charge = books.charges[own] else { continue }
            facts += [number.rawValue, charge.cost, charge.debt, charge.state == .held ? 1 : 0]
            facts += charge.counted.map(\.amount)
            for (grant, paid) in charge.payments.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                facts += [grant.rawValue, paid]
            }
        }
        addCountersAndKeys(to: &facts)
        return facts
    }

    private func add(_ grant: Books.Grant, to facts: inout [Int64]) {
        facts += [Int64(ExactText(grant.reference.text).hashValue), grant.remaining, grant.taken, grant.expired]
        facts += [grant.expiresAt.rawValue, grant.lapsedAt?.rawValue ?? -1, grant.returned]
    }

    private func addCountersAndKeys(to facts: inout [Int64]) {
        for (name, counter) in books.counters.sorted(by: { $0.key.text < $1.key.text }) {
            facts += [Int64(name.hashValue), counter.windowStart.rawValue, counter.used]
            for hit in counter.hits { facts += [hit.at.rawValue, hit.amount] }
        }
        for (name, key) in books.keys.sorted(by: { $0.key.key.text < $1.key.key.text }) {
            let number = charges.first { $0.value == key.charge }?.key
            facts += [Int64(name.hashValue), number?.rawValue ?? -1, key.expiresAt.rawValue]
        }
    }
}
