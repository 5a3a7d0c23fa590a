import Faregate
import Foundation

/// `faregate prices import FILE`
enum Prices: Command {
    static let name = "prices"
    static let synopsis = "import FILE"
    static let summary = "import the prices of models from models.dev"
    static let example = "prices import api.json --credits-per-dollar 1000"
    static let options: [Option] = [
        .policies,
        Option(name: "provider", value: "NAME", help: "a provider of FILE whose models to import; may be repeated"),
        Option(
            name: "credits-per-dollar", value: "RATIO",
            help: "the credits for a dollar of the provider's price: 1000, 0.5 or 1/3"
        ),
        counting("cached", "whether the provider counts cached tokens inside the input tokens, or beside them"),
        counting("reasoning", "whether the provider counts reasoning tokens inside the output tokens, or beside them"),
        Option(name: "remove-missing", value: nil, help: "also remove the models that no provider in FILE has"),
        Option(name: "yes", value: nil, help: "write the file without asking"),
    ]
    static let details = """
        FILE is api.json of https://models.dev. Shows how the price list would change,
        and with --yes writes it to prices.jsonc in the policies folder. Models that
        other files define stay as they are, and so do models that FILE lacks.
        """

    private static func counting(_ name: String, _ help: String) -> Option {
        let choices = PriceImport.Counting.allCases.map(\.rawValue)
        return Option(name: name, value: choices.joined(separator: "|"), help: help, choices: choices)
    }

    private struct Answer: Encodable {
        let file: String
        let isWritten: Bool
        /// How many models the file has, or would have.
        let models: Int
        let differences: [Policy.Difference]
        let leftOut: [PriceImport.LeftOut]
        /// The kinds of prices that were not imported, and how many models have them.
        let ignored: [String: Int]
    }

    static let subcommands = ["import"]

    static func isAboutFiles(_ arguments: Arguments) -> Bool { true }

    static func run(_ context: Context) async throws -> ExitCode {
        let words = try context.words("import", "FILE")
        guard words[0] == "import" else {
            throw Failure.misuse("there is no \"prices \(words[0].printable)\"; say prices import")
        }
        let file = PriceListFile(path: try path(context))
        let models = try file.models()
        let published = try ModelsFile(path: words[1])
        let found = try imported(published, context)
        let (listed, definedElsewhere) = try split(found, context)
        var next = models.merging(listed) { $1 }
        if context.arguments.contains("remove-missing") {
            let names = Set(published.models.values.joined().map(\.name))
            next = next.filter { names.contains($0.key) }
        }
        let text = PriceListFile.text(of: next)
        let differences = try differences(file, text, context)
        let isWritten = try next != models && write(text, to: file, differences, context)
        let answer = Answer(
            file: file.path, isWritten: isWritten, models: next.count, differences: differences,
            leftOut: found.leftOut + definedElsewhere, ignored: found.ignored
        )
        try context.show(answer, as: lines(answer, isNew: next != models).joined(separator: "\n"))
        return .done
    }

    private static func path(_ context: Context) throws -> String {
        let folder = try context.policyPath
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
        guard exists, isFolder.boolValue else {
            throw Failure(
                code: exists ? .misuse : .environment,
                message: "\(folder.printable) is not a folder: the price list is a separate file in a folder of policy "
                    + "files; name the folder with --policies")
        }
        // Spelled like the paths of the folder's policy files.
        return folder.hasSuffix("/") ? folder + PriceListFile.name : "\(folder)/\(PriceListFile.name)"
    }

    private static func imported(_ file: ModelsFile, _ context: Context) throws -> PriceImport {
        let ratio = try context.arguments.needed("credits-per-dollar", "how many credits a dollar is")
        let creditsPerDollar = try Ratio(parsing: ratio)
        guard creditsPerDollar != .zero else { throw Failure.misuse("--credits-per-dollar can't be 0") }
        var found = PriceImport(
            creditsPerDollar: creditsPerDollar, cached: try counting("cached", context),
            reasoning: try counting("reasoning", context)
        )
        for provider in try providers(file, context) {
            for model in file.models[provider] ?? [] { try found.add(model) }
        }
        return found
    }

