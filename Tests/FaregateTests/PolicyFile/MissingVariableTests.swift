import Faregate
import FaregateTesting
import Testing

@Suite("Variables of the environment that are not set")
struct MissingVariableTests {
    private static func pack(_ name: Int, _ products: String) -> String {
        #""\#(name)": { "credits": \#(name), "price": "\#(name).00 USD", \#(products) }"#
    }

    private func report(
        _ files: [String: String], forSale: Bool = false, _ environment: [String: String] = [:]
    ) -> [String] {
        let disk = MemoryDisk()
        for (name, text) in files { disk.write(text, to: "p/\(name)") }
        let files = Policy.Files(path: "p", environment: environment, forSale: forSale, disk: disk)
        do throws(Policy.FileError) {
            return try files.load().warnings.map(line)
        } catch {
            return error.diagnostics.map(line)
        }
    }

    private func line(_ found: Policy.Diagnostic) -> String {
        let expected = found.expected.map { " | \($0)" } ?? ""
        return "\(found.location.line): \(found.severity): \(found.message)\(expected)"
    }

    private static let two = [
        "a.jsonc": """
        { "actions": { "a": { "cost": 1 } }, "packs": {
            \(pack(1, #""stripe": "${A}""#)),
            \(pack(2, #""stripe": "${B}", "dodo": "${A}""#)) } }
        """,
        "b.jsonc": "{ \"packs\": { \(pack(3, #""stripe": "${C}-${D}""#)) } }",
    ]

    @Test("All missing variables are named in one warning, with the first place of each")
    func warning() {
        #expect(
            report(MissingVariableTests.two) == [
                "2: warning: the environment variables A (line 2), B (line 3), C (p/b.jsonc:1) and D (p/b.jsonc:1) are not "
                    + "set; these packs can't be sold at those providers"
            ])
    }

    @Test("If packs are for sale, all variables of packs without a provider are named in one error")
    func error() {
        #expect(
            report(MissingVariableTests.two, forSale: true) == [
                "2: error: the environment variables A (line 2), B (line 3), C (p/b.jsonc:1) and D (p/b.jsonc:1) are not "
                    + "set, so these packs can't be sold | these variables in the environment, or packs without them"
            ])
        #expect(
            report(MissingVariableTests.two, forSale: true, ["B": "b", "C": "c"]) == [
                "2: error: the environment variables A (line 2) and D (p/b.jsonc:1) are not set, so these packs can't be "
                    + "sold | these variables in the environment, or packs without them",
                "3: warning: the environment variable A is not set; this pack can't be sold at \"dodo\"",
            ])
    }

    @Test("One missing variable is named with its provider")
    func one() {
        let files = ["a.jsonc": "{ \"packs\": { \(MissingVariableTests.pack(1, #""stripe": "${A}""#)) } }"]
        #expect(
            report(files, forSale: true) == [
                "1: error: the environment variable A is not set, so this pack can't be sold | A in the environment, or a "
                    + "pack without \"stripe\""
            ])
    }

    @Test("Of many missing variables, the first 20 are named and the others counted")
    func many() throws {
        let packs = (1...30).map { MissingVariableTests.pack($0, "\"stripe\": \"${A\($0)}\"") }
        let found = report(["a.jsonc": "{ \"packs\": { \(packs.joined(separator: ", ")) } }"])
        let text = try #require(found.first { $0.contains("not set") })
        #expect(text.contains("A20 (line 1) and 10 more are not set") && !text.contains("A21"))
    }

    @Test(
        "An announced change reports only the variables that it adds, and an error where it takes the last provider away"
    )
    func change() {
        func files(_ patch: String) -> [String: String] {
            let pack = MissingVariableTests.pack(1, #""stripe": "${A}", "dodo": "pdt_1""#)
            let change = #"{ "from": "2027-01-01", "patch": { "packs": { \#(patch) } } }"#
            return [
                "a.jsonc":
                    "{ \"actions\": { \"a\": { \"cost\": 1 } }, \"packs\": { \(pack) },\n\"changes\": [\(change)] }"
            ]
        }
        let first = "1: warning: the environment variable A is not set; this pack can't be sold at \"stripe\""
        let added = MissingVariableTests.pack(7777, #""stripe": "${A}", "dodo": "${B}", "products": { "x": "y" }"#)
        #expect(
            report(files(added), forSale: true) == [
                first,
                "2: warning: from 2027-01-01 on: the environment variable B is not set; this pack can't be sold at "
                    + "\"dodo\"",
            ])
        #expect(
            report(files(#""1": { "dodo": null }"#), forSale: true).contains {
                $0.contains(
                    "error: from 2027-01-01 on: the environment variable A is not set, so this pack can't be sold")
            })
    }
}
