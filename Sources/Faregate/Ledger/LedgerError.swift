/// Why a ledger couldn't do its work, in words for the people who run it.
public struct LedgerError: Error, Sendable, CustomStringConvertible {
    /// The kind of error. Later versions may add codes.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The folder of the file does not exist.
        public static let folderMissing = Code(rawValue: "folder missing")
        /// There is no file at that path.
        public static let missing = Code(rawValue: "missing")
        /// The file was copied from a ledger in use, without SQLite's write-ahead log (the file ending in `-wal`)
        /// beside it.
        public static let logMissing = Code(rawValue: "log missing")
        /// The write-ahead log beside the file belongs to another file.
        public static let foreignLog = Code(rawValue: "foreign log")
        /// The file or its write-ahead log was replaced or deleted while the ledger was open.
        public static let replaced = Code(rawValue: "replaced")
        /// The SQLite library is too old.
        public static let unsupported = Code(rawValue: "unsupported")
        /// The file exists, but is not a Faregate ledger.
        public static let notALedger = Code(rawValue: "not a Faregate ledger")
        /// A newer Faregate made the file.
        public static let newerSchema = Code(rawValue: "newer schema")
        /// A Faregate from before the first release made the file.
        public static let olderSchema = Code(rawValue: "older schema")
        /// The file is damaged: restore a backup.
        public static let damaged = Code(rawValue: "damaged")
        /// The file can't be written.
        public static let readOnly = Code(rawValue: "read only")
        /// The disk is full.
        public static let full = Code(rawValue: "disk full")
        /// Another process kept the ledger locked for too long.
        public static let busy = Code(rawValue: "busy")
        /// The ledger has been closed.
        public static let closed = Code(rawValue: "closed")
        /// The ledger can't continue in this process: it must be opened again.
        public static let stopped = Code(rawValue: "stopped")
        /// Too many requests are waiting for the ledger.
        public static let overloaded = Code(rawValue: "overloaded")
        /// A constraint of the schema forbids the change: nothing was changed.
        public static let forbidden = Code(rawValue: "forbidden")
        /// The account has reached its limit of open checkouts: nothing was recorded.
        public static let tooManyOpen = Code(rawValue: "too many open checkouts")
        /// Any other error; see the description.
        public static let failed = Code(rawValue: "failed")
    }

    public let code: Code
    /// What happened, to what, and what to do. Contains no values from SQL statements.
    public let description: String
    /// When a retry can succeed; nil if that is not known.
    public let retryAt: Timestamp?

    /// Whether the ledger can't recover in this process. All other errors are treated as temporary outages.
    var isFinal: Bool { [.closed, .replaced, .newerSchema, .stopped].contains(code) }

    /// Makes an error, for a test in which the ledger fails.
    ///
    /// - Parameters:
    ///   - code: the kind of error.
    ///   - description: what happened, to what, and what to do. It must contain no values from SQL statements.
    ///   - retryAt: when a retry can succeed; nil if that is not known.
    public init(_ code: Code, _ description: String, retryAt: Timestamp? = nil) {
        self.code = code
        self.description = description
        self.retryAt = retryAt
    }
}
