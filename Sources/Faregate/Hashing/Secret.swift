import Foundation

/// A signing key, a webhook secret or an API key. It never prints its text and can't be encoded.
public struct Secret: Sendable {
    package let text: String

    /// - Throws: ``InvalidInput`` unless the text is 1 to 1024 visible ASCII characters. So an unset variable, or a
    ///   line break at the end of a file, is found when the server starts. The error doesn't repeat the text.
    public init(_ string: String) throws(InvalidInput) {
        guard (1...1024).contains(string.utf8.count) else {
            throw InvalidInput("a secret has 1 to 1024 characters; this one has \(string.utf8.count)")
        }
        guard string.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidInput(
                "a secret has no spaces, line breaks or characters outside ASCII; check its beginning and its end")
        }
        text = string
    }

    /// The text with this secret removed, for messages from elsewhere. A combining mark after the secret doesn't hide
    /// it.
    package func redacted(from text: String) -> String {
        text.replacingOccurrences(of: self.text, with: description, options: .literal)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "•••" }
    public var debugDescription: String { description }
    /// No children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
