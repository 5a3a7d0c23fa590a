import Foundation

/// What was asked for on the command line.
struct Options {
    var rounds = 5
    var seconds = 1.0
    /// The parts to run; empty for all.
    var only: Set<String> = []
    var callers = [1, 16, 64, 256]
    /// How much there is in the past of the ledger with a long one; nil for none.
    var history: Int?
    /// Where to write the table as JSON.
    var json: String?
    /// Where the data lives while this runs.
    var folder = FileManager.default.temporaryDirectory.path + "/faregate-bench-\(UUID().uuidString)"
    /// What the script started for us.
    var peersProgram: String?
    var redis: String?
    var postgres: String?
    var route: String?
    /// The built `faregate`; nil if its commands aren't measured.
    var tool: String?

    struct Misuse: Error, CustomStringConvertible {
        let description: String
    }

    init(_ words: [String]) throws(Misuse) {
        var words = words[...]
        var option = ""
        func value() throws(Misuse) -> String {
            guard let value = words.popFirst() else { throw Misuse(description: "\(option) needs a value") }
            return value
        }
        func count() throws(Misuse) -> Int {
            let text = try value()
            guard let number = Int(text), number > 0 else { throw Misuse(description: "\(text) is no positive number") }
            return number
        }
        while let word = words.popFirst() {
            option = word
            switch word {
            case "--rounds": rounds = try count()
            case "--seconds":
                let text = try value()
                guard let number = Double(text), number > 0 else { throw Misuse(description: "\(text) is no duration") }
                seconds = number
            case "--callers":
                callers = try value().split(separator: ",").map { text throws(Misuse) in
                    guard let number = Int(text), number > 0 else {
                        throw Misuse(description: "\(text) is no number of callers")
                    }
                    return number
                }
            case "--only": only = Set(try value().split(separator: ",").map(String.init))
            case "--history": history = try count()
            case "--json": json = try value()
            case "--folder": folder = try value()
            case "--peers-program": peersProgram = try value()
            case "--redis": redis = try value()
            case "--postgres": postgres = try value()
            case "--route-url": route = try value()
            case "--tool": tool = try value()
            default: throw Misuse(description: "what does \(word) mean? See Benchmarks/README.md")
            }
        }
        if let unknown = only.subtracting(Options.parts).sorted().first {
            let parts = Options.parts.joined(separator: ", ")
            throw Misuse(description: "there is no part \(unknown); the parts are \(parts)")
        }
        if only.contains("history") { history = history ?? 1_000_000 }
        guard history ?? 1000 >= 1000 else { throw Misuse(description: "a past has 1000 calls or more") }
    }

    static let parts = [
        "bare", "gated", "grdb", "redis", "postgres", "postgres-ledger", "postgres-past", "latency", "hot", "rolling",
        "zipf",
        "refusals", "reads",
        "history", "route", "open", "memory", "policy",
    ]

    func wants(_ part: String) -> Bool { only.isEmpty || only.contains(part) }
}
