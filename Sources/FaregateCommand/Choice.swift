import Faregate

extension Option {
    /// An option whose value is one of a few words.
    init<Choice: CaseIterable & RawRepresentable<String>>(name: String, of type: Choice.Type, help: String) {
        let words = type.allCases.map(\.rawValue)
        self.init(name: name, value: words.joined(separator: "|"), help: help, choices: words)
    }
}

extension Arguments {
    /// The value of an option that takes one of a few words; nil if it is not given.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ option: String, of type: Choice.Type
    ) throws -> Choice? {
        guard let text = try value(option) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = type.allCases.map(\.rawValue)
        let hint = nearestName(to: text, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
        throw Failure.misuse("--\(option) takes \(words.joined(separator: ", ")), not \"\(text.printable)\"\(hint)")
    }
}
