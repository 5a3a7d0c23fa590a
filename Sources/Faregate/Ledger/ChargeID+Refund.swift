/// The reference of the grant that gives back what a call cost. An account has each reference once, so a call is given
/// back once.
extension ChargeID {
    package var refundReference: String { "refund:\(rawValue)" }

    /// - Returns: nil unless this is the reference of such a grant.
    package init?(refundReference reference: String) {
        guard let number = reference.split(separator: ":").last.flatMap({ Int64($0) }) else { return nil }
        self.init(rawValue: number)
        guard ExactText(refundReference) == ExactText(reference) else { return nil }
    }
}
