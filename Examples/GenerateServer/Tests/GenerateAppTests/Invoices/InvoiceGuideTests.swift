import Foundation
import Testing

/// The guide shows the provider that these tests run. `FAREGATE_REWRITE_GOLDEN=1` rewrites it.
@Suite(.serialized) struct InvoiceGuideTests {
    @Test("The guide shows the code that the tests run", arguments: ["Invoice.swift", "Invoices.swift"])
    func guide(file: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let guide = folder.appending(path: "../../../../../Sources/Faregate/Faregate.docc/ProvidersOfYourOwn.md")
            .standardized
        let text = try String(contentsOf: guide, encoding: .utf8)
        let code = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        let start = try #require(text.range(of: "<!-- \(file) -->\n")).upperBound
        let stop = try #require(text.range(of: "<!-- end of \(file) -->")).lowerBound
        let made = "\n```swift\n\(code)```\n\n"
        if ProcessInfo.processInfo.environment["FAREGATE_REWRITE_GOLDEN"] == "1" {
            try text.replacingCharacters(in: start..<stop, with: made)
                .write(to: guide, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start..<stop] == made)
        }
    }
}
