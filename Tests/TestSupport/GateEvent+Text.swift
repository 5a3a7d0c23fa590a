package import Faregate

extension GateEvent {
    /// The event's name, with the details that tests check.
    package var text: String {
        let words = name.rawValue.replacing("-", with: " ")
        return switch name {
        case .refunded, .shadowed, .missingPlan: "\(words): \(reason ?? "nil")"
        case .owed, .short, .lowBalance: "\(words): \(credits)"
        case .unpaid: "\(words): \(error.map { "\($0)" } ?? "nil")"
        default: words
        }
    }
}
