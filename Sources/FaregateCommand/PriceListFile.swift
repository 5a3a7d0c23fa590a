import Faregate
import Foundation

/// The file of a policies folder that `faregate prices import` writes.
struct PriceListFile {
    static let name = "prices.jsonc"

    let path: String

    private static let head = """
        // Written by `faregate prices import`, which replaces this file. To price a model by hand, delete it here and
        // define it in another file of this folder.

        """

    /// The models in the file; none if there is no file.
    ///
    /// - Throws: ``Failure`` if the file contains anything that the next import would lose.
    func models() throws -> [String: Policy.Cost] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        let (list, sections) = try Policy.Files(path: path, environment: [:]).prices()
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), text.hasPrefix(PriceListFile.head),
            sections.isSubset(of: ["prices"]), !text.contains("\"$schema\""),
            !PriceListFile.hasComments(text.dropFirst(PriceListFile.head.count))
        else {
            throw Failure.refused(
                "\(path.printable) has comments or sections that an import doesn't write, and they would be lost; move "
                    + "them, or rename the file")
        }
        return Dictionary(uniqueKeysWithValues: list.names.compactMap { name in list[name].map { (name, $0.cost) } })
    }

    private static func hasComments(_ text: Substring) -> Bool {
        var (isQuoted, isEscaped, previous) = (false, false, UInt8(0))
        for byte in text.utf8 {
            if isQuoted {
                if byte == UInt8(ascii: "\""), !isEscaped { isQuoted = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else {
                if previous == UInt8(ascii: "/"), "/*".utf8.contains(byte) { return true }
                isQuoted = byte == UInt8(ascii: "\"")
            }
            previous = byte
        }
        return false
    }

    /// The content of the file: one line for each model, sorted by name.
    static func text(of models: [String: Policy.Cost]) -> String {
        let lines = models.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, cost in
            var prices = cost.units.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \"\($0.value.decimalFraction)\"" }
            let inside = cost.inside.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \"\($0.value)\"" }
            if !inside.isEmpty { prices.append("\"inside\": { \(inside.joined(separator: ", ")) }") }
            return "    \"\(name)\": { \(prices.joined(separator: ", ")) },\n"
        }
        return "\(head){\n  \"prices\": {\n\(lines.joined())  },\n}\n"
    }

    /// Replaces the file atomically: a reader sees the old content or the new, even after a power cut.
    func write(_ text: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent()
        // A server doesn't read hidden files.
        let unfinished = folder.appending(path: ".\(PriceListFile.name).\(ProcessInfo.processInfo.processIdentifier)")
        do {
            try Data(text.utf8).write(to: unfinished)
            try PriceListFile.sync(unfinished.path)
            guard rename(unfinished.path, path) == 0 else { throw Unwritten(errno: errno) }
            try PriceListFile.sync(folder.path)
        } catch {
            unlink(unfinished.path)
            let reason = error as? Unwritten
            throw Failure(
                code: .environment,
                message: "\(path.printable) can't be written: \(reason?.description ?? error.localizedDescription)")
        }
    }

    private static func sync(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Unwritten(errno: errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw Unwritten(errno: errno) }
    }
}

private struct Unwritten: Error, CustomStringConvertible {
    let description: String

    init(errno code: Int32) { description = String(cString: strerror(code)) }
}
