extension Policy {
    /// One mistake or warning in a policy file: the place, what was found, and what was expected.
    ///
    /// Prints as compilers do, so that editors and terminals jump to the place:
    ///
    /// ```
    /// policies/credits.jsonc:12:7: error: unknown key "cots"; did you mean "cost"?
    ///       "cots": 10,
    ///       ^
    /// expected: one of "cost", "hold", "key", "limits", "mode", "outage", "overrun", "rules", "timeout", "title",
    /// "was"
    /// ```
    ///
    /// The texts contain no control characters of the file.
    public struct Diagnostic: Sendable, Hashable, Codable, CustomStringConvertible {
        public enum Severity: String, Sendable, Hashable, Codable {
            /// The policy is not loaded.
            case error
            /// The policy is loaded all the same.
            case warning
        }

        public let severity: Severity
        /// Line 1, column 1 for a mistake that concerns the whole file.
        public let location: Location
        public let message: String
        /// What was expected instead, if that helps.
        public let expected: String?
        /// The line of the file, shortened if it is very long; nil for a mistake that concerns the whole file.
        public let sourceLine: String?
        /// White space that places a caret under the mistake in ``sourceLine``.
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

    /// Concerns a file or folder as a whole.
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
