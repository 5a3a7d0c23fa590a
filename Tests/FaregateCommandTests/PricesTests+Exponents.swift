import Testing

extension PricesTests {
    @Test("A price with an exponent is imported exactly")
    func exponents() throws {
        try withFolder { faregate in
            try write(
                #"{ "acme": { "models": { "m": { "cost": { "input": 1e-3, "output": 2.5E+1, "cache_read": 30.00e-2 } }, "#
                    + #""tiny": { "cost": { "input": 1e-99 } }, "less": { "cost": { "input": -1e-3 } } } } }"#,
                to: "models.json", faregate)
            let shown = try run(faregate, PricesTests.acme)
            #expect(
                shown.output.hasPrefix(
                    "model m: new: cached_tokens 3/10000, input_tokens 1/1000000, output_tokens 25/1000 credits\n"))
            #expect(shown.output.contains("left out: tiny, because"))
            #expect(shown.output.contains("left out: less, because its price of input, -1e-3, is not 0 or more"))
        }
    }
}
