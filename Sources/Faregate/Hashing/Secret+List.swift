import Foundation

extension Secret {
    /// An upper bound; rotation needs two.
    public static let maxListCount = 8
    private static let maxListBytes = 16_384

    /// Reads one secret, or several separated by commas or line breaks while one replaces
    /// another.
    ///
    /// - Throws: ``InvalidInput`` unless there are 1 to 8 valid secrets. The error doesn't repeat the text.
    public static func list(from text: String) throws(InvalidInput) -> [Secret] {
        guard text.utf8.count <= maxListBytes else {
            throw InvalidInput("a list of secrets has at most \(maxListBytes) bytes")
        }
        let parts = text.split { $0 == "," || $0.isNewline }
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        guard (1...maxListCount).contains(parts.count) else {
            throw InvalidInput(
                parts.isEmpty
                    ? "there is no secret in it"
                    : "a list has at most \(maxListCount) secrets; this one has \(parts.count)"
            )
        }
        var secrets: [Secret] = []
        for part in parts { secrets.append(try Secret(part)) }
        return secrets
    }

    /// Reads the secrets from the environment variable `NAME`, or from the file whose path is in `NAME_FILE`,
    /// as container platforms mount them. An empty variable counts as unset.
    ///
    /// - Returns: an empty list if neither is set.
    /// - Throws: ``InvalidInput``, which names the variable and doesn't repeat its value.
    public static func list(
        named name: String,
        in environment: [String: String]
    ) throws(InvalidInput) -> [Secret] {
        let text = environment[name].flatMap { $0.isEmpty ? nil : $0 }
        let file = environment["\(name)_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        guard text == nil || file == nil else {
            throw InvalidInput("\(name) and \(name)_FILE are both set; unset one of them")
        }
        do throws(InvalidInput) {
            if let text { return try list(from: text) }
            if let file { return try list(from: try contents(of: file)) }
            return []
        } catch {
            throw InvalidInput("\(text == nil ? "\(name)_FILE" : name): \(error.description)")
        }
    }

    /// The one secret in an environment variable; nil if it is unset.
    ///
    /// - Throws: ``InvalidInput``, also when there is more than one.
    public static func one(named name: String, in environment: [String: String]) throws(InvalidInput) -> Secret? {
        let secrets = try list(named: name, in: environment)
        guard secrets.count <= 1 else { throw InvalidInput("\(name) must hold one secret; it holds \(secrets.count)") }
        return secrets.first
    }

    /// The error doesn't repeat the path: it may be the secret itself, in the wrong variable.
    private static func contents(of path: String) throws(InvalidInput) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { throw InvalidInput("the file can't be read") }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: maxListBytes + 1), let text = String(data: data, encoding: .utf8)
        else { throw InvalidInput("the file is empty, or not text") }
        return text
    }
}
