import Faregate
import Foundation
import Testing

@Suite("Credits by source") struct CreditsBySourceTests {
    @Test("The JSON of credits by source has only the sources with credits")
    func json() throws {
        let credits: AccountBalance.Sources = [.promotion: 7, .plan: 50, .purchase: 0]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(credits), as: UTF8.self)
        #expect(text == #"{"plan":50,"promotion":7}"#)
        #expect(try JSONDecoder().decode(AccountBalance.Sources.self, from: Data(text.utf8)) == credits)
    }

    @Test("An unknown source and an amount out of range are refused")
    func refusedJSON() {
        for text in [#"{"lottery":1}"#, #"{"plan":9007199254740992}"#, #"{"plan":"1"}"#] {
            #expect(throws: (any Error).self) {
                try JSONDecoder().decode(AccountBalance.Sources.self, from: Data(text.utf8))
            }
        }
    }

    @Test("Credits by source list only the sources with credits, sorted by name")
    func list() {
        var credits: AccountBalance.Sources = [.purchase: 3, .adjustment: 1]
        credits[.promotion] = 2
        credits[.adjustment] = 0
        #expect(credits.map(\.source) == [.promotion, .purchase])
        #expect(credits.map(\.credits) == [2, 3])
        #expect(credits[.plan] == 0)
    }
}
