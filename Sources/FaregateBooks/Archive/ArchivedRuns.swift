/// Runs of archived lines in the histories of accounts, as the table `archived_lines` has them. Lines are not always
/// archived in their order: a call that stayed open is moved after the calls around it.
struct ArchivedRuns {
    /// The line before each run, keyed by the run's last line; nil if the history begins with it.
    private(set) var kept: [Int64: Int64?] = [:]
    /// The last line of each run, by the line before the run.
    private var ends: [Int64: Int64] = [:]

    mutating func add(endingAt end: Int64, after line: Int64?) {
        kept[end] = .some(line)
        if let line { ends[line] = end }
    }

    /// Notes that a line is archived too. It joins the run before it and the run after it, if there are any.
    mutating func remove(_ line: Int64, after previous: Int64?) {
        var before = previous
        if let previous, let further = kept.removeValue(forKey: previous) {
            before = further
            if let further { ends[further] = nil }
        }
        add(endingAt: ends.removeValue(forKey: line) ?? line, after: before)
    }
}
