import Foundation
import GenerateApp
import Logging

// A server has no results, so standard output stays empty.
LoggingSystem.bootstrap(StreamLogHandler.standardError)
let logger = Logger(label: "generate-server")

do {
    try await serve(Settings(environment: ProcessInfo.processInfo.environment), logger: logger)
} catch {
    logger.critical("\(error)")
    exit(1)
}
