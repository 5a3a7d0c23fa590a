public import Foundation

/// Decodes the merged files into a policy, and reports every mistake.
struct PolicyDecoder {
    let tree: PolicyTree
    let diagnostics: Diagnostics
    /// The variables that `${NAME}` refers to.
    let environment: [String: String]
    /// Whether packs will be sold, so that missing variables are errors.
    let forSale: Bool
    let actionNames: SectionNames
    let planNames: SectionNames
    /// The prices of models, without those that have mistakes.
    private(set) var priceList = Policy.PriceList()
    /// The first file: the place of mistakes that concern all files.
    private let file: String?

    init(_ files: [SourceText], _ diagnostics: Diagnostics, environment: [String: String], forSale: Bool) {
        let tree = PolicyTree(files, diagnostics: diagnostics)
        self.init(tree, diagnostics, environment: environment, forSale: forSale, file: files.first?.file)
    }

    private init(
        _ tree: PolicyTree, _ diagnostics: Diagnostics, environment: [String: String], forSale: Bool, file: String?
    ) {
        self.tree = tree
        self.file = file
        self.diagnostics = diagnostics
        self.environment = environment
        self.forSale = forSale
        actionNames = SectionNames(of: "actions", in: tree, diagnostics)
        planNames = SectionNames(of: "plans", in: tree, diagnostics)
        priceList = decodedPriceList()
    }

    /// A decoder for the tree after a change, with the same environment.
    func decoder(for tree: PolicyTree, _ diagnostics: Diagnostics) -> PolicyDecoder {
        PolicyDecoder(tree, diagnostics, environment: environment, forSale: forSale, file: file)
    }

    func load() throws(Policy.FileError) -> Policy.Files.LoadedPolicy {
        let present = decode()
        let policy = present.announcing(changes(in: present.calendar))
        let tests = tests(of: policy)
        guard !diagnostics.hasErrors else { throw diagnostics.failure }
        if policy.actions.isEmpty, let file { diagnostics.warning("this policy has no actions to call", about: file) }
        return Policy.Files.LoadedPolicy(policy: policy, tests: tests, warnings: diagnostics.sorted)
    }

    /// Entries with mistakes are left out or have default values. Because the mistakes were reported, such a policy is
    /// never used.
    func decode() -> Policy {
        let policy = decodeEntries()
        diagnostics.missingVariables.report(to: diagnostics)
        if !diagnostics.hasErrors, !diagnostics.isIncomplete {
            PolicyWarnings(tree: tree, policy: policy, diagnostics: diagnostics).report()
        }
        return policy
    }

    private func decodeEntries() -> Policy {
        let plans = named("plans", plan)
        var actions = named("actions", action)
        addSharedLimits(to: &actions)
        return Policy(
            version: diagnostics.hasErrors ? "" : tree.version,
            calendar: WindowCalendar(timeZone: timeZone() ?? .gmt),
            actions: actions,
            plans: plans,
            defaultPlan: defaultPlan(among: plans),
            packs: named("packs", pack),
            priceList: priceList,
            lowBalance: tree.single["lowBalance"].flatMap { credits($0, "\"lowBalance\"", from: 0) } ?? 0,
            refundGraceMilliseconds: tree.single["refundGrace"].flatMap(refundGrace)
                ?? Policy.defaultRefundGraceMilliseconds,
            debtLimit: tree.single["debtLimit"].flatMap { credits($0, "\"debtLimit\"", from: 0) } ?? 0,
            mode: mode(tree.single["mode"])
        )
    }

    private func named<Entry>(_ section: String, _ decode: (JSONMember) -> Entry?) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for member in tree.entries[section, default: []] {
            diagnostics.checkName(member.name, at: member.namePlace, "a name in \"\(section)\"")
            entries[member.name] = decode(member)
        }
        return entries
    }

    private func refundGrace(_ node: JSONNode) -> Int64? {
        duration(node, "\"refundGrace\"", in: 0...366 * millisecondsPerDay)
    }

    private func defaultPlan(among plans: [String: Policy.Plan]) -> Policy.Plan? {
        guard let node = tree.single["defaultPlan"],
            let name = string(node, "\"defaultPlan\"", expected: "a plan's name")
        else { return nil }
        check(name, in: planNames, at: node.place)
        return plans[name]
    }

    /// Reports a plan or an action that doesn't exist, unless a file could not be read: it may be in that file.
    func check(_ name: String, in names: SectionNames, at place: Place) {
        guard names.places[name] == nil, !diagnostics.isIncomplete else { return }
        if let renamed = names.renamed[name] {
            diagnostics.error(
                "the \(names.word) \(quoted(name)) is called \(quoted(renamed.name)) now",
                at: place,
                expected: quoted(renamed.name)
            )
            return
        }
        diagnostics.error(
            "there is no \(names.word) \(quoted(name))" + didYouMean(name, among: names.places.keys),
            at: place,
            expected: names.list.isEmpty
                ? "a name that is defined in \"\(names.word)s\"" : "one of \(names.list)"
        )
    }

    private func timeZone() -> TimeZone? {
        guard let node = tree.single["timezone"],
            let name = string(node, "\"timezone\"", expected: "a time zone such as \"Europe/Oslo\" or \"UTC\"")
        else { return nil }
        if let zone = TimeZone(ianaName: name) { return zone }
        diagnostics.error(
            "there is no time zone \(quoted(name))" + didYouMean(name, among: TimeZone.knownTimeZoneIdentifiers),
            at: node.place,
            expected: "a name from the IANA time zone database, such as \"Europe/Oslo\" or \"UTC\""
        )
        return nil
    }
}

extension TimeZone {
    /// Only names like "Europe/Berlin": Foundation also takes "CET", offsets and paths, which are ambiguous.
    fileprivate init?(ianaName name: String) {
        let isSafe = name.utf8.allSatisfy {
            Ascii.isLetterOrUnderscore($0) || Ascii.isDigit($0) || "/+-".utf8.contains($0)
        }
        guard name == "UTC" || isSafe && name.contains("/") && !name.hasPrefix("/") else { return nil }
        self.init(identifier: name)
    }
}

extension Policy {
    /// Reads a policy from text: for tests, and for servers with a built-in policy.
    ///
    /// - Parameters:
    ///   - text: the policy, as a file would hold it.
    ///   - file: the name of the text in error messages.
    ///   - environment: the variables that `${NAME}` refers to.
    ///   - forSale: whether packs will be sold, so that a missing variable is an error.
    /// - Throws: ``Policy/FileError`` with every mistake.
    public init(
        parsing text: String,
        file: String = "policy.jsonc",
        environment: [String: String] = ProcessInfo.processInfo.environment,
        forSale: Bool = false
    ) throws(Policy.FileError) {
        let diagnostics = Diagnostics()
        let source = diagnostics.source(file: file, bytes: Array(text.utf8))
        let decoder = PolicyDecoder([source].compactMap { $0 }, diagnostics, environment: environment, forSale: forSale)
        self = try decoder.load().policy
    }
}
