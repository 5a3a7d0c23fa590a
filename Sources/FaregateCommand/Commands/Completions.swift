/// `faregate completions bash|zsh|fish`
enum CompletionsCommand: Command {
    static let name = "completions"
    static let synopsis = "bash|zsh|fish"
    static let summary = "a script that completes commands, options and their values in this shell"
    static let example = "completions bash >> ~/.bashrc"
    static let options: [Option] = []
    static let takesJSON = false

    enum Shell: String, CaseIterable {
        case bash, zsh, fish

        var script: String {
            switch self {
            case .bash: CompletionScript.bash
            case .zsh: CompletionScript.zsh
            case .fish: CompletionScript.fish
            }
        }
    }

    private struct Answer: Encodable {
        let shell: String
        let script: String
    }

    static let subcommands = Shell.allCases.map(\.rawValue)

    static func run(_ context: Context) async throws -> ExitCode {
        let word = try context.words("bash, zsh or fish")[0]
        guard let shell = Shell(rawValue: word) else {
            throw Failure.misuse("there are completions for bash, zsh and fish, not for \"\(word.printable)\"")
        }
        try context.show(Answer(shell: word, script: shell.script), as: shell.script)
        return .done
    }
}
