/// The prices that [models.dev](https://models.dev) publishes as `api.json`: providers, and the models of each with
/// their prices in US dollars per 1,000,000 units.
package struct ModelsFile {
    /// One model of a provider.
    package struct Model: Equatable {
        package let name: String
        /// The prices, as the file writes the numbers: `["input": "3", "cache_read": "0.3"]`. Nil if it has none.
        package let dollars: [String: String]?
        /// The keys of prices that aren't numbers, such as `context_over_200k`, sorted.
        package let others: [String]
    }

    /// The models of each provider, by the provider's name.
    package let models: [String: [Model]]

    /// An upper bound; the published file is about 2 MB.
    package static let maximumBytes = 64 * 1024 * 1024

    /// - Parameters:
    ///   - file: the name of the file in errors.
    ///   - bytes: its content.
    /// - Throws: ``Policy/FileError`` with the place of each mistake: syntax that isn't JSON, or another structure.
    package init(file: String, bytes: [UInt8]) throws(Policy.FileError) {
        let diagnostics = Diagnostics()
        let source = diagnostics.source(file: file, bytes: bytes)
        let root = source.flatMap { source in
            var scanner = JSONScanner(source, content: "list of models", diagnostics: diagnostics)
            return scanner.document()
        }
        var models: [String: [Model]] = [:]
        for provider in root.map({ ModelsFile.members(of: $0, "a list of models", diagnostics) }) ?? [] {
            models[provider.name] = ModelsFile.models(of: provider, diagnostics)
        }
        if models.isEmpty, let root, !diagnostics.hasErrors {
            diagnostics.error("there are no providers in this file", at: root.place, expected: ModelsFile.form)
        }
        guard !diagnostics.hasErrors else { throw diagnostics.failure }
        self.models = models
    }

    /// Reads at most ``maximumBytes``.
    ///
    /// - Throws: ``Policy/FileError``, also for a file that can't be read or has more bytes.
    package init(path: String) throws(Policy.FileError) {
        let diagnostics = Diagnostics()
        guard let bytes = ModelsFile.bytes(of: path, diagnostics) else { throw diagnostics.failure }
        try self.init(file: path, bytes: bytes)
    }

    private static func bytes(of path: String, _ diagnostics: Diagnostics) -> [UInt8]? {
        do throws(PolicyDiskError) {
            let bytes = try LocalDisk().contents(of: path, atMost: maximumBytes + 1)
            if bytes.count <= maximumBytes { return bytes }
            diagnostics.error("a list of models has at most 64 MiB; this one has more", about: path)
        } catch {
            diagnostics.unreadable(error.description, about: path)
        }
        return nil
    }

    private static let form = """
        { "anthropic": { "models": { "claude-5": { "cost": { "input": 3, "output": 15 } } } } }
        """

    private static func models(of provider: JSONMember, _ diagnostics: Diagnostics) -> [Model] {
        guard let models = provider.value.member("models") else {
            _ = members(of: provider.value, "a provider", diagnostics)
            if case .object = provider.value.value {
                diagnostics.error("this provider has no \"models\"", at: provider.namePlace, expected: form)
            }
            return []
        }
        return members(of: models.value, "\"models\"", diagnostics).map { model($0, diagnostics) }
    }

    private static func model(_ member: JSONMember, _ diagnostics: Diagnostics) -> Model {
        _ = members(of: member.value, "a model", diagnostics)
        let nothing = Model(name: member.name, dollars: nil, others: [])
        guard let cost = member.value.member("cost")?.value else { return nothing }
        if case .null = cost.value { return nothing }
        var (dollars, others): ([String: String], [String]) = ([:], [])
        for price in members(of: cost, "\"cost\"", diagnostics) {
            if case .number(let text) = price.value.value {
                dollars[price.name] = text
            } else {
                others.append(price.name)
            }
        }
        return Model(name: member.name, dollars: dollars.isEmpty ? nil : dollars, others: others.sorted())
    }

    private static func members(of node: JSONNode, _ what: String, _ diagnostics: Diagnostics) -> [JSONMember] {
        ObjectReader(node, what, diagnostics)?.members ?? []
    }
}
