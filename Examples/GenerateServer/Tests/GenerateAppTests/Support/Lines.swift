import Logging
import Synchronization

/// A log handler that keeps its lines.
final class Lines: LogHandler {
    private let lines = Mutex<[(level: Logger.Level, text: String)]>([])

    var text: String { lines.withLock { $0.map { "\($0.text)\n" }.joined() } }

    /// Returns the lines at this level and above.
    func lines(from level: Logger.Level) -> [String] {
        lines.withLock { $0.filter { $0.level >= level }.map(\.text) }
    }

    /// A logger that keeps its lines here.
    var logger: Logger {
        var logger = Logger(label: "test") { _ in self }
        logger.logLevel = .trace
        return logger
    }

    func log(event: LogEvent) {
        lines.withLock { $0.append((event.level, "\(event.message)")) }
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
}
