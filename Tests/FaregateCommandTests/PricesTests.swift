import Foundation
import Testing

/// `faregate prices import`, with a small file in the form of models.dev.
@Suite("The command that imports the prices of models")
struct PricesTests {
    static let models = """
        {
          "acme": { "id": "acme", "name": "Acme", "models": {
            "large-2": { "id": "large-2", "name": "Large 2", "limit": { "context": 200000 },
              "cost": { "input": 3, "output": 15, "cache_read": 0.3, "cache_write": 3.75,
                        "context_over_200k": { "input": 6 }, "input_audio": 1 } },
            "small-2": { "cost": { "input": 0.1, "output": 0.000000001 } },
            "free-1": { "name": "without a price", "cost": null },
            "voice-1": { "cost": { "output_audio": 2 } },
            "odd name": { "cost": { "input": 1 } },
            "fine-1": { "cost": { "input": 0.19999999999999998 } },
            "minus-1": { "cost": { "input": -1 } },
          } },
          "other": { "models": {
            "large-2": { "cost": { "input": 4, "output": 15 } },
            "deep-1": { "cost": { "input": 1, "output": 2, "reasoning": 3 } },
            "small-2": { "cost": { "input": 0.1, "output": 0.000000001 } },
          } },
        }
        """

    static let policy =
        #"{ "actions": { "chat": { "cost": { "prices": "model" }, "hold": { "output_tokens": 2000 } } } }"#

    func withFolder(policy: String = policy, _ body: (Tool) throws -> Void) throws {
        try Tool.inFolder(policy: nil, makingLedger: false) { faregate in
            let folder = faregate.path("policies")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try write(policy, to: "policies/chat.jsonc", faregate)
            try write(PricesTests.models, to: "models.json", faregate)
            try body(faregate)
        }
    }

    func write(_ text: String, to name: String, _ faregate: Tool) throws {
        try Data(text.utf8).write(to: URL(filePath: faregate.path(name)))
    }

    private func text(_ faregate: Tool) throws -> String {
        try String(contentsOfFile: faregate.path("policies/prices.jsonc"), encoding: .utf8)
    }

    static let acme = ["--provider", "acme", "--cached", "beside", "--credits-per-dollar", "1000"]

    func run(_ faregate: Tool, _ words: [String]) throws -> Tool.Answer {
        try faregate.run(["prices", "import", "models.json", "--policies", "policies"] + words)
    }

