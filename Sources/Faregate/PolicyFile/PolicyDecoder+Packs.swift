extension PolicyDecoder {
    /// Where packs are sold, as the files name it, and for people.
    private static let sellers = [(key: "stripe", name: "Stripe"), (key: "dodo", name: "Dodo Payments")]
    private static let maxQuantity: Int64 = 1_000_000
    private static let lifetimes: ClosedRange<Int64> = 60 * 60 * 1000...100 * 366 * millisecondsPerDay

    func pack(_ member: JSONMember) -> Pack? {
        let keys = ["credits", "price", "quantity", "expires"] + PolicyDecoder.sellers.map(\.key)
        guard let object = ObjectReader(member.value, "a pack", keys: keys, diagnostics) else { return nil }
        let credits = object.required("credits", for: "\"credits\": 50")
            .flatMap { self.credits($0, "\"credits\"", from: 1) }
        let price = object.required("price", for: "\"price\": \"10.00 USD\"").flatMap(money)
        let quantities = object["quantity"].map { self.quantities($0.value) } ?? 1...1
        let lifetime = object["expires"].flatMap {
            duration($0.value, "\"expires\"", in: PolicyDecoder.lifetimes)
        }
        let products = products(object)
        guard let credits, let price, let quantities else { return nil }
        let pack = Pack(
            name: member.name,
            credits: credits,
            price: price,
            quantities: quantities,
            lifetimeMilliseconds: lifetime,
            products: products,
            location: member.namePlace.location
        )
        checkLargest(pack, object)
        return pack
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

    // MARK: Quantities

    private func quantities(_ node: JSONNode) -> ClosedRange<Int>? {
        guard let object = ObjectReader(node, "\"quantity\"", keys: ["min", "max"], diagnostics) else { return nil }
        let range = 1...PolicyDecoder.maxQuantity
        let lowest = object["min"].map { whole($0.value, "\"min\"", in: range) } ?? 1
        let highest = object.required("max", for: "\"max\": 100").flatMap { whole($0, "\"max\"", in: range) }
        guard let lowest, let highest else { return nil }
        guard lowest <= highest else {
            diagnostics.error("\"min\" is more than \"max\"", at: node.place, expected: "\"min\" of at most \(highest)")
            return nil
        }
        return Int(lowest)...Int(highest)
    }

    /// As many as are sold at once must be countable.
    private func checkLargest(_ pack: Pack, _ object: ObjectReader) {
        do throws(InvalidInput) {
            _ = try pack.credits(for: pack.quantities.upperBound)
            _ = try pack.price(for: pack.quantities.upperBound)
        } catch {
            diagnostics.error(error.description, at: object["quantity"]?.value.place ?? object.place)
        }
    }

    // MARK: What providers call it

    /// A variable that is missing means that the pack isn't sold at that provider. Where packs are for sale, and that
    /// leaves none, it is an error.
    private func products(_ object: ObjectReader) -> [String: String] {
        var products: [String: String] = [:]
        var missing: [(variable: String, seller: String, place: Place)] = []
        for (key, seller) in PolicyDecoder.sellers {
            guard let node = object[key]?.value else { continue }
            var variables: [String] = []
            products[key] = resolved(node, "\"\(key)\"", &variables)
            missing += variables.map { ($0, seller, node.place) }
        }
        for (variable, seller, place) in missing {
            if forSale, products.isEmpty {
                diagnostics.error(
                    "the environment variable \(variable) is not set, so this pack can't be sold",
                    at: place,
                    expected: "\(variable) in the environment, or a pack without an id at \(seller)"
                )
            } else {
                diagnostics.warning(
                    "the environment variable \(variable) is not set; this pack can't be sold at \(seller)",
                    at: place
                )
            }
        }
        return products
    }

    /// The text with every `${NAME}` replaced by the environment's variable. Nil when one is missing or empty.
    /// What a variable holds never gets into a message.
    private func resolved(_ node: JSONNode, _ what: String, _ missing: inout [String]) -> String? {
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
        return missing.isEmpty ? pieces.joined() : nil
    }

    private func isVariable(_ name: Substring) -> Bool {
        name.utf8.allSatisfy { Ascii.isLetter($0) || Ascii.isDigit($0) }
            && name.utf8.first.map(Ascii.isLetter) ?? false
    }
}
