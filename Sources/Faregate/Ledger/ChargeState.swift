/// How far a charge has come: held, then exactly one of the others, once.
public enum ChargeState: String, Sendable, Hashable, Codable {
    case held, settled, refunded
}
