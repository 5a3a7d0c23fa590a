import Faregate
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

/// Dodo's part of the sandbox. Its own client is compared with it elsewhere.
@Suite struct SandboxDodoTests {
    @Test("A checkout names its payment once there is one")
    func checkoutPayment() throws {
        let shop = try SandboxShop(.dodo, taxPercent: 20)
        let made = try shop.send("POST", "/checkouts", SandboxShop.dodoBody)
        let id = try made.text("session_id")
        #expect(try made.text("checkout_url") == "http://127.0.0.1:8080/sandbox/dodo/checkout/\(id)")
        #expect(try shop.send("GET", "/checkouts/\(id)").json["payment_id"] is NSNull)
        try shop.sandbox.perform(.decline, on: id)
        let declined = try shop.send("GET", "/checkouts/\(id)")
        #expect(try declined.text("payment_status") == "failed")
        try shop.sandbox.perform(.payLater, on: id)
        let later = try shop.send("GET", "/checkouts/\(id)")
        #expect(try later.text("payment_status") == "processing")
        #expect(try declined.text("payment_id") != later.text("payment_id"))
        try shop.sandbox.perform(.arrive, on: id)

        let payment = try shop.send("GET", "/payments/\(try later.text("payment_id"))")
        #expect(try payment.text("status") == "succeeded")
        #expect(try payment.number("total_amount") == 2400)
        #expect(try payment.number("tax") == 400)
        #expect(try payment.text("checkout_session_id") == id)
        #expect(try payment.list("product_cart").first?["quantity"] as? Int == 2)
        let metadata = try #require(payment.json["metadata"] as? [String: Any])
        #expect(metadata["faregate_purchase"] as? String == "pur_1")
        #expect(metadata["n"] as? Double == 1.5)
        #expect(metadata["b"] as? Bool == true)
        #expect(try shop.send("GET", "/payments").list("items").count == 2)
    }

    @Test(
        "The sandbox refuses what Dodo refuses, in Dodo's words",
        arguments: [
            ("", 422, "INVALID_REQUEST_BODY"), ("[]", 422, "INVALID_REQUEST_BODY"), ("{}", 422, "INVALID_REQUEST_BODY"),
            (#"{"product_cart":[]}"#, 422, "PRODUCT_CART_EMTPY"),
            (#"{"product_cart":[{"product_id":"x","quantity":1}]}"#, 404, "NOT_FOUND"),
            (#"{"product_cart":[{"product_id":"price_1","quantity":0}]}"#, 422, "INVALID_REQUEST_BODY"),
            (#"{"product_cart":[{"product_id":"price_1","quantity":"1"}]}"#, 422, "INVALID_REQUEST_BODY"),
            (
                #"{"product_cart":[{"product_id":"price_1","quantity":1}],"metadata":{"a b":"c"}}"#, 422,
                "INVALID_REQUEST_BODY"
            ),
            (
                #"{"product_cart":[{"product_id":"price_1","quantity":1}],"metadata":{"a":[]}}"#, 422,
                "INVALID_REQUEST_BODY"
            ),
            (#"{"product_cart":[{"product_id":"price_1","quantity":1}],"customer":{}}"#, 422, "INVALID_REQUEST_BODY"),
            (
                #"{"product_cart":[{"product_id":"price_1","quantity":1}],"return_url":"thanks"}"#, 422,
                "INVALID_REQUEST_BODY"
            ),
            (String(repeating: "[", count: 100_000), 422, "INVALID_REQUEST_BODY"),
            (String(repeating: " ", count: (1 << 20) + 1), 413, "INVALID_REQUEST_BODY"),
        ]
    )
    func refusals(body: String, status: Int, code: String) throws {
        let shop = try SandboxShop(.dodo)
        let reply = try shop.send("POST", "/checkouts", body)
        #expect(reply.status == status)
        #expect(try reply.text("code") == code)
        #expect(try !reply.text("message").isEmpty)
        let other = try shop.send("POST", "/checkouts", body, headers: [("Authorization", "Bearer other")])
        #expect(other.status == 401)
        #expect(try other.text("code") == "UNAUTHORIZED")
    }

    @Test("Payments, refunds and disputes are listed by page and by time, and each can be fetched by its id")
    func lists() throws {
        let shop = try SandboxShop(.dodo)
        let start = shop.clock.now
        var ids: [String] = []
        for _ in 0..<25 {
            let id = try shop.checkout(.pay, .refund(300), .dispute(700))
            ids.insert(try #require(shop.sandbox.checkout(id)?.payment?.id), at: 0)
            shop.clock.advance(milliseconds: 1000)
        }
        for (kind, name) in [("payments", "payment_id"), ("refunds", "refund_id"), ("disputes", "dispute_id")] {
            var seen: [String] = []
            for page in 0..<4 {
                let items = try shop.send("GET", "/\(kind)?page_size=10&page_number=\(page)").list("items")
                #expect(items.count == [10, 10, 5, 0][page])
                seen += items.compactMap { $0["payment_id"] as? String }
                let one = items.first?[name] as? String
                if let one { #expect(try shop.send("GET", "/\(kind)/\(one)").text(name) == one) }
            }
            #expect(seen == ids)
            let from = start.advanced(byMilliseconds: 20_000)
            let some = try shop.send("GET", "/\(kind)?created_at_gte=\(from)&created_at_lte=2026-01-01T00:00:22Z")
            #expect(try some.list("items").compactMap { $0["payment_id"] as? String } == Array(ids[2...4]))
            #expect(try shop.send("GET", "/\(kind)/x").status == 404)
            #expect(try shop.send("GET", "/\(kind)/\(shop.checkout())").status == 404)
            for query in ["page_size=0", "page_size=101", "page_number=-1", "created_at_gte=yesterday"] {
                #expect(try shop.send("GET", "/\(kind)?\(query)").status == 400, "\(query)")
            }
        }
        let dispute = try #require(try shop.send("GET", "/disputes").list("items").first)
        #expect(dispute["amount"] as? String == "700")
        #expect(try shop.send("GET", "/disputes?dispute_status=dispute_won").list("items").isEmpty)
    }

    @Test("A shop can refund through the API, and a refused refund names the reason")
    func apiRefunds() throws {
        let shop = try SandboxShop(.dodo)
        let id = try shop.checkout(.pay)
        let payment = try #require(shop.sandbox.checkout(id)?.payment?.id)
        func refund(_ amount: Int) throws -> SandboxReply {
            let body = #"{"payment_id":"\#(payment)","items":[{"item_id":"price_1","amount":\#(amount)}]}"#
            return try shop.send("POST", "/refunds", body)
        }
        #expect(try refund(500).text("status") == "succeeded")
        #expect(try refund(1501).text("code") == "REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT")
        let rest = try shop.send("POST", "/refunds", #"{"payment_id":"\#(payment)"}"#)
        #expect(try rest.number("amount") == 1500)
        #expect(rest.json["is_partial"] as? Bool == true)
        #expect(try refund(1).text("code") == "PAYMENT_ALREADY_REFUNDED")
        #expect(try shop.send("GET", "/payments/\(payment)").text("refund_status") == "full")
        #expect(try shop.send("POST", "/refunds", #"{"payment_id":"x"}"#).status == 404)
        let declined = try shop.checkout(.decline)
        let failed = try #require(shop.sandbox.checkout(declined)?.payment?.id)
        #expect(
            try shop.send("POST", "/refunds", #"{"payment_id":"\#(failed)"}"#).text("code") == "PAYMENT_NOT_SUCCEEDED"
        )
    }
}
