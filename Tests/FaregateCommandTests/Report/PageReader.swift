import Foundation

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
