/// `faregate inbox retry [PROVIDER EVENT]`
enum Inbox: Command {
    static let name = "inbox"
    static let synopsis = "retry [PROVIDER EVENT]"
    static let summary = "act on the payment providers' events that wait in the inbox"
    static let options: [Option] = [.database]

    static func run(_ context: Context) async throws -> ExitCode {
        guard context.arguments.positional.first == "retry" else { throw Failure.misuse("say what to do: retry") }
        return try await InboxRetry.run(Array(context.arguments.positional.dropFirst()), context)
    }
}
