extension Policy {
    func packDifferences(from old: Policy) -> [Difference] {
        Set(packs.keys).union(old.packs.keys).sorted().flatMap { name in
            let subject = "pack \(printable(name))"
            guard let pack = packs[name] else { return [Difference(subject, "removed: it can't be bought any more")] }
            guard let before = old.packs[name] else {
                return [Difference(subject, "new, \(pack.inWords)\(pack.details)")]
            }
            return pack.texts(before: before).map { Difference(subject, $0) }
        }
    }
}

extension Policy.Pack {
    fileprivate var inWords: String { "\(credits.inWords) for \(price)" }

    fileprivate func texts(before: Policy.Pack) -> [String] {
        var texts: [String] = []
        if inWords != before.inWords { texts.append("\(before.inWords) -> \(inWords)") }
        if quantities != before.quantities { texts.append("quantity: \(before.quantityText) -> \(quantityText)") }
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
    fileprivate var details: String {
        (quantities == 1...1 ? "" : ", \(quantityText) at once")
            + (lifetimeMilliseconds == nil ? "" : ", credits expire \(lifetimeText)")
    }

    private var quantityText: String { "\(quantities.lowerBound) to \(quantities.upperBound)" }

    private var lifetimeText: String {
        lifetimeMilliseconds.map { "after \(durationText(milliseconds: $0, in: packLifetimeUnits))" } ?? "never"
    }
}
