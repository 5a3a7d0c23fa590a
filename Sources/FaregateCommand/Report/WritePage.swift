import FaregateSQLite
import Foundation

extension Option {
    static let html = Option(
        name: "html", value: "FILE", help: "write a page for browsers and printers into a new file; - prints it")
}

/// A page that was written, as JSON: the content under the name of the command.
private struct WrittenPage<Content: Encodable>: Encodable {
    struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let file: String
    let name: String
    let content: Content

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(file, forKey: Name(stringValue: "file"))
        try container.encode(content, forKey: Name(stringValue: name))
    }
}

extension Context {
    /// Writes a page into the file that `--html` names, which must be new, or prints it.
    ///
    /// - Parameters:
    ///   - name: the content's name: `report`.
    ///   - make: reads the content, which can take long, and makes the page.
    func writePage<Content: Encodable>(
        in name: String, _ make: () async throws -> (content: Content, page: HTML)
    ) async throws {
        let file = try arguments.value(Option.html.name) ?? ""
        guard !file.isEmpty else { throw Failure.misuse("--html is empty; name the file to make, or - to print it") }
        if file == "-" {
            guard !asJSON else { throw Failure.misuse("--html - prints the page; leave out --json") }
            return Output.result(try await make().page.text)
        }
        // Before the reading, which can take long. The file is never replaced, even if it appears meanwhile.
        guard !FileManager.default.fileExists(atPath: file) else {
            throw Failure(
                code: .environment, message: "\(file.printable) exists already; name another file for the \(name)")
        }
        let (content, page) = try await make()
        try NewFile.write(page.text + "\n", to: file)
        try show(
            WrittenPage(file: file, name: name, content: content), as: "wrote the \(name) to \(file.printable)")
    }
}
