package import Faregate

/// The numbers for states in the table `charges`, and for sources in `grants`.
extension ChargeState {
    package init(stored value: Int64) throws(SQLError) {
        switch value {
        case 0: self = .held
        case 1: self = .settled
        case 2: self = .refunded
        default: throw .damaged("a charge is in an unknown state")
        }
    }
}

extension GrantSource {
    package var stored: Int64 {
        switch self {
        case .plan: 0
        case .purchase: 1
        case .promotion: 2
        case .adjustment: 3
        }
    }

    package init(stored value: Int64) throws(SQLError) {
        switch value {
        case 0: self = .plan
        case 1: self = .purchase
        case 2: self = .promotion
        case 3: self = .adjustment
        default: throw .damaged("a grant has an unknown source")
        }
    }
}

extension AccountID {
    /// A name that was validated before it was stored.
    package init(stored name: String) throws(SQLError) {
        do throws(InvalidInput) { try self.init(name) } catch {
            throw .damaged("an account has a name that is not allowed")
        }
    }
}
