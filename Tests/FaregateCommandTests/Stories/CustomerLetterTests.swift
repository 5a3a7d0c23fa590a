import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// What customers write, and how support finds the answer.
@Suite(.endsWhenStuck) struct CustomerLetterTests {
    @Test("\"Why did this cost 25?\"")
    func dear() async throws {
        try await Shop.open { shop in
            try shop.type("faregate run generate --account ana --attribute size=large -- true")
            try shop.type("faregate history ana", "-25 generate")
            try shop.type("faregate explain 1", "generate cost 25 credits", "size is \"large\"")
        }
    }

    @Test("\"I paid and got nothing\"")
    func paid() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let now = SystemClock().now
            let id: Purchase.ID = "pur_1"
            try await ledger.record(Sale.purchase(id), under: .empty, at: now)
            let url = try #require(URL(string: "https://pay.example/1"))
            try await ledger.attach(
                Purchase.Checkout(purchase: id, id: "cs_1", url: url, expiresAt: nil), to: id, at: now)
            let shop = Shop(faregate: faregate)
            try shop.type("faregate purchases --find cs_1", "pur_1", "faregate reconcile")
        }
    }

    @Test("\"I was charged twice\"")
    func twice() async throws {
        try await Shop.open { shop in
            for _ in 1...2 { try shop.type("faregate run chat --account ana -- true") }
            try shop.type("faregate history ana", "-2 chat 2", "-2 chat 1")
            try shop.type("faregate refund 2 --reason 'the page was loaded twice'", "2 credits")
            try shop.type("faregate refund 2 --reason 'the page was loaded twice'", "already given back")
            try shop.type("faregate explain 2", "2 credits", "the page was loaded twice")
            try shop.type("faregate balance ana", "98")
        }
    }

    @Test("\"Refund my last purchase\"")
    func refundPurchase() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let now = SystemClock().now
            try await ledger.record(Sale.purchase("pur_1"), under: .empty, at: now)
            let names = Purchase.Names(purchase: "pur_1", payments: ["pi_1"])
            let paid = Purchase.Event(names: names, fact: .paid(1000))
            _ = try await ledger.record([paid], of: "stripe", isRehearsal: false, at: now)
            let shop = Shop(faregate: faregate)
            try shop.type("faregate purchases ana", "pur_1", "paid")
            try shop.type("faregate purchases show pur_1", "pi_1")
            // The payment is given back at the provider; its webhook takes the credits.
            let refunded = Purchase.Event(names: names, fact: .refund(1000))
            _ = try await ledger.record([refunded], of: "stripe", isRehearsal: false, at: now)
            try shop.type("faregate purchases ana", "pur_1", "refunded")
            try shop.type("faregate history ana", "taken back: purchase")
        }
    }

    @Test("\"My credits vanished\"")
    func vanished() async throws {
        try await Shop.open { shop in
            try shop.type("faregate grant ana 30 --source promotion --expires 1ms --reason 'old voucher'")
            try shop.type("faregate run chat --account ana -- true")
            try shop.type("faregate history ana", "-30 expired: promotion", "+30 grant: promotion", "old voucher")
        }
    }

    @Test("\"Delete my data\"")
    func forget() async throws {
        try await Shop.open { shop in
            try shop.type("faregate run chat --account ana -- true")
            try shop.type("faregate forget ana --reason 'asked by mail' --yes", "ana")
        }
    }

    @Test("\"Upgrade me\"")
    func upgrade() async throws {
        try await Shop.open { shop in
            try shop.type("faregate run chat --account ana -- true")
            try shop.type(
                "faregate plan ana pro --reason 'asked by mail'", "ana is now on plan pro (was on plan free)",
                "1098 credits")
        }
    }

    @Test("\"When can I go on?\"")
    func limited() async throws {
        try await Shop.open { shop in
            for _ in 1...3 { try shop.type("faregate run generate --account ana -- true") }
            try shop.type("faregate run generate --account ana -- true", status: 1, "limited to 3 calls per day")
            try shop.type("faregate standing ana", "generate is limited to 3 calls per day; 3 used, until 20")
            try shop.type("faregate refusals ana", "generate is limited to 3 calls per day", "allowed from 20")
        }
    }

    @Test("\"Give my colleague credits\"")
    func colleague() async throws {
        try await Shop.open { shop in
            try shop.type("faregate grant ben 20 --reason 'asked by ana'", "granted 20 credits; ben has 120 credits")
            try shop.type("faregate history ben", "+20 grant: adjustment", "asked by ana")
        }
    }

    @Test("\"What did our team use last month?\"")
    func team() async throws {
        try await Shop.open { shop in
            try shop.type("faregate run generate --account acme --member mia -- true")
            try shop.type("faregate run chat --account acme --member noa -- true")
            try shop.type("faregate usage acme --since 1mo --by member", "mia 1 10 0", "noa 1 2 0", "total 2 12 0")
        }
    }
}
