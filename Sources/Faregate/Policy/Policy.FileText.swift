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

    /// Reads a policy that a ledger kept. Variables of the environment are taken as set, because only the environment
    /// of the server had them.
    ///
    /// - Parameters:
    ///   - files: the files' texts.
    ///   - version: the version that was in force: that of the files, or of a change that they announce.
    /// - Returns: nil if the files don't have this version, or if this program can't read them.
    package init?(kept files: [FileText], version: String) {
        let diagnostics = Diagnostics()
        let sources = files.compactMap { diagnostics.source(file: $0.name, bytes: Array($0.text.utf8)) }
        let decoder = PolicyDecoder(sources, diagnostics, environment: [:], forSale: false)
        guard let loaded = try? decoder.load().policy,
            let policy = ([loaded] + loaded.changes.map(\.policy)).first(where: { $0.version == version })
        else { return nil }
        self = policy
    }
}
