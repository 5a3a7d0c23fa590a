import Foundation
import GenerateApp
import Logging

// Standard output is for results; a server has none.
LoggingSystem.bootstrap(StreamLogHandler.standardError)
let logger = Logger(label: "generate-server")

do {
    try await serve(Settings(environment: ProcessInfo.processInfo.environment), logger: logger)
} catch {
    logger.critical("\(error)")
    exit(1)
}
