import Faregate

/// The attributes of recorded calls. Few combinations occur, so each is read once.
struct ReplayedFacts {
    private var known: [String: Attributes] = [:]

    /// Bounds the memory. A full cache is emptied.
    private static let maximumKnown = 10_000

    /// The attributes that the caller passed: without the plan, which a quote adds itself.
    mutating func attributes(_ text: String?) -> Attributes {
        guard let text else { return [:] }
        if let attributes = known[text] { return attributes }
        var attributes = value(Attributes.self, fromJSON: text) ?? [:]
        attributes[Attributes.plan] = nil
        if known.count >= ReplayedFacts.maximumKnown { known.removeAll() }
        known[text] = attributes
        return attributes
    }
}
