import Faregate
import Testing

@Suite("Money")
struct MoneyTests {
    @Test(
        "Money is parsed and printed in the form of the policy files",
        arguments: [
            ("10.00 USD", 1000, "USD"), ("0.01 EUR", 1, "EUR"), ("1000 JPY", 1000, "JPY"), ("1.500 KWD", 1500, "KWD"),
            ("9999999999.99 USD", 999_999_999_999, "USD"),
        ] as [(String, Int64, String)]
    )
    func reads(_ text: String, minorUnits: Int64, currency: String) throws {
        let money = try Money(parsing: text)
        #expect(money == Money(minorUnits: minorUnits, currency: currency))
        #expect(money.description == text)
    }

    @Test(
        "Money in any other form is refused",
        arguments: [
            "", "10", "10.00", "USD", "10 USD", "10.0 USD", "10.000 USD", "10.00 usd", "10.00 US", "10.00 USDX",
            "10.00  USD", " 10.00 USD", "10.00 USD ", "-10.00 USD", "+10.00 USD", "10,00 USD", "1,000.00 USD",
            ".50 USD",
            "10. USD", "0.00 USD", "10.00 JPY", "10000000000.00 USD", "99999999999999999999.00 USD", "$10.00",
            "1e3 JPY",
            "١٠.٠٠ USD",
        ]
    )
    func refuses(_ text: String) {
        #expect(throws: InvalidInput.self) { try Money(parsing: text) }
    }
}
