public import Foundation

extension Policy {
    /// The policy files at a path: one file, or a folder of `.jsonc` and `.json` files that merge.
    ///
    /// In a folder, hidden files, `*.schema.json` and folders are skipped. A file has at most 8 MiB, a folder at
    /// most 256 files. The files are not trusted: whatever they contain, loading returns a policy or throws
    /// an error with the places of the mistakes.
    public struct Files: Sendable {
        static let fileSizeLimit: Int64 = 8 * 1024 * 1024
        static let fileCountLimit = 256

        public let path: String
        let environment: [String: String]
        let forSale: Bool
        let disk: any PolicyDisk

        /// - Parameters:
        ///   - path: the file, or the folder.
        ///   - environment: the variables that `${NAME}` in the files refers to.
        ///   - forSale: whether packs will be sold. If so, a missing variable is an error, otherwise a warning.
        public init(
            path: String,
            environment: [String: String] = ProcessInfo.processInfo.environment,
            forSale: Bool = false
        ) {
            self.init(path: path, environment: environment, forSale: forSale, disk: LocalDisk())
        }

        package init(path: String, environment: [String: String], forSale: Bool, disk: any PolicyDisk) {
            self.path = path
            self.environment = environment
            self.forSale = forSale
            self.disk = disk
        }

        /// Reads and checks the files.
        ///
        /// - Throws: ``Policy/FileError`` with every mistake in every file, a missing or unreadable file included.
        public func load() throws(Policy.FileError) -> Policy.Files.LoadedPolicy {
            try load(read())
        }

        /// Checks files that were read.
        func load(_ sources: PolicySources) throws(Policy.FileError) -> Policy.Files.LoadedPolicy {
            let (texts, diagnostics) = (sources.texts, sources.diagnostics)
            let loaded = try PolicyDecoder(texts, diagnostics, environment: environment, forSale: forSale).load()
            let files = texts.map { text in
                Policy.FileText(name: text.file.lastPathPart, text: text.text(0..<text.bytes.count))
            }
            return LoadedPolicy(
                policy: loaded.policy.read(from: files), tests: loaded.tests, warnings: loaded.warnings)
        }

        /// Reads only the price list.
        ///
        /// - Returns: the price list, and the names of all sections and settings of the files.
        /// - Throws: ``Policy/FileError`` with the mistakes of syntax in the files, and those in the price list.
        package func prices() throws(Policy.FileError) -> (list: Policy.PriceList, sections: Set<String>) {
            let sources = read()
            let decoder = PolicyDecoder(
                sources.texts, sources.diagnostics, environment: environment, forSale: false)
            guard !sources.diagnostics.hasErrors else { throw sources.diagnostics.failure }
            return (decoder.priceList, decoder.tree.names)
        }

        /// Reads the files, without checking what they say.
        func read() -> PolicySources {
            let diagnostics = Diagnostics()
            let texts = filePaths(diagnostics).compactMap { read($0, diagnostics) }
            return PolicySources(texts: texts, diagnostics: diagnostics)
        }

        /// The files to read, in the order of their names.
        private func filePaths(_ diagnostics: Diagnostics) -> [String] {
            do throws(PolicyDiskError) {
                guard try disk.status(of: path).kind == .folder else { return [path] }
                let paths = try pathsInFolder()
                for name in try namesLikePolicies() {
                    diagnostics.warning(
                        "this file is not read: the name of a policy file ends in .jsonc or .json",
                        about: path.hasSuffix("/") ? path + name : "\(path)/\(name)"
                    )
                }
                if paths.isEmpty {
                    diagnostics.unreadable(
                        "this folder has no policy file", about: path, expected: "files named *.jsonc or *.json")
                }
                guard paths.count <= Policy.Files.fileCountLimit else {
                    let limit = Policy.Files.fileCountLimit
                    diagnostics.error(
                        "a policy has at most \(limit) files; this folder has \(paths.count)", about: path)
                    return []
                }
                return paths
            } catch {
                diagnostics.unreadable(error.description, about: path)
                return []
            }
        }

        /// The path itself, and the files in it if it is a folder. When one of them changes, the policy may have
        /// changed.
        var watchedPaths: [String] {
            let inside = (try? pathsInFolder()) ?? []
            return [path] + inside.prefix(Policy.Files.fileCountLimit + 1)
        }

        private static func isRead(_ name: String) -> Bool {
            (name.ends(with: ".jsonc") || name.ends(with: ".json")) && !name.ends(with: ".schema.json")
                && !name.begins(with: ".")
        }

        /// The names of files that were probably meant to be read, such as `prices.yaml` or `prices.json.txt`.
        private func namesLikePolicies() throws(PolicyDiskError) -> [String] {
            let endings = [".yaml", ".yml", ".toml", ".json5", ".json.txt", ".jsonc.txt"]
            return try disk.names(in: path)
                .filter { name in
                    let lower = name.lowercased()
                    let isPolicy = (endings + [".json", ".jsonc"]).contains { lower.ends(with: $0) }
                    return isPolicy && !Self.isRead(name) && !name.begins(with: ".")
                        && !lower.ends(with: ".schema.json")
                }
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }

        private func pathsInFolder() throws(PolicyDiskError) -> [String] {
            try disk.names(in: path)
                .filter(Self.isRead)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                .map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
        }

        private func read(_ file: String, _ diagnostics: Diagnostics) -> SourceText? {
            do throws(PolicyDiskError) {
                let status = try disk.status(of: file)
                // A subfolder may have any name. A path that was given must be a file or a folder of files.
                if status.kind == .folder, file != path { return nil }
                guard status.kind == .file else {
                    diagnostics.unreadable("this is not a regular file", about: file)
                    return nil
                }
                // Reading one byte more than allowed detects a file that is too large, also one that just grew.
                let bytes = try disk.contents(of: file, atMost: Int(Policy.Files.fileSizeLimit) + 1)
                guard bytes.count <= Policy.Files.fileSizeLimit else {
                    diagnostics.error("a policy file has at most 8 MiB; this one has more", about: file)
                    return nil
                }
                return diagnostics.source(file: file, bytes: bytes)
            } catch {
                diagnostics.unreadable(error.description, about: file)
                return nil
            }
        }
    }
}

extension Diagnostics {
    /// The text of a file; nil when it is not UTF-8, which is reported.
    func source(file: String, bytes: [UInt8]) -> SourceText? {
        if let encoding = otherEncoding(of: bytes) {
            error("this file is \(encoding)", about: file, expected: "UTF-8: save it as UTF-8")
            return nil
        }
        let source = SourceText(file: file, bytes: bytes)
        guard let offset = firstInvalidOffset(in: source.bytes) else { return source }
        error("this byte is not UTF-8", at: Place(source: source, offset: offset), expected: "UTF-8: save it as UTF-8")
        isIncomplete = true
        return nil
    }

    /// Windows programs write UTF-16: it has a byte order mark, or every other byte is zero.
    private func otherEncoding(of bytes: [UInt8]) -> String? {
        let start = bytes.prefix(4)
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        guard start.count == 4 else { return nil }
        let zeros = start.map { $0 == 0 }
        if zeros == [false, true, false, true] || zeros == [true, false, true, false] { return "UTF-16" }
        if zeros == [false, true, true, true] || zeros == [true, true, true, false] { return "UTF-32" }
        return nil
    }

    private func firstInvalidOffset(in bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &rest) {
            case .valid(let scalar): offset += scalar.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }
}
