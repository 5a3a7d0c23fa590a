extension Policy {
    /// The text of one policy file, as a ledger keeps it.
    package struct FileText: Sendable, Hashable, Codable {
        /// The file's name, without its folder.
        package let name: String
        package let text: String

        package init(name: String, text: String) {
            (self.name, self.text) = (name, text)
        }
    }

    /// Reads a policy that a ledger kept.
    ///
    /// - Parameters:
    ///   - files: the files' texts.
    ///   - version: the version that was in force: that of the files, or of a change that they announce.
    ///   - environment: the variables that `${NAME}` in the files refers to.
    ///   - forSale: whether packs will be sold. If not, a missing variable is no mistake.
    /// - Returns: nil if the files don't have this version, or if this program can't read them.
    package init?(
        kept files: [FileText], version: String, environment: [String: String] = [:], forSale: Bool = false
    ) {
        let diagnostics = Diagnostics()
        let sources = files.compactMap { diagnostics.source(file: $0.name, bytes: Array($0.text.utf8)) }
        let decoder = PolicyDecoder(sources, diagnostics, environment: environment, forSale: forSale)
        guard let loaded = try? decoder.load().policy.read(from: files),
            let policy = ([loaded] + loaded.changes.map(\.policy)).first(where: { $0.version == version })
        else { return nil }
        self = policy
    }
}
