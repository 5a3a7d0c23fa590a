import Foundation
import Testing

/// `faregate completions`, in the shells that are installed.
@Suite struct CompletionTests {
    private static func path(of shell: String) -> String? {
        ["/bin/", "/usr/bin/", "/usr/local/bin/"].map { $0 + shell }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    @Test(
        "Bash completes commands, options, their values and files",
        arguments: [
            (["us"], "usage"), (["usage", "--si"], "--since"), (["usage", "--by", "m"], "member"),
            (["refusals", "--by", ""], "reason action account"), (["balance", "--database", "pol"], "policy.jsonc"),
            (["usage", "--since", ""], ""), (["grant", "--source", "p"], "promotion"),
            (["completions", ""], "bash zsh fish"), (["policy", ""], "list show diff restore"),
            (["policy", "--t"], "--to"), (["inbox", "s"], "show"), (["inbox", "--st"], "--state"),
            (["purchases", "ap"], "approve"), (["export", "--by", ""], "account action day member plan"),
        ])
    func bash(words: [String], completions: String) throws {
        try Tool.inFolder { faregate in
            let list = (["faregate"] + words).map { "'\($0)'" }.joined(separator: " ")
            let script = """
                . ./script; COMP_WORDS=(\(list)); COMP_CWORD=\(words.count); _faregate; echo "${COMPREPLY[*]}"
                """
            try Data(script.utf8).write(to: faregate.folder.appendingPathComponent("try"))
            let answer = try faregate.shell("faregate completions bash > script && bash ./try")
            #expect(answer.status == 0 && answer.error == "")
            #expect(answer.output == completions + "\n")
        }
    }

    @Test("Each script has valid syntax for its shell, and names every command", arguments: ["bash", "zsh", "fish"])
    func syntax(shell: String) throws {
        try Tool.inFolder { faregate in
            let script = try faregate("completions", shell)
            #expect(script.status == 0)
            for command in ["find", "usage", "refusals", "completions"] { #expect(script.output.contains(command)) }
            guard let path = Self.path(of: shell) else { return }
            let answer = try faregate.shell("faregate completions \(shell) > script && \(path) -n ./script")
            #expect(answer.status == 0 && answer.error == "")
        }
    }

    @Test("The completions command names the shells that it knows")
    func unknown() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("completions", "tcsh")
            #expect(answer.status == 2 && answer.error.contains("bash, zsh and fish"))
            #expect(try faregate("completions").status == 2)
        }
    }
}
