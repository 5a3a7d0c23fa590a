extension Policy {
    /// One mistake, or one thing to know, in a policy file: where, what, and what was expected.
    ///
    /// Prints as compilers do, so that editors and terminals jump to the place:
    ///
    /// ```
    /// policies/credits.jsonc:12:7: error: unknown key "cots"; did you mean "cost"?
    ///       "cots": 10,
    ///       ^
    /// expected: one of "cost", "limits", "rules", "timeout", "title"
    /// ```
    ///
    /// No control character of the file gets into the texts.
    public struct Diagnostic: Sendable, Hashable, Codable, CustomStringConvertible {
        public enum Severity: String, Sendable, Hashable, Codable {
            /// The policy is not taken.
            case error
            /// The policy is taken.
            case warning
        }

        public let severity: Severity
        /// Line 1, column 1 when it is about the file as a whole.
        public let location: Location
        public let message: String
        /// What should stand there instead, where that helps.
        public let expected: String?
        /// The line of the file, clipped when it is very long; nil when it is about the file as a whole.
        public let sourceLine: String?
        /// White space that puts a caret under the place in ``sourceLine``.
        public let caretLine: String?

        public var description: String {
            let file = printable(location.file)
            let place = sourceLine == nil ? file : "\(file):\(location.line):\(location.column)"
            let expectation = expected.map { "expected: \($0)" }
            return ["\(place): \(severity.rawValue): \(message)", sourceLine, caretLine, expectation]
                .compactMap { $0 }
                .joined(separator: "\n")
        }
    }
}

extension Policy.Diagnostic {
    init(_ severity: Severity, _ message: String, at place: Place, expected: String?) {
        let excerpt = Excerpt(of: place)
        self.init(
            severity: severity,
            location: place.location,
            message: message,
            expected: expected,
            sourceLine: excerpt.line,
            caretLine: excerpt.caret
        )
    }

    /// About a file or folder as a whole.
    init(_ severity: Severity, _ message: String, about file: String, expected: String?) {
        self.init(
            severity: severity,
            location: Policy.Location(file: file, line: 1, column: 1),
            message: message,
            expected: expected,
            sourceLine: nil,
            caretLine: nil
        )
    }
}
