import Faregate

/// What the SQL of a charge depends on: the kinds of its limits and where they count, whether it costs anything, whether it
/// has a key.
///
/// Calls of the same shape share one prepared statement, and a policy has few shapes. Four bits for each limit keep a
/// shape two numbers, since one is looked up for every charge.
struct ChargeShape: Hashable {
    /// How many limits a charge can have.
    static let maximumLimits = 14

    private var bits: UInt64
    /// The slots of limits that have one; zero for the others.
    private var slots: UInt64 = 0

    init(limits: [LimitCheck]) {
        precondition(limits.count <= ChargeShape.maximumLimits, "a charge has at most 14 limits")
        bits = 0
        for (position, limit) in limits.enumerated() {
            bits |= ChargeShape.nibble(limit) << (8 + 4 * UInt64(position))
        }
    }

    /// Tells it from all others.
    var name: String { "\(String(bits, radix: 16))_\(String(slots, radix: 16))" }

    var isFree: Bool {
        get { bits & 1 != 0 }
        set { bits = newValue ? bits | 1 : bits & ~1 }
    }
    var hasKey: Bool {
        get { bits & 2 != 0 }
        set { bits = newValue ? bits | 2 : bits & ~2 }
    }
    /// Whether several grants may pay: the way of the few charges that the grant in turn can't pay alone.
    var isSplit: Bool {
        get { bits & 4 != 0 }
        set { bits = newValue ? bits | 4 : bits & ~4 }
    }

    /// The same with limits that count in these slots.
    func placed(_ slots: [Slot?]) -> ChargeShape {
        var shape = self
        for (position, slot) in slots.enumerated() {
            shape.slots |= UInt64(slot?.number ?? 0) << (4 * UInt64(position))
        }
        return shape
    }

    /// Scope, window and mode in four bits, from 1 to 12: zero is no limit, so that their number is known too.
    private static func nibble(_ limit: LimitCheck) -> UInt64 {
        let scope: UInt64
        switch limit.scope {
        case .account: scope = 0
        case .member: scope = 1
        case .action: scope = 2
        }
        return scope * 4 + (limit.isRolling ? 2 : 0) + (limit.isEnforced ? 1 : 0) + 1
    }

    struct LimitKind {
        let isRolling: Bool
        let isEnforced: Bool
        let scope: Limit.Scope
        let slot: Slot?
    }

    var limits: [LimitKind] {
        (0..<ChargeShape.maximumLimits).compactMap { position in
            let nibble = bits >> (8 + 4 * UInt64(position)) & 15
            guard nibble > 0 else { return nil }
            let kind = nibble - 1
            let scopes: [Limit.Scope] = [.account, .member, .action]
            let slot = Int64(slots >> (4 * UInt64(position)) & 15)
            return LimitKind(
                isRolling: kind & 2 != 0,
                isEnforced: kind & 1 != 0,
                scope: scopes[Int(kind / 4)],
                slot: slot > 0 ? Slot(number: slot) : nil
            )
        }
    }
}
