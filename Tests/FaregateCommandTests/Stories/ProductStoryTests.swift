import Foundation
import TestSupport
import Testing

/// What product people do with the policy files, as typed.
@Suite(.endsWhenStuck) struct ProductStoryTests {
    @Test("Raise a price for next month: see what it would have meant, announce it, and check the day")
    func raise() async throws {
        try await Shop.open { shop in
            for _ in 1...2 { try shop.type("faregate run generate --account ana -- true") }
            try shop.type("cp -r policies draft")
            try shop.edit(Shop.policy.replacing("\"cost\": 10", with: "\"cost\": 12"), in: "draft/policy.jsonc")
            try shop.type("faregate diff policies draft", "action generate: 10 -> 12 credits (+20%)")
            try shop.type(
                "faregate replay --policies draft", "2 calls of 1 account: 24 credits instead of 20 (+20%)",
                "no further call would have been refused")
            let change =
                #""changes": [{ "from": "2127-01-01", "patch": { "actions": { "generate": { "cost": 12 } } } }]"#
            try shop.replace("\"defaultPlan\": \"free\",", with: "\"defaultPlan\": \"free\", \(change),")
            try shop.type("faregate check", "from 2127-01-01T00:00:00+01:00 on")
            try shop.type("faregate price generate", "10 credits", "12 credits from 2127-01-01T00:00:00+01:00 on")
            try shop.type("faregate price generate --at 2127-01-01", "12 credits")
            try shop.type("faregate replay --at 2127-01-01", "24 credits instead of 20 (+20%)")
        }
    }

    @Test("Try a stricter limit in shadow mode, and read what it would have refused")
    func shadow() async throws {
        try await Shop.open { shop in
            try shop.replace(
                "{ \"max\": 3, \"per\": \"day\" }",
                with: "{ \"max\": 3, \"per\": \"day\" }, { \"max\": 1, \"per\": \"day\", \"mode\": \"shadow\" }")
            try shop.type("faregate check")
            for _ in 1...3 { try shop.type("faregate run generate --account ana -- true") }
            try shop.type(
                "faregate shadow --since 7d", "generate: 2 calls of 1 account would have been refused",
                "ana: 2 calls")
        }
    }

    @Test("Add a plan with its own price, and move a customer to it")
    func addPlan() async throws {
        try await Shop.open { shop in
            try shop.replace(
                "\"pro\": {",
                with: "\"team\": { \"grants\": [{ \"credits\": 5000, \"every\": \"month\" }] }, \"pro\": {")
            try shop.replace(
                "\"rules\": [", with: "\"rules\": [{ \"when\": { \"plan\": \"team\" }, \"cost\": 6 }, ")
            try shop.type("faregate check")
            try shop.type("faregate price generate --plan team", "6 credits")
            try shop.type("faregate run generate --account ana -- true")
            try shop.type("faregate plan ana team --reason 'bought by phone'", "ana is now on plan team")
            try shop.type("faregate run generate --account ana -- true")
            try shop.type("faregate balance ana", "5084")
        }
    }

    @Test("Give customers credits for chat only: they pay for no pictures, and are spent first")
    func creditsForSomeActions() async throws {
        try await Shop.open { shop in
            try shop.type("cp -r policies draft")
            try shop.edit(
                Shop.policy.replacing(
                    "{ \"credits\": 100, \"every\": \"once\" }",
                    with: "{ \"credits\": 20, \"every\": \"once\", \"for\": [\"chat\"] }"), in: "draft/policy.jsonc")
            try shop.type(
                "faregate diff policies draft", "plan free: 100 credits once -> 20 credits for chat once (-80%)")
            try shop.type("cp draft/policy.jsonc policies/policy.jsonc")
            try shop.type("faregate check")
            try shop.type(
                "faregate run generate --account ben -- true", status: 1,
                "you need 10 credits, you have 0 that pay for generate")
            try shop.type("faregate run chat --account ben -- true")
            try shop.type("faregate grant ben 5 --for 'chat, generate'", "granted 5 credits for chat and generate")
            try shop.type(
                "faregate balance ben", "remaining 23", "only for chat 18", "only for chat and generate 5")
            try shop.type("faregate standing ben", "18 of them only for chat")
            try shop.type("faregate refund 1 --reason sorry", "gave 2 credits for chat back to ben for charge 1")
            try shop.type("faregate grant ben 5 --for chta", status: 2, "did you mean \"chat\"")
        }
    }

    @Test("Rename a plan: customers keep it, and nothing is granted twice")
    func renamePlan() async throws {
        try await Shop.open { shop in
            try shop.type("faregate run generate --account ana -- true")
            try shop.replace("\"free\": {", with: "\"basic\": { \"was\": [\"free\"],")
            try shop.replace("\"defaultPlan\": \"free\"", with: "\"defaultPlan\": \"basic\"")
            try shop.type("faregate check --database test.faregate")
            try shop.type("faregate run generate --account ana -- true")
            try shop.type("faregate balance ana", "80")
            try shop.type("faregate standing ana", "ana is on plan basic")
        }
    }

    @Test("Sell a new pack: a missing product is found before customers find it")
    func newPack() async throws {
        try await Shop.open { shop in
            let pack = "\"250\": { \"credits\": 250, \"price\": \"40.00 USD\", \"stripe\": \"${PRICE_250}\" },"
            try shop.replace("\"packs\": {", with: "\"packs\": { \(pack)")
            try shop.type("faregate check", "PRICE_250")
            try shop.type("PRICE_250=price_250 faregate check")
            try shop.type("cp policies/policy.jsonc old.jsonc")
            try shop.replace("\"price\": \"40.00 USD\"", with: "\"price\": \"36.00 USD\"")
            try shop.type("faregate diff old.jsonc policies", "pack 250", "40.00 USD", "36.00 USD")
        }
    }

    @Test("Price a new model: import its price, see the difference, and try a call")
    func newModel() async throws {
        try await Shop.open { shop in
            try shop.replace(
                "\"chat\": { \"cost\": 2 }",
                with:
                    "\"chat\": { \"cost\": { \"prices\": \"model\" }, \"hold\": { \"input_tokens\": 1000, \"output_tokens\": 1000 } }"
            )
            let models = #"{ "acme": { "models": { "large-2": { "cost": { "input": 3, "output": 15 } } } } }"#
            try shop.edit(models, in: "models.json")
            let line = "faregate prices import models.json --credits-per-dollar 1000"
            try shop.type(line, "large-2", "--yes")
            try shop.type(line + " --yes", "large-2")
            try shop.type("faregate check")
            try shop.type("faregate price chat --attribute model=large-2", "18 credits")
            try shop.type("faregate price chat --attribute model=large-3", status: 2, "large-2")
        }
    }

    @Test("Fix a file that fails: the message says where, and what to write")
    func mend() async throws {
        try await Shop.open { shop in
            try shop.replace("\"cost\": 10", with: "\"cots\": 10")
            try shop.type("faregate check", status: 1, "policy.jsonc:5:", "did you mean \"cost\"?")
            try shop.replace("\"cots\": 10", with: "\"cost\": 10")
            try shop.type("faregate check")
        }
    }

    @Test("Find out why one customer paid 25")
    func why() async throws {
        try await Shop.open { shop in
            try shop.type("faregate run generate --account ana --attribute size=large -- true")
            try shop.type("faregate history ana", "-25 generate")
            try shop.type("faregate explain 1", "generate cost 25 credits", "size=large", "policy.jsonc:6:")
        }
    }
}
