import Faregate

/// The words after a command's name: its options, the other words, and the words after `--`.
struct Arguments {
    private(set) var positional: [String] = []
    private(set) var afterDashes: [String]?
    private var values: [String: [String]] = [:]

    /// - Throws: ``Failure`` for an option that is unknown, lacks its value or has an unexpected one.
    init(_ words: [String], options: [Option]) throws {
        var words = words[...]
        while let word = words.popFirst() {
            if word == "--" {
                afterDashes = Array(words)
                return
            }
            guard word.hasPrefix("-"), word != "-", Int64(word) == nil else {
                positional.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let option = try Arguments.option(parts[0], among: options)
            switch (option.value, parts.count) {
            case (nil, 1): values[option.name, default: []].append("")
            case (nil, _): throw Failure.misuse("--\(option.name) takes no value")
            case (_, 2): values[option.name, default: []].append(parts[1])
            case (let what?, _):
                guard let value = words.popFirst() else {
                    throw Failure.misuse("--\(option.name) needs a value: --\(option.name) \(what)")
                }
                values[option.name, default: []].append(value)
            }
        }
    }

    private static func option(_ word: String, among options: [Option]) throws -> Option {
        if word == "-h" { return .help }
        if let option = options.first(where: { "--" + $0.name == word }) { return option }
        let nearest = nearestName(to: word, among: options.map { "--" + $0.name })
        throw Failure.misuse("there is no option \(word)" + (nearest.map { "; did you mean \($0)?" } ?? ""))
    }

    func contains(_ option: String) -> Bool { values[option] != nil }

    func all(_ option: String) -> [String] { values[option] ?? [] }

    /// The value of an option that may be given once.
    func value(_ option: String) throws -> String? {
        let all = all(option)
        guard all.count <= 1 else { throw Failure.misuse("--\(option) is given \(all.count) times; give it once") }
        return all.first
    }

    /// The value of a required option.
    ///
    /// - Parameter what: the question that the option answers, for the error.
    func needed(_ option: String, _ what: String) throws -> String {
        guard let value = try value(option) else { throw Failure.misuse("say \(what): --\(option)") }
        return value
    }

    /// The whole number of an option, within its range.
    func integer(_ option: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = try value(option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Failure.misuse(
                "--\(option) takes a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\""
            )
        }
        return number
    }

    /// `--attribute size=large --attribute steps=60`: text, unless the action's rules compare another type.
    func attributes(for action: Policy.Action?) throws -> Attributes {
        var texts: [String: String] = [:]
        for pair in all(Option.attribute.name) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw Failure.misuse("write --attribute NAME=VALUE, not \"\(pair)\"")
            }
            texts[parts[0]] = parts[1]
        }
        return action?.attributes(reading: texts) ?? texts.mapValues { .string($0) }
    }

    /// `--units input_tokens=1200 --units output_tokens=800`; nil if there is none.
    func units() throws -> Units? {
        var units: Units = [:]
        for pair in all(Option.units.name) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, let amount = Int64(parts[1]) else {
                throw Failure.misuse("write --units NAME=AMOUNT with a whole number, not \"\(pair)\"")
            }
            guard units.updateValue(amount, forKey: parts[0]) == nil else {
                throw Failure.misuse("--units gives \(parts[0]) twice")
            }
        }
        return units.isEmpty ? nil : units
    }
}
