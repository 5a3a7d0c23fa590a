import Foundation
import GenerateApp
import Logging

// Logs go to standard error. Standard output stays empty, because a server has no results.
LoggingSystem.bootstrap(StreamLogHandler.standardError)
let logger = Logger(label: "generate-server")

do {
    try await serve(Settings(environment: ProcessInfo.processInfo.environment), logger: logger)
} catch {
    logger.critical("\(error)")
    exit(1)
}
