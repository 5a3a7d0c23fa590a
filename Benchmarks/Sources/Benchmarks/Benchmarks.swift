import Foundation

/// The product beside its peers, in one run: rounds are interleaved and the table shows medians, so that the noise of
/// the machine meets everybody alike.
@main
struct Benchmarks {
    let options: Options
    private let samples = Samples()

    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        if words.first == "--child" { return try await Memory.runAsChild(Array(words.dropFirst())) }
        do {
            try await Benchmarks(options: try Options(words)).run()
        } catch let misuse as Options.Misuse {
            say(misuse.description)
            exit(2)
        }
    }

    private func run() async throws {
        try FileManager.default.createDirectory(atPath: options.folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: options.folder) }

        let ledgers = Ledgers(folder: options.folder)
        let entrants = try await Entrants(options: options, ledgers: ledgers).all()
        for round in 1...options.rounds {
            say("round \(round) of \(options.rounds)")
            for entrant in entrants { try await entrant.round(samples) }
        }
        say("comparing the books")
        for entrant in entrants { try await entrant.finish(samples) }
        let closed = await ledgers.close()
        // The one of 1,000 accounts comes first, the one with the longest past last.
        if var ledger = options.history == nil ? closed.first : closed.last {
            try await ledger.measure(samples, options)
        }
        try report()
    }

    private func report() throws {
        let table = Table(Figure.all(options), samples, options)
        let text =
            "Medians of \(options.rounds) interleaved rounds of \(options.seconds) s, \(table.cores) cores, "
            + "\(Ledgers.accounts) accounts; every answer after an fsync.\n\n\(table.text)\n"
        // At once, before anything else that is said.
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        guard let path = options.json else { return }
        try table.json.write(to: URL(fileURLWithPath: path))
        say("\nthe same as JSON: \(path)")
    }
}

/// Tells how it is going.
func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
