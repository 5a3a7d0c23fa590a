import Faregate
import FaregateSandbox
import FaregateTesting
import Foundation
import TestSupport
import Testing

@Suite struct SandboxActsTests {
    @Test(
        "A purchase's money is what was paid, less refunds and disputes",
        arguments: [
            ([.pay], 2000), ([.decline], 0), ([.decline, .pay], 2000), ([.payLater], 0), ([.payLater, .arrive], 2000),
            ([.payLater, .bounce], 0), ([.expire], 0),
            ([.pay, .refund(500)], 1500), ([.pay, .refund(500), .refund(nil)], 0), ([.pay, .refundLater(500)], 1500),
            ([.pay, .refundLater(500), .completeRefund("")], 1500), ([.pay, .refund(500), .failRefund("")], 2000),
            ([.pay, .dispute(nil), .lose("")], 0),
            ([.pay, .dispute(300), .lose("")], 1700), ([.pay, .dispute(nil), .lose(""), .win("")], 2000),
            ([.pay, .refund(1500), .dispute(1500), .lose("")], 0),
        ] as [([SandboxAct], Int64)]
    )
    func money(acts: [SandboxAct], kept: Int64) throws {
        for provider in PaymentSandbox.Provider.allCases {
            let shop = try SandboxShop(provider)
            let id = try shop.checkout()
            for act in acts {
                // At Stripe a dispute is lost after its money was taken.
                if provider == .stripe, act == .lose("") { try shop.perform(.withdrawFunds(""), on: id) }
                try shop.perform(act, on: id)
            }
            #expect(shop.sandbox.checkout(id)?.keptMinorUnits == kept, "\(provider)")
        }
    }

    @Test(
        "Stripe takes a dispute's money when it says so, and Dodo when the dispute is opened",
        arguments: [
            (.stripe, [.pay, .warn(nil)], 2000), (.stripe, [.pay, .dispute(nil)], 2000),
            (.stripe, [.pay, .dispute(300), .withdrawFunds("")], 1700),
            (.stripe, [.pay, .warn(300), .withdrawFunds("")], 1700),
            (.stripe, [.pay, .dispute(300), .withdrawFunds(""), .reinstateFunds("")], 2000),
            (.dodo, [.pay, .warn(300)], 1700), (.dodo, [.pay, .dispute(300)], 1700),
            (.dodo, [.pay, .dispute(300), .challenge("")], 1700), (.dodo, [.pay, .dispute(300), .callOff("")], 2000),
            (.dodo, [.pay, .dispute(300), .accept("")], 1700), (.dodo, [.pay, .dispute(300), .lapse("")], 1700),
            (.dodo, [.pay, .dispute(300), .win(""), .appeal("")], 1700),
            (.dodo, [.pay, .dispute(300), .lose(""), .appeal(""), .win("")], 2000),
        ] as [(PaymentSandbox.Provider, [SandboxAct], Int64)]
    )
    func disputeTiming(provider: PaymentSandbox.Provider, acts: [SandboxAct], kept: Int64) throws {
        let shop = try SandboxShop(provider)
        let id = try shop.checkout()
        for act in acts { try shop.perform(act, on: id) }
        #expect(shop.sandbox.checkout(id)?.keptMinorUnits == kept)
    }

    @Test(
        "An offered act can be done, and any other act is refused and changes nothing", arguments: [1, 2, 3, 4, 5, 6])
    func offers(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for provider in PaymentSandbox.Provider.allCases {
            let shop = try SandboxShop(provider)
            let id = try shop.checkout()
            for _ in 0..<40 {
                let offered = shop.sandbox.acts(on: id)
                for act in SandboxAct.withoutIDs where !offered.contains(act) {
                    #expect(throws: SandboxRefusal.self) { try shop.sandbox.perform(act, on: id) }
                }
                #expect(shop.sandbox.acts(on: id) == offered)
                guard let act = offered.randomElement(using: &random) else { break }
                try shop.sandbox.perform(act, on: id)
                let checkout = try #require(shop.sandbox.checkout(id))
                #expect((0...checkout.total.minorUnits).contains(checkout.keptMinorUnits))
            }
        }
    }

    @Test("A refund can't exceed what is left of the payment")
    func refundLimit() throws {
        let shop = try SandboxShop(.stripe)
        let id = try shop.checkout(.pay, .refund(1500))
        for amount: Int64 in [501, 0, -1, .max, .min] {
            #expect(throws: SandboxRefusal.self) { try shop.sandbox.perform(.refund(amount), on: id) }
        }
        try shop.sandbox.perform(.refund(500), on: id)
        #expect(shop.sandbox.checkout(id)?.keptMinorUnits == 0)
    }

    @Test("A checkout expires by itself after its time and can't be paid afterwards")
    func expiry() throws {
        let shop = try SandboxShop(.stripe)
        let id = try shop.checkout()
        shop.clock.advance(milliseconds: 24 * 60 * 60 * 1000 - 1)
        #expect(shop.sandbox.acts(on: id).contains(.pay))
        shop.clock.advance(milliseconds: 1)
        #expect(throws: SandboxRefusal.self) { try shop.sandbox.perform(.pay, on: id) }
        #expect(shop.webhooks().map(\.type) == ["checkout.session.expired"])
        #expect(try shop.send("GET", "/v1/checkout/sessions/\(id)").text("status") == "expired")
    }

    @Test("The oldest events beyond the limit are deleted and not delivered")
    func oldEvents() throws {
        let shop = try SandboxShop(.stripe)
        let limit = Depth.of(quick: 2000, thorough: 20_000)
        shop.sandbox.keepAtMost(checkouts: limit, events: limit)
        _ = try shop.checkout(.pay)
        let first = try #require(try shop.send("GET", "/v1/events").list("data").last?["id"] as? String)
        for _ in 0..<limit / 3 + 34 { _ = try shop.checkout(.pay) }
        #expect(try shop.send("GET", "/v1/events/\(first)").status == 404)
        #expect((limit / 2...limit).contains(shop.sandbox.waitingWebhooks))
        #expect(shop.sandbox.nextWebhook()?.event != first)
    }

    @Test("The oldest checkouts beyond the limit are deleted")
    func oldCheckouts() throws {
        let shop = try SandboxShop(.dodo)
        let limit = Depth.of(quick: 1000, thorough: 10_000)
        shop.sandbox.keepAtMost(checkouts: limit, events: 20_000)
        let first = try shop.checkout(.pay)
        for _ in 0..<limit { _ = try shop.checkout() }
        #expect(shop.sandbox.checkout(first) == nil)
        #expect(shop.sandbox.checkouts(count: .max).count <= limit)
        // Its webhook is about a checkout that was deleted.
        #expect(shop.webhooks().isEmpty)
    }
}

extension SandboxAct {
    fileprivate static let withoutIDs: [SandboxAct] = [
        .pay, .payLater, .arrive, .bounce, .decline, .expire, .refund(nil), .refundLater(nil), .completeRefund("x"),
        .failRefund("x"), .cancelRefund("x"), .warn(nil), .closeWarning("x"), .dispute(nil), .withdrawFunds("x"),
        .reinstateFunds("x"), .win("x"), .lose("x"), .challenge("x"), .accept("x"), .lapse("x"), .callOff("x"),
        .appeal("x"),
    ]
}
