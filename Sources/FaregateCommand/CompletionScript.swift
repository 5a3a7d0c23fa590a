import Faregate

/// The scripts of `faregate completions`, made from the commands and their options.
enum CompletionScript {
    /// The values of these options are files, so the shell completes their paths.
    private static let fileValues: Set<String> = ["FILE", "PATH"]

    private static var commands: [any Command.Type] { Invocation.commands }

    private static var names: String { commands.map { $0.name }.joined(separator: " ") }

    private static func dashed(_ command: any Command.Type) -> String {
        command.allOptions.map { "--\($0.name)" }.joined(separator: " ")
    }

    /// The words that an option of a command can have as its value: `"usage --by"` and `action member day`.
    private static var choices: [(place: String, words: String)] {
        commands.flatMap { command in
            command.allOptions.filter { !$0.choices.isEmpty }.map {
                ("\(command.name) --\($0.name)", $0.choices.joined(separator: " "))
            }
        }
    }

    private static var parents: [any Command.Type] { commands.filter { !$0.subcommands.isEmpty } }

    private static func subcommands(of command: any Command.Type) -> String {
        command.subcommands.joined(separator: " ")
    }

    /// The options that take a value which can't be completed with words: `"usage --since"`.
    private static func places(ofFiles: Bool) -> [String] {
        commands.flatMap { command in
            command.allOptions.compactMap { option in
                guard let value = option.value, option.choices.isEmpty else { return nil }
                return fileValues.contains(value) == ofFiles ? "\(command.name) --\(option.name)" : nil
            }
        }
    }

    private static func quoted(_ places: [String]) -> String { places.map { "\"\($0)\"" }.joined(separator: "|") }

    static var bash: String {
        let values = choices.map { "        \"\($0.place)\") words=\"\($0.words)\" ;;" }
        let starts = parents.map { command in
            "        \"\(command.name) \(command.name)\") words=\"\(subcommands(of: command))\""
                + "; [ \"${word#-}\" = \"$word\" ] || words=\"\(dashed(command))\" ;;"
        }
        let lists = commands.map { "            \($0.name)) words=\"\(dashed($0))\" ;;" }
        return """
            # Completes faregate in bash.
            _faregate() {
                local word="${COMP_WORDS[COMP_CWORD]}" command="${COMP_WORDS[1]}" words=""
                if [ "$COMP_CWORD" -le 1 ]; then
                    COMPREPLY=($(compgen -W "\(names)" -- "$word"))
                    return
                fi
                case "$command ${COMP_WORDS[COMP_CWORD - 1]}" in
            \((starts + values).joined(separator: "\n"))
                    \(quoted(places(ofFiles: true)))) COMPREPLY=($(compgen -f -- "$word")); return ;;
                    \(quoted(places(ofFiles: false)))) return ;;
                    *) case "$command" in
            \(lists.joined(separator: "\n"))
                    esac ;;
                esac
                COMPREPLY=($(compgen -W "$words" -- "$word"))
            }
            complete -o default -F _faregate faregate
            """
    }

    static var zsh: String {
        let values = choices.map { "    (\"\($0.place)\") compadd -- \($0.words); return ;;" }
        let starts = parents.map { command in
            "    (\"\(command.name) \(command.name)\") [[ \"$PREFIX\" == -* ]] || "
                + "{ compadd -- \(subcommands(of: command)); return; } ;;"
        }
        let lists = commands.map { "    (\($0.name)) compadd -- \(dashed($0)) ;;" }
        return """
            #compdef faregate
            # Completes faregate in zsh.
            _faregate() {
                if (( CURRENT == 2 )); then
                    compadd -- \(names)
                    return
                fi
                case "$words[2] $words[CURRENT-1]" in
            \((starts + values).joined(separator: "\n"))
                (\(quoted(places(ofFiles: true)))) _files; return ;;
                (\(quoted(places(ofFiles: false)))) return ;;
                esac
                case "$words[2]" in
            \(lists.joined(separator: "\n"))
                esac
                [[ "$PREFIX" == -* ]] || _files
            }
            compdef _faregate faregate
            """
    }

    static var fish: String {
        let starts = commands.map {
            "complete -c faregate -f -n __fish_use_subcommand -a \($0.name) -d \(text($0.summary))"
        }
        let seconds = parents.map { command in
            let words = subcommands(of: command)
            return "complete -c faregate -f -n '__fish_seen_subcommand_from \(command.name); "
                + "and not __fish_seen_subcommand_from \(words)' -a '\(words)'"
        }
        let lists = commands.flatMap { command in
            command.allOptions.map { option in
                var line = "complete -c faregate -n '__fish_seen_subcommand_from \(command.name)' -l \(option.name)"
                if !option.choices.isEmpty {
                    line += " -xa '\(option.choices.joined(separator: " "))'"
                } else if let value = option.value {
                    line += fileValues.contains(value) ? " -rF" : " -x"
                }
                return line + " -d \(text(option.help))"
            }
        }
        return (["# Completes faregate in fish."] + starts + seconds + lists).joined(separator: "\n")
    }

    /// In single quotes, as fish reads it.
    private static func text(_ text: String) -> String {
        "'" + text.escaped(["\\", "'"], by: "\\") + "'"
    }
}
