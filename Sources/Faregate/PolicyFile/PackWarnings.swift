import Foundation

/// Warns of packs that are allowed but most likely a mistake.
struct PackWarnings {
    let members: [JSONMember]
    let policy: Policy
    let diagnostics: Diagnostics

    func report() {
        for member in members {
            reportProducts(of: member)
            reportMinutes(in: member.value)
            if let pack = policy.packs[member.name], !PackWarnings.currencies.contains(pack.price.currency) {
                diagnostics.warning(
                    "there is no currency \(quoted(pack.price.currency))",
                    at: member.value.member("price")?.value.place ?? member.namePlace)
            }
        }
        reportSharedProducts()
        reportExpensive()
    }

    private static let currencies = Set(Locale.Currency.isoCurrencies.map(\.identifier))

    private func products(of member: JSONMember) -> [JSONMember] {
        let own = ["stripe", "dodo"].compactMap { member.value.member($0) }
        guard case .object(let others) = member.value.member("products")?.value.value else { return own }
        return own + others.members
    }

    private func reportProducts(of member: JSONMember) {
        let products = products(of: member)
        if products.isEmpty {
            diagnostics.warning(
                "nobody can buy this pack: it has no product at a payment provider, such as "
                    + "\"stripe\": \"${PRICE_ID}\"",
                at: member.namePlace
            )
        }
        for product in products {
            guard case .string(let text) = product.value.value, text.hasPrefix("$"), !text.hasPrefix("${") else {
                continue
            }
            diagnostics.warning(
                "\(quoted(text)) is taken as it is; a variable of the environment is written "
                    + quoted("${\(text.dropFirst())}"),
                at: product.value.place
            )
        }
    }

    /// In a lifetime, "6m" is six minutes.
    func reportMinutes(in node: JSONNode) {
        guard let expires = node.member("expires")?.value, case .string(let text) = expires.value,
            text.hasSuffix("m"), let number = Int(text.dropLast())
        else { return }
        diagnostics.warning(
            "\(quoted(text)) is \(number) minutes; for months, write days: \(quoted("\(number * 30)d"))",
            at: expires.place)
    }

    private func reportSharedProducts() {
        var firsts: [String: String] = [:]
        for member in members {
            for (provider, product) in policy.packs[member.name]?.products ?? [:] where !product.isEmpty {
                let key = "\(provider)\n\(product)"
                guard let first = firsts[key] else {
                    firsts[key] = member.name
                    continue
                }
                diagnostics.warning(
                    "this pack and the pack \(quoted(first)) have the same product at \"\(provider)\"",
                    at: member.namePlace
                )
            }
        }
    }

    /// A credit that costs ten times as much as in another pack most likely has a zero too many.
    private func reportExpensive() {
        for member in members {
            guard let pack = policy.packs[member.name] else { continue }
            let cheaper = policy.packs.values.filter { other in
                other.price.currency == pack.price.currency
                    && Double(pack.price.minorUnits) * Double(other.credits.rawValue)
                        >= 10 * Double(other.price.minorUnits) * Double(pack.credits.rawValue)
            }
            guard let other = cheaper.map(\.name).min() else { continue }
            diagnostics.warning(
                "a credit of this pack costs ten times as much as one of the pack \(quoted(other)), or more",
                at: member.namePlace
            )
        }
    }
}
