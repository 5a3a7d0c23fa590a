/// Collects what one load has to say. It belongs to that load alone.
final class Diagnostics {
    /// More than this nobody reads; the rest is counted.
    static let limit = 100

    private var reported: [PolicyDiagnostic] = []
    private var omittedCount = 0
    private(set) var hasErrors = false
    /// A file could not be read to its end as it was meant, so what seems to be missing may well be there.
    var isIncomplete = false

    /// Messages are made only for those that are shown.
    func error(_ message: @autoclosure () -> String, at place: Place, expected: @autoclosure () -> String? = nil) {
        hasErrors = true
        add(.init(.error, message(), at: place, expected: expected()))
    }

    func warning(_ message: @autoclosure () -> String, at place: Place) {
        add(.init(.warning, message(), at: place, expected: nil))
    }

    /// About a file or folder as a whole.
    func error(_ message: String, about file: String, expected: String? = nil) {
        hasErrors = true
        isIncomplete = true
        add(.init(.error, message, about: file, expected: expected))
    }

    func warning(_ message: String, about file: String) {
        add(.init(.warning, message, about: file, expected: nil))
    }

    var count: Int { reported.count + omittedCount }

    private func add(_ diagnostic: @autoclosure () -> PolicyDiagnostic) {
        if reported.count < Diagnostics.limit {
            reported.append(diagnostic())
        } else {
            omittedCount += 1
        }
    }

    /// In the order of the files and the places in them. An object is looked at key by key, not from top to bottom.
    var sorted: [PolicyDiagnostic] {
        reported.sorted { left, right in
            (left.location.file, left.location.line, left.location.column)
                < (right.location.file, right.location.line, right.location.column)
        }
    }

    var failure: PolicyFileError { PolicyFileError(diagnostics: sorted, omittedCount: omittedCount) }
}
