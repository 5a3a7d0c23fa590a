import Faregate
import FaregateSQLite
import Foundation
import Hummingbird
import Logging
import NIOCore

/// A route that says "ok": at /bare as it is, at /gated with a gate in front.
///
/// Prints its port once it listens. When it is told to stop, it compares the books with what it has let through.
@main
struct Route {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else { fatalError("usage: Route LEDGER") }
        let path = CommandLine.arguments[1]
        let calls = try GatedCalls(ledger: try await Ledger.sqlite(path))
        try await calls.openAccounts()

        let router = Router()
        router.get("bare") { _, _ in "ok" }
        router.get("gated") { _, _ in try await calls.call() }
        var logger = Logger(label: "route")
        logger.logLevel = .error
        let app = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                // At once: whoever waits for it reads a file.
                FileHandle.standardOutput.write(Data("\(channel.localAddress?.port ?? 0)\n".utf8))
            },
            logger: logger
        )
        try await app.runService()
        try await calls.verify(at: path)
    }
}