    @Test("The first import shows the models and what is left out, and writes them only with --yes")
    func first() throws {
        try withFolder { faregate in
            let shown = try run(faregate, PricesTests.acme)
            #expect(shown.status == 0, "\(shown.error)")
            #expect(
                shown.output == """
                    model large-2: new: cache_write_tokens 375/100000, cached_tokens 3/10000, input_tokens 3/1000, \
                    output_tokens 15/1000 credits
                    model small-2: new: input_tokens 1/10000, output_tokens 1/1000000000000 credits
                    left out: free-1, because it has no price
                    left out: voice-1, because it has no price for tokens
                    left out: odd name, because a price list can't have this name
                    left out: fine-1, because its price of input, 0.19999999999999998, is not 0 or more with up \
                    to nine decimals
                    left out: minus-1, because its price of input, -1, is not 0 or more with up to nine decimals
                    not imported: the price "context_over_200k" of 1 model
                    not imported: the price "input_audio" of 1 model
                    add --yes to write this to policies/prices.jsonc (2 models)

                    """)
            #expect(!FileManager.default.fileExists(atPath: faregate.path("policies/prices.jsonc")))
            let written = try run(faregate, PricesTests.acme + ["--yes"])
            #expect(written.output.hasSuffix("wrote policies/prices.jsonc (2 models)\n"), "\(written.error)")
            let quote = try faregate(
                "price", "chat", "--policies", "policies", "--attribute", "model=large-2", "--units",
                "cached_tokens=10000")
            #expect(quote.output.hasPrefix("chat: 33 credits\n"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: faregate.path("policies")).sorted() == [
                    "chat.jsonc", "prices.jsonc",
                ])
        }
    }

    @Test("The file is sorted, says who writes it, and is the same after the same import")
    func file() throws {
        try withFolder { faregate in
            _ = try run(faregate, PricesTests.acme.map { $0 == "beside" ? "inside" : $0 } + ["--yes"])
            let text = try text(faregate)
            #expect(
                text == """
                    // Written by `faregate prices import`, which replaces this file. To price a model by hand, delete it \
                    here and
                    // define it in another file of this folder.
                    {
                      "prices": {
                        "large-2": { "cache_write_tokens": "375/100000", "cached_tokens": "3/10000", \
                    "input_tokens": "3/1000", "output_tokens": "15/1000", \
                    "inside": { "cache_write_tokens": "input_tokens", "cached_tokens": "input_tokens" } },
                        "small-2": { "input_tokens": "1/10000", "output_tokens": "1/1000000000000" },
                      },
                    }

                    """)
            let again = try run(faregate, PricesTests.acme.map { $0 == "beside" ? "inside" : $0 } + ["--yes"])
            #expect(again.output.hasSuffix("no price has changed: nothing to write\n"))
            #expect(try self.text(faregate) == text)
        }
    }

    @Test("A later import shows what changes, also for the actions, and keeps the models that the file lacks")
    func later() throws {
        try withFolder { faregate in
            _ = try run(faregate, PricesTests.acme + ["--yes"])
            let newer = #"{ "acme": { "models": { "large-2": { "cost": { "input": 3, "output": 18 } } } } }"#
            try write(newer, to: "models.json", faregate)
            let changed = try run(faregate, ["--credits-per-dollar", "1000", "--yes"])
            #expect(
                changed.output == """
                    model large-2: cache_write_tokens 375/100000 -> no price
                    model large-2: cached_tokens 3/10000 -> no price
                    model large-2: output_tokens 15/1000 -> 18/1000 credits (+20%)
                    action chat: a call with large-2 that uses its hold: 30 -> 36 credits (+20%)
                    wrote policies/prices.jsonc (2 models)

                    """)
            let removed = try run(faregate, ["--credits-per-dollar", "1000", "--yes", "--remove-missing"])
            #expect(removed.output.hasPrefix("model small-2: removed: calls with this model fail\n"))
            #expect(try !text(faregate).contains("small-2"))
        }
    }

    @Test("Several providers are imported together, unless they have one model at two prices")
    func providers() throws {
        try withFolder { faregate in
            let both = ["--provider", "acme", "--provider", "other", "--cached", "beside", "--credits-per-dollar", "1"]
            let clash = try run(faregate, both + ["--reasoning", "inside"])
            #expect(clash.status == 2 && clash.error.contains(#"a model "large-2" at different prices"#))
            let unsaid = try run(faregate, ["--provider", "other", "--credits-per-dollar", "1/3"])
            #expect(unsaid.status == 2 && unsaid.error.contains("--reasoning inside"))
            let words = ["--provider", "other", "--credits-per-dollar", "1/3", "--reasoning", "inside"]
            let other = try run(faregate, words)
            #expect(other.status == 0 && other.output.contains("model deep-1: new: input_tokens 1/3000000,"))
        }
    }

    @Test("An import doesn't change a model that another file defines")
    func elsewhere() throws {
        try withFolder { faregate in
            let own = #"{ "prices": { "large-2": { "input_tokens": 5 } } } // ours"#
            try write(own, to: "policies/own.jsonc", faregate)
            let answer = try run(faregate, PricesTests.acme + ["--yes"])
            #expect(answer.output.contains("left out: large-2, because it is defined at policies/own.jsonc:1:15"))
            #expect(try !text(faregate).contains("large-2"))
            #expect(try String(contentsOfFile: faregate.path("policies/own.jsonc"), encoding: .utf8) == own)
        }
    }

    @Test("A file with comments or sections of its own is never replaced")
    func ownComments() throws {
        try withFolder { faregate in
            _ = try run(faregate, PricesTests.acme + ["--yes"])
            let written = try text(faregate)
            for edited in [
                written.replacing("{\n  \"prices\"", with: "{ // ours\n  \"prices\""),
                written.replacing("{\n  \"prices\"", with: "{ /* ours */\n  \"prices\""),
                written.replacing("{\n  \"prices\"", with: "{ \"lowBalance\": 5,\n  \"prices\""),
                written.replacing("{\n  \"prices\"", with: "{ \"$schema\": \"./s.json\",\n  \"prices\""),
                String(written.drop { $0 != "{" }),
            ] {
                try write(edited, to: "policies/prices.jsonc", faregate)
                let answer = try run(faregate, PricesTests.acme + ["--yes"])
                #expect(answer.status == 1 && answer.error.contains("they would be lost"), "\(edited)")
                #expect(try text(faregate) == edited)
            }
            // A price that was edited by hand is no comment, and a model's name may contain two slashes.
            let price = written.replacing("15/1000", with: "16/1000").replacing("small-2", with: "hf://small")
            try write(price, to: "policies/prices.jsonc", faregate)
            let answer = try run(faregate, PricesTests.acme + ["--yes"])
            #expect(answer.output.contains("output_tokens 16/1000 -> 15/1000 credits (-6%)"), "\(answer.error)")
            #expect(try text(faregate).contains("hf://small"))
        }
    }

    @Test("Prices with which the policy would have a mistake are not written")
    func mistake() throws {
        let policy = #"{ "actions": { "chat": { "cost": { "prices": "model", "units": { "input_tokens": 1 } } } } }"#
        try withFolder(policy: policy) { faregate in
            let answer = try run(faregate, PricesTests.acme + ["--yes"])
            #expect(answer.status == 1 && answer.error.contains("has a price here and in the price list"))
            #expect(!FileManager.default.fileExists(atPath: faregate.path("policies/prices.jsonc")))
        }
    }

    @Test("The result as JSON has the differences and what was left out")
    func json() throws {
        try withFolder { faregate in
            let json = try run(faregate, PricesTests.acme + ["--json"]).json()
            #expect(json["isWritten"] as? Bool == false && json["models"] as? Int == 2)
            #expect(json["file"] as? String == "policies/prices.jsonc")
            #expect((json["differences"] as? [[String: Any]])?.first?["subject"] as? String == "model large-2")
            #expect((json["leftOut"] as? [[String: Any]])?.first?["model"] as? String == "free-1")
            #expect(json["ignored"] as? [String: Int] == ["context_over_200k": 1, "input_audio": 1])
        }
    }

    @Test("A price by model is explained term by term, and an unknown model is an error")
    func price() throws {
        let policy = """
            { "actions": { "chat": { "cost": { "prices": "model", "markup": "13/10" } } },
              "prices": { "large-2": { "input_tokens": "3/1000", "cached_tokens": "3/10000",
                                       "inside": { "cached_tokens": "input_tokens" } } } }
            """
        try withFolder(policy: policy) { faregate in
            let words = ["price", "chat", "--policies", "policies", "--units", "input_tokens=1000", "--units"]
            let answer = try faregate.run(words + ["cached_tokens=800", "--attribute", "model=large-2"])
            #expect(
                answer.output.hasPrefix(
                    """
                    chat: 2 credits
                      800 cached_tokens × 0.00039 = 0.312
                      200 input_tokens × 0.0039 = 0.78
                      1.092 together, rounded up once to 2
                    """), "\(answer.output)")
            let unknown = try faregate.run(words + ["cached_tokens=800", "--attribute", "model=large-3"])
            #expect(unknown.status == 2)
            #expect(unknown.error.hasPrefix(#"faregate price: the price list has no model "large-3"; did you mean"#))
            #expect(try faregate.run(words + ["cached_tokens=800"]).error.contains(#"needs the attribute "model""#))
        }
    }
}