    private static func counting(_ option: String, _ context: Context) throws -> PriceImport.Counting? {
        guard let text = try context.arguments.value(option) else { return nil }
        guard let counting = PriceImport.Counting(rawValue: text) else {
            throw Failure.misuse("--\(option) takes inside or beside, not \"\(text.printable)\"")
        }
        return counting
    }

    /// The providers to import: those of the command line, or the only one of the file.
    private static func providers(_ file: ModelsFile, _ context: Context) throws -> [String] {
        let known = file.models.keys.sorted()
        let named = context.arguments.all("provider")
        for name in named where file.models[name] == nil {
            let hint = nearestName(to: name, among: known).map { "; did you mean \"\($0.printable)\"?" } ?? ""
            throw Failure.refused("the file has no provider \"\(name.printable)\"\(hint)")
        }
        guard named.isEmpty else { return named }
        guard known.count == 1 else {
            let some = known.prefix(5).joined(separator: ", ").printable
            throw Failure.misuse("the file has \(known.count) providers (\(some), …): choose with --provider NAME")
        }
        return known
    }

    /// Separates the models that other files of the folder define.
    private static func split(
        _ found: PriceImport, _ context: Context
    ) throws -> (listed: [String: Policy.Cost], definedElsewhere: [PriceImport.LeftOut]) {
        let present = try Policy.Files(path: context.policyPath, environment: context.environment).prices().list
        let others = found.costs.keys.sorted().compactMap { model -> PriceImport.LeftOut? in
            guard let place = present[model]?.location, place.file.lastPathPart != PriceListFile.name else {
                return nil
            }
            return PriceImport.LeftOut(model: model, reason: "it is defined at \(place)")
        }
        let names = Set(others.map(\.model))
        return (found.costs.filter { !names.contains($0.key) }, others)
    }

    /// - Throws: ``Policy/FileError`` if the policy would have mistakes.
    private static func differences(
        _ file: PriceListFile, _ text: String, _ context: Context
    ) throws -> [Policy.Difference] {
        let (path, environment) = (try context.policyPath, context.environment)
        let files = Policy.Files(path: path, environment: environment)
        let disk = PreviewDisk(file: file.path, text: text)
        let next = try Policy.Files(path: path, environment: environment, forSale: false, disk: disk).load()
        // Before the first import, a cost may refer to a list that doesn't exist.
        if let present = try? files.load() { return next.policy.differences(from: present.policy) }
        return PriceListDifferences(old: try files.prices().list, new: next.policy.priceList).all
    }

    private static func write(
        _ text: String, to file: PriceListFile, _ differences: [Policy.Difference], _ context: Context
    ) throws -> Bool {
        let question = "write these prices to \(file.path.printable)?"
        guard context.agrees(to: question, showing: differences.map(\.inWords)) else { return false }
        try file.write(text)
        return true
    }

    private static func lines(_ answer: Answer, isNew: Bool) -> [String] {
        let shown = 10
        var lines = answer.differences.map(\.inWords)
        lines += answer.leftOut.prefix(shown).map { "left out: \($0.model.printable), because \($0.reason.printable)" }
        if answer.leftOut.count > shown { lines.append("left out: \(answer.leftOut.count - shown) more models") }
        lines += answer.ignored.sorted { $0.key < $1.key }.map {
            "not imported: the price \"\($0.key.printable)\" of \(count($0.value, "model"))"
        }
        let models = "\(answer.file.printable) (\(count(answer.models, "model")))"
        guard isNew else { return lines + ["no price has changed: nothing to write"] }
        return lines + [answer.isWritten ? "wrote \(models)" : "add --yes to write this to \(models)"]
    }
}
