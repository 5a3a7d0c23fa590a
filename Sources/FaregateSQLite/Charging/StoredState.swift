import Faregate

/// How the states of charges are stored.
enum StoredState {
    static let held: Int64 = 0
    static let settled: Int64 = 1
    static let refunded: Int64 = 2
}

extension ChargeState {
    var stored: Int64 {
        switch self {
        case .held: StoredState.held
        case .settled: StoredState.settled
        case .refunded: StoredState.refunded
        }
    }

    init(stored value: Int64) throws(SQLiteError) {
        switch value {
        case StoredState.held: self = .held
        case StoredState.settled: self = .settled
        case StoredState.refunded: self = .refunded
        default: throw .damaged("a charge is in a state that there is not")
        }
    }
}
