import Foundation

/// A signing key, a webhook's secret or an API key. It doesn't print itself, and nothing encodes it.
public struct Secret: Sendable {
    package let text: String

    /// - Throws: ``InvalidInput``, which doesn't repeat the text, unless it is 1 to 1024 visible ASCII characters:
    ///   an unset variable, and the newline at the end of a file, are found at the start and not by the first customer.
    public init(_ string: String) throws(InvalidInput) {
        guard (1...1024).contains(string.utf8.count) else {
            throw InvalidInput("a secret has 1 to 1024 characters; this one has \(string.utf8.count)")
        }
        guard string.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidInput("a secret has no spaces, line breaks or characters outside ASCII; look at both its ends")
        }
        text = string
    }

    /// The text without this secret, for words that come from elsewhere.
    package func redacted(from text: String) -> String {
        text.replacingOccurrences(of: self.text, with: description)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "•••" }
    public var debugDescription: String { description }
    /// Without children, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
