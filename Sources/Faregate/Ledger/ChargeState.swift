/// The state of a charge: held, then either settled or refunded, exactly once.
public enum ChargeState: String, Sendable, Hashable, Codable {
    case held, settled, refunded
}
