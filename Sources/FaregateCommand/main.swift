import Foundation

let invocation = Invocation(
    words: Array(CommandLine.arguments.dropFirst()),
    environment: ProcessInfo.processInfo.environment
)
exit(await invocation.run().rawValue)
