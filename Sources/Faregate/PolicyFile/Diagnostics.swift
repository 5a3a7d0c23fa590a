/// Collects the diagnostics of one load.
final class Diagnostics {
    /// The most errors, and the most warnings, that are kept; the rest is counted.
    static let limit = 100

    private var errors = Kept()
    private var warnings = Kept()
    /// A file could not be read completely, so missing names are not reported.
    var isIncomplete = false
    /// A file or the folder is missing or can't be read.
    private var isUnreadable = false
    var missingVariables = MissingVariables()

    /// The message is only built for diagnostics that are kept.
    func error(_ message: @autoclosure () -> String, at place: Place, expected: @autoclosure () -> String? = nil) {
        errors.add(.init(.error, message(), at: place, expected: expected()))
    }

    func warning(_ message: @autoclosure () -> String, at place: Place) {
        warnings.add(.init(.warning, message(), at: place, expected: nil))
    }

    /// Concerns a file or folder as a whole.
    func error(_ message: String, about file: String, expected: String? = nil) {
        isIncomplete = true
        errors.add(.init(.error, message, about: file, expected: expected))
    }

    /// Concerns a file or folder that is missing or can't be read.
    func unreadable(_ message: String, about file: String, expected: String? = nil) {
        isUnreadable = true
        error(message, about: file, expected: expected)
    }

    func warning(_ message: String, about file: String) {
        warnings.add(.init(.warning, message, about: file, expected: nil))
    }

    /// Adds the diagnostics that are not among the known ones, with the same introduction before each message.
    func add(_ others: [Policy.Diagnostic], except known: Set<Policy.Diagnostic>, after introduction: String) {
        for other in others where !known.contains(other) {
            let new = Policy.Diagnostic(
                severity: other.severity, location: other.location, message: "\(introduction): \(other.message)",
                expected: other.expected, sourceLine: other.sourceLine, caretLine: other.caretLine
            )
            if other.severity == .error { errors.add(new) } else { warnings.add(new) }
        }
    }

    var hasErrors: Bool { errors.count > 0 }
    var errorCount: Int { errors.count }
    /// The limit is reached: further errors are only counted.
    var isFull: Bool { errors.count >= Diagnostics.limit }

    /// Sorted by file and place: the decoder reads an object key by key, not from top to bottom.
    var sorted: [Policy.Diagnostic] {
        (errors.diagnostics + warnings.diagnostics).sorted { left, right in
            (left.location.file, left.location.line, left.location.column)
                < (right.location.file, right.location.line, right.location.column)
        }
    }

    /// The errors, with the warnings, which may explain them.
    var failure: Policy.FileError {
        Policy.FileError(
            diagnostics: sorted, omittedCount: errors.omittedCount + warnings.omittedCount, isUnreadable: isUnreadable)
    }
}

/// The first diagnostics of one kind, and how many there were.
private struct Kept {
    private(set) var diagnostics: [Policy.Diagnostic] = []
    private(set) var count = 0
    var omittedCount: Int { count - diagnostics.count }

    mutating func add(_ diagnostic: @autoclosure () -> Policy.Diagnostic) {
        count += 1
        if diagnostics.count < Diagnostics.limit { diagnostics.append(diagnostic()) }
    }
}
