extension PolicyDecoder {
    func pack(_ member: JSONMember) -> Pack? {
        let keys = ["credits", "price", "stripe"]
        guard let object = ObjectReader(member.value, "a pack", keys: keys, diagnostics) else { return nil }
        let credits = object.required("credits", for: "\"credits\": 50")
            .flatMap { self.credits($0, "\"credits\"", from: 1) }
        let price = object.required("price", for: "\"price\": \"10.00 USD\"").flatMap(money)
        let stripePrice = object["stripe"].flatMap { resolved($0.value, "\"stripe\"") }
        guard let credits, let price else { return nil }
        return Pack(
            name: member.name,
            credits: credits,
            price: price,
            products: stripePrice.map { ["stripe": $0] } ?? [:],
            location: member.namePlace.location
        )
    }

    private func money(_ node: JSONNode) -> Money? {
        guard let text = string(node, "a price", expected: "an amount and a currency: \"10.00 USD\"") else {
            return nil
        }
        do throws(InvalidInput) {
            return try Money(parsing: text)
        } catch {
            diagnostics.error(error.description, at: node.place)
            return nil
        }
    }

    /// The text with every `${NAME}` replaced by the environment's variable. Nil when one is missing or empty.
    /// What a variable holds never gets into a message.
    private func resolved(_ node: JSONNode, _ what: String) -> String? {
        let expected = "an id in quotes, or a variable of the environment: \"${NAME}\""
        guard let text = string(node, what, expected: expected) else { return nil }
        guard !text.isEmpty else {
            diagnostics.error("\(what) is empty", at: node.place, expected: expected)
            return nil
        }
        var pieces: [Substring?] = []
        var rest = text[...]
        while let opening = rest.firstRange(of: "${") {
            pieces.append(rest[..<opening.lowerBound])
            let inside = rest[opening.upperBound...]
            let name = inside.prefix { $0 != "}" }
            guard name.endIndex < inside.endIndex, isVariable(name) else {
                diagnostics.error("\(what) has a \"${\" that names no variable", at: node.place, expected: expected)
                return nil
            }
            pieces.append(variable(String(name), at: node.place))
            rest = inside[name.endIndex...].dropFirst()
        }
        pieces.append(rest)
        return pieces.contains(nil) ? nil : pieces.compactMap { $0 }.joined()
    }

    private func isVariable(_ name: Substring) -> Bool {
        name.utf8.allSatisfy { Ascii.isLetter($0) || Ascii.isDigit($0) }
            && name.utf8.first.map(Ascii.isLetter) ?? false
    }

    private func variable(_ name: String, at place: Place) -> Substring? {
        if let value = environment[name], !value.isEmpty { return value[...] }
        if forSale {
            diagnostics.error(
                "the environment variable \(name) is not set, so this pack can't be sold",
                at: place,
                expected: "\(name) in the environment, or a pack without \"stripe\""
            )
        } else {
            diagnostics.warning("the environment variable \(name) is not set; this pack can't be sold", at: place)
        }
        return nil
    }
}
