import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Reads a report's page as XML.
final class PageReader: NSObject, XMLParserDelegate {
    private(set) var elements: [String: Int] = [:]
    private(set) var attributes: Set<String> = []
    private(set) var ids: [String] = []
    /// The ids of the elements that name others.
    private(set) var references: [String] = []
    /// All text but that of styles.
    private(set) var text = ""
    private var isInStyle = false

    /// Nil if the page isn't well-formed.
    init?(_ page: String) {
        super.init()
        let parser = XMLParser(data: Data(page.utf8))
        parser.delegate = self
        guard parser.parse() else { return nil }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes own: [String: String]
    ) {
        elements[name, default: 0] += 1
        attributes.formUnion(own.keys)
        if let id = own["id"] { ids.append(id) }
        references += (own["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
        isInStyle = name == "style"
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        isInStyle = false
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) {
        if !isInStyle { text += characters }
    }
}

/// The page is one file: it is well-formed, runs nothing and loads nothing.
func expectSelfContained(_ page: String) throws -> PageReader {
    let reader = try #require(PageReader(page), "the page isn't well-formed")
    let harmless: Set<String> = [
        "html", "head", "meta", "title", "style", "body", "main", "header", "section", "h1", "h2", "p", "dl", "dt",
        "dd", "div", "ul", "li", "span", "code", "bdi", "time", "table", "thead", "tbody", "tfoot", "tr", "th",
        "td",
        "figure", "figcaption", "svg", "defs", "linearGradient", "stop", "desc", "line", "rect",
    ]
    #expect(Set(reader.elements.keys).subtracting(harmless) == [])
    #expect(
        reader.attributes.filter { $0.hasPrefix("on") || ["href", "src", "style", "xlink:href"].contains($0) } == []
    )
    #expect(!page.contains("://") && !page.contains("@import"))
    #expect(page.matches(of: /url\(/).count == page.matches(of: /url\(#p[0-8]\)/).count)
    #expect(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""))
    #expect(Set(reader.ids).count == reader.ids.count, "an id is used twice")
    #expect(Set(reader.references).subtracting(reader.ids) == [])
    return reader
}
