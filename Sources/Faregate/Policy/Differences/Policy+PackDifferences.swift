extension Policy {
    func packDifferences(from old: Policy) -> [Difference] {
        Set(packs.keys).union(old.packs.keys).sorted().flatMap { name in
            let subject = "pack \(printable(name))"
            guard let pack = packs[name] else { return [Difference(subject, "removed: it can't be bought any more")] }
            guard let before = old.packs[name] else {
                return [Difference(subject, "new, \(pack.inWords)\(pack.details(under: self))")]
            }
            return pack.texts(before: before, under: self).map { Difference(subject, $0) }
        }
    }
}

extension Policy.Pack {
    fileprivate var inWords: String { "\(credits.inWords) for \(price)" }

    /// - Parameter policy: the new policy, which knows the present names of renamed actions.
    fileprivate func texts(before: Policy.Pack, under policy: Policy) -> [String] {
        var texts: [String] = []
        if inWords != before.inWords { texts.append("\(before.inWords) -> \(inWords)") }
        if quantities != before.quantities { texts.append("quantity: \(before.quantityText) -> \(quantityText)") }
        let (old, new) = (before.purpose(under: policy), purpose(under: policy))
        if old != new { texts.append("pays for: \(old) -> \(new)") }
        if lifetimeMilliseconds != before.lifetimeMilliseconds {
            texts.append("credits expire: \(before.lifetimeText) -> \(lifetimeText)")
        }
        for provider in Set(products.keys).union(before.products.keys).sorted() {
            switch (before.products[provider], products[provider]) {
            case (let old?, let new?) where old != new: texts.append("product at \(provider): \(old) -> \(new)")
            case (nil, let new?): texts.append("sold at \(provider) as \(new)")
            case (_?, nil): texts.append("no longer sold at \(provider)")
            default: break
            }
        }
        return texts
    }

    /// `, 1 to 20 at once, credits expire after 1y`.
    fileprivate func details(under policy: Policy) -> String {
        (quantities == 1...1 ? "" : ", \(quantityText) at once")
            + (actions == nil ? "" : ", pays for \(purpose(under: policy))")
            + (lifetimeMilliseconds == nil ? "" : ", credits expire \(lifetimeText)")
    }

    private func purpose(under policy: Policy) -> String {
        actions.map { listInWords(policy.presentNames(of: $0)) } ?? "all actions"
    }

    private var quantityText: String { "\(quantities.lowerBound) to \(quantities.upperBound)" }

    private var lifetimeText: String {
        lifetimeMilliseconds.map { "after \(durationText(milliseconds: $0, in: packLifetimeUnits))" } ?? "never"
    }
}
