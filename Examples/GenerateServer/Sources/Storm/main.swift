import Foundation
import Logging

// A storm of webhooks on the running example server, which is killed and started again meanwhile. See Scripts/storm.

LoggingSystem.bootstrap { label in
    var handler = StreamLogHandler.standardError(label: label)
    handler.logLevel = .error
    return handler
}

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    try await Storm(options).run()
} catch {
    FileHandle.standardError.write(Data("storm: \(error)\n".utf8))
    exit(1)
}
