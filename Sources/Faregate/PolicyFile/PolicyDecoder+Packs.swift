extension PolicyDecoder {
    func pack(_ member: JSONMember) -> Policy.Pack? {
        let keys = ["credits", "price", "for", "quantity", "expires", "products"] + PolicyDecoder.shortKeys
        guard let object = ObjectReader(member.value, "a pack", keys: keys, diagnostics) else { return nil }
        let credits = object.required("credits", for: "\"credits\": 50")
            .flatMap { self.credits($0, "\"credits\"", from: 1) }
        let price = object.required("price", for: "\"price\": \"10.00 USD\"").flatMap(money)
        let quantities = object["quantity"].map { self.quantities($0.value) } ?? 1...1
        let lifetime = object["expires"].flatMap { expiry($0.value) }
        let actions = purpose(object["for"])
        let products = products(object)
        guard let credits, let price, let quantities else { return nil }
        let pack = Policy.Pack(
            name: member.name,
            credits: credits,
            price: price,
            quantities: quantities,
            lifetimeMilliseconds: lifetime,
            actions: actions,
            products: products,
            location: member.namePlace.location
        )
        check(pack, at: object["quantity"]?.value.place ?? object.place)
        return pack
    }

    /// The product's id at each provider is written in "products", under the provider's name. For these two providers
    /// it may also be written in the pack itself.
    private static let shortKeys = ["stripe", "dodo"]

    /// The product id for each provider, as written. If a provider has two, that is reported, and the first one counts.
    private func productNodes(_ object: ObjectReader) -> [(provider: String, node: JSONNode)] {
        var members = PolicyDecoder.shortKeys.compactMap { object[$0] }
        if let products = object["products"] {
            members += ObjectReader(products.value, "\"products\"", diagnostics)?.members ?? []
        }
        var nodes: [(provider: String, node: JSONNode)] = []
        for member in members {
            guard !member.name.isEmpty, member.name.utf8.count <= 64 else {
                diagnostics.error(
                    "a payment provider's name has 1 to 64 bytes",
                    at: member.namePlace,
                    expected: "a name such as \"\(PolicyDecoder.shortKeys[0])\""
                )
                continue
            }
            if nodes.contains(where: { ExactText($0.provider) == ExactText(member.name) }) {
                diagnostics.error(
                    "\(quoted(member.name)) is given in the pack and again in its \"products\"",
                    at: member.namePlace,
                    expected: "only one of the two"
                )
            } else {
                nodes.append((member.name, member.value))
            }
        }
        return nodes
    }

    /// A missing variable means that the pack isn't sold at that provider. If packs are for sale and no provider is
    /// left for this pack, that is an error.
    private func products(_ object: ObjectReader) -> [String: String] {
        var products: [String: String] = [:]
        var missing: [(name: String, provider: String, place: Place)] = []
        for (provider, node) in productNodes(object) {
            var names: [String] = []
            products[provider] = resolved(node, provider, &names)
            missing += names.map { ($0, provider, node.place) }
        }
        for (name, provider, place) in missing {
            diagnostics.missingVariables.add(
                name, of: provider, at: place, isError: forSale && products.isEmpty)
        }
        return products
    }

    /// `{ "min": 1, "max": 100 }`. Nil for anything else, which is reported.
    private func quantities(_ node: JSONNode) -> ClosedRange<Int>? {
        guard let object = ObjectReader(node, "\"quantity\"", keys: ["min", "max"], diagnostics) else { return nil }
        let range = 1...Int64(Policy.Pack.maximumQuantity)
        let min = object["min"].map { whole($0.value, "\"min\"", in: range) } ?? 1
        let max = object.required("max", for: "\"max\": 100").flatMap { whole($0, "\"max\"", in: range) }
        guard let min, let max else { return nil }
        guard min <= max else {
            diagnostics.error(
                "\"quantity\" has no number between \(min) and \(max)",
                at: node.place,
                expected: "a \"min\" that is at most \"max\""
            )
            return nil
        }
        return Int(min)...Int(max)
    }

    /// The credits of the largest quantity must be in range.
    private func check(_ pack: Policy.Pack, at place: Place) {
        do throws(InvalidInput) {
            _ = try pack.credits(for: pack.quantities.upperBound)
            _ = try pack.price(for: pack.quantities.upperBound)
        } catch {
            diagnostics.error(error.description, at: place, expected: "a smaller \"max\" in \"quantity\"")
        }
    }

    /// How long credits can be spent, in milliseconds.
    func expiry(_ node: JSONNode) -> Int64? {
        duration(node, "\"expires\"", in: 60_000...3650 * millisecondsPerDay, units: packLifetimeUnits)
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
    /// The value of a variable never appears in a message.
    private func resolved(_ node: JSONNode, _ provider: String, _ missing: inout [String]) -> String? {
        let what = "\"\(provider)\""
        let expected = "an id in quotes, or a variable of the environment: \"${NAME}\""
        guard let text = string(node, what, expected: expected) else { return nil }
        guard !text.isEmpty else {
            diagnostics.error("\(what) is empty", at: node.place, expected: expected)
            return nil
        }
        var pieces: [Substring] = []
        var rest = text[...]
        while let opening = rest.firstRange(of: "${") {
            pieces.append(rest[..<opening.lowerBound])
            let inside = rest[opening.upperBound...]
            let name = inside.prefix { $0 != "}" }
            guard name.endIndex < inside.endIndex, isVariable(name) else {
                diagnostics.error("\(what) has a \"${\" that names no variable", at: node.place, expected: expected)
                return nil
            }
            let value = environment[String(name)] ?? ""
            if value.isEmpty { missing.append(String(name)) }
            pieces.append(value[...])
            rest = inside[name.endIndex...].dropFirst()
        }
        pieces.append(rest)
        return missing.isEmpty ? product(pieces.joined(), what, at: node.place) : nil
    }

    /// The text, if a purchase can record it. It may be the value of a variable, so no message shows it.
    private func product(_ text: String, _ what: String, at place: Place) -> String? {
        do throws(InvalidInput) {
            return try checked(text, is: what)
        } catch {
            diagnostics.error(error.description, at: place, expected: "the id as the provider shows it")
            return nil
        }
    }

    private func isVariable(_ name: Substring) -> Bool {
        name.utf8.allSatisfy { Ascii.isLetterOrUnderscore($0) || Ascii.isDigit($0) }
            && name.utf8.first.map(Ascii.isLetterOrUnderscore) ?? false
    }
}
