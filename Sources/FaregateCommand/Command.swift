import Faregate

/// A command of the tool: its name, its usage and its code.
protocol Command: Sendable {
    static var name: String { get }
    /// The words after the name: `ACCOUNT CREDITS`.
    static var synopsis: String { get }
    /// The command's purpose in one line.
    static var summary: String { get }
    /// A command line, without `faregate`, for `--help`.
    static var example: String { get }
    static var options: [Option] { get }
    /// The words that can come first after the name, for shells to complete; empty if there are none.
    static var subcommands: [String] { get }
    /// Whether the command takes `--json`.
    static var takesJSON: Bool { get }
    /// What `--help` adds after the options, in lines of at most 80 columns.
    static var details: String { get }

    /// Whether a mistake in the policy files is an error of the command. If not, it uses the latest policy that the
    /// ledger kept.
    static func isAboutFiles(_ arguments: Arguments) -> Bool

    static func run(_ context: Context) async throws -> ExitCode
}

extension Command {
    static var details: String { "" }
    static var takesJSON: Bool { true }
    /// The command's own options, and those of every command.
    static var allOptions: [Option] { options + (takesJSON ? [.json] : []) + [.help] }
    static var subcommands: [String] { [] }
    static func isAboutFiles(_ arguments: Arguments) -> Bool { false }
}

/// An option of a command: `--name VALUE`, or `--name` if it takes no value.
struct Option: Sendable {
    let name: String
    let value: String?
    let help: String
    /// The allowed values; empty if any value is allowed.
    var choices: [String] = []

    static let database = Option(
        name: "database",
        value: "FILE",
        help: "the ledger (default: FAREGATE_DATABASE)"
    )
    static let policies = Option(
        name: "policies",
        value: "PATH",
        help: "a policy file, or a folder of them (default: FAREGATE_POLICIES, otherwise policies)"
    )
    static let attribute = Option(
        name: "attribute",
        value: "NAME=VALUE",
        help: "an attribute for price rules; may be repeated"
    )
    static let units = Option(
        name: "units",
        value: "NAME=AMOUNT",
        help: "what the call uses, such as output_tokens=800; may be repeated"
    )
    static let by = Option(name: "by", value: "NAME", help: "the person to record (default: your user name)")
    static let json = Option(name: "json", value: nil, help: "print the result as JSON")
    static let help = Option(name: "help", value: nil, help: "print this help")
}

/// The tool's exit codes.
struct ExitCode: RawRepresentable, Equatable {
    let rawValue: Int32

    static let done = ExitCode(rawValue: 0)
    /// The command was refused, or found an error.
    static let refused = ExitCode(rawValue: 1)
    /// The command line is invalid.
    static let misuse = ExitCode(rawValue: 2)
    /// Something that the tool needs is missing or broken.
    static let environment = ExitCode(rawValue: 3)
}

extension Policy.FileError {
    /// A mistake in the files is a finding (1). Files that can't be read are missing or broken (3).
    var exitCode: ExitCode { isUnreadable ? .environment : .refused }
}

/// Ends the command: the message goes to standard error.
struct Failure: Error {
    let code: ExitCode
    let message: String

    static func refused(_ message: String) -> Failure { Failure(code: .refused, message: message) }
    static func misuse(_ message: String) -> Failure { Failure(code: .misuse, message: message) }
}
