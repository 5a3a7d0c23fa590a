import Testing

/// The texts of `--help`.
@Suite struct HelpTests {
    @Test("The list of commands fits on a terminal, and so does the help of each")
    func width() throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let list = try faregate("--help")
            #expect(list.status == 0 && list.output.contains("\n  init [PATH] "))
            #expect(list.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
            let commands = try faregate.commands()
            #expect(commands.count > 30)
            for command in commands {
                let answer = try faregate(command, "--help")
                #expect(answer.status == 0, "\(command)")
                #expect(answer.output.contains("usage: faregate \(command) [OPTIONS]"))
                #expect(answer.output.contains("\nexample: faregate \(command)"))
                for line in answer.output.split(separator: "\n") { #expect(line.count <= 80, "\(command): \(line)") }
            }
        }
    }

    @Test("The help lists --json only if the command takes it")
    func json() throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            for command in try faregate.commands() {
                let isListed = try faregate(command, "--help").output.contains("  --json ")
                let isRefused = try faregate(command, "--json").error.contains("there is no option --json")
                #expect(isListed != isRefused, "\(command)")
            }
            #expect(try !faregate("export", "--help").output.contains("--json "))
        }
    }

    @Test("Help about an unknown command is an error that names the nearest one")
    func unknown() throws {
        try Tool.inFolder(makingLedger: false) { faregate in
            let answer = try faregate("help", "grnt")
            #expect(answer.status == 2 && answer.error == "there is no command \"grnt\"; did you mean \"grant\"?\n")
        }
    }
}

extension Tool {
    /// The names of all commands, as `--help` lists them.
    func commands() throws -> [String] {
        try self("--help").output.matches(of: /(?m)^  ([a-z]+)( |$)/).map { String($0.1) }
    }
}
