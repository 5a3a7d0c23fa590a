import Faregate
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

/// Stripe's part of the sandbox. Its own client is compared with it elsewhere.
@Suite struct SandboxStripeTests {
    private let path = "/v1/checkout/sessions"

    @Test("A session looks as Stripe makes it")
    func session() throws {
        let shop = try SandboxShop(.stripe, taxPercent: 10)
        let session = try shop.send("POST", path, shop.form)
        #expect(session.status == 200)
        #expect(try session.text("id").hasPrefix("cs_test_"))
        #expect(try session.number("amount_total") == 2200)
        #expect(try session.number("amount_subtotal") == 2000)
        #expect(try session.text("currency") == "usd")
        #expect(try session.text("payment_status") == "unpaid")
        #expect(session.json["payment_intent"] is NSNull)
        #expect(session.json["metadata"] as? [String: String] == ["faregate_purchase": "pur_1"])
        #expect(try session.text("success_url") == "https://shop.example/thanks?id={CHECKOUT_SESSION_ID}")
        #expect(session.header("Request-Id")?.hasPrefix("req_") == true)
    }

    @Test(
        "The sandbox refuses what Stripe refuses, in Stripe's words",
        arguments: [
            ("", "parameter_missing", "mode"), ("mode=payment", "parameter_missing", "line_items"),
            ("mode=subscription", "", "mode"),
            ("mode=payment&line_items[0][quantity]=1", "parameter_missing", "line_items[0][price]"),
            ("mode=payment&line_items[0][price]=price_2", "resource_missing", "line_items[0][price]"),
            (
                "mode=payment&line_items[0][price]=huge&line_items[0][quantity]=9", "resource_missing",
                "line_items[0][price]"
            ),
            (
                "mode=payment&line_items[0][price]=price_1&line_items[0][quantity]=x", "parameter_invalid_integer",
                "line_items[0][quantity]"
            ),
            ("mode=payment&line_items[0][price]=price_1&line_items[0][quantity]=0", "", "line_items[0][quantity]"),
            ("mode=payment&line_items[0][price]=price_1", "parameter_missing", "success_url"),
            ("mode=payment&line_items[0][price]=price_1&success_url=ftp://x", "url_invalid", "success_url"),
            (SandboxShop.stripeForm + "&customer_email=nobody", "email_invalid", "customer_email"),
            (SandboxShop.stripeForm + "&colour=blue", "parameter_unknown", "colour"),
            (SandboxShop.stripeForm + "&expires_at=5", "", "expires_at"),
            (
                SandboxShop.stripeForm + "&client_reference_id=" + String(repeating: "x", count: 201), "",
                "client_reference_id"
            ),
            (SandboxShop.stripeForm + "&metadata[k]=" + String(repeating: "x", count: 501), "", "metadata[k]"),
            (SandboxShop.stripeForm + "&metadata[" + String(repeating: "k", count: 41) + "]=v", "", "metadata"),
            (SandboxShop.stripeForm + (0..<50).map { "&metadata[k\($0)]=v" }.joined(), "", "metadata"),
            (SandboxShop.stripeForm + "&expand[]=colour", "", "expand"),
        ]
    )
    func refusals(form: String, code: String, param: String) throws {
        let shop = try SandboxShop(.stripe)
        let reply = try shop.send("POST", path, form)
        #expect(reply.status == 400)
        #expect(reply.error["type"] as? String == "invalid_request_error")
        #expect(reply.error["code"] as? String ?? "" == code)
        #expect(reply.error["param"] as? String == param)
        #expect(reply.error["message"] as? String != nil)
    }

    @Test("A wrong key and an impossible API version are refused")
    func wrongKey() throws {
        let shop = try SandboxShop(.stripe)
        for key in ["Bearer sk_test_other", "Bearer ", "Basic sk_test_sandbox", ""] {
            let reply = try shop.send("GET", path, headers: [("Authorization", key)])
            #expect(reply.status == 401)
            #expect(reply.header("WWW-Authenticate") != nil)
        }
        #expect(try shop.send("GET", path, headers: [("X", "y")]).status == 401)
        let headers = [("authorization", "Bearer \(shop.key)"), ("stripe-version", "tomorrow")]
        #expect(try shop.send("GET", path, headers: headers.map { (name: $0.0, value: $0.1) }).status == 400)
        for address in ["/", "/v1", "/v1/", "/v2/refunds", "/v1/refunds/re_1/x", "/v1/checkout/sessions/cs_1/expire/x"]
        {
            #expect(try shop.send("GET", address).status == 404)
            #expect(try shop.send("POST", address).status == 404)
        }
    }

    @Test("An idempotency key gets the same answer for a day, and an error for another request")
    func idempotency() throws {
        let shop = try SandboxShop(.stripe)
        let headers = [(name: "Authorization", value: "Bearer \(shop.key)"), (name: "Idempotency-Key", value: "k1")]
        // A request that was refused before it began is not remembered.
        #expect(try shop.send("POST", path, "mode=payment", headers: headers).status == 400)
        let first = try shop.send("POST", path, SandboxShop.stripeForm, headers: headers)
        let again = try shop.send("POST", path, SandboxShop.stripeForm, headers: headers)
        #expect(try first.text("id") == again.text("id"))
        #expect(first.header("Idempotent-Replayed") == nil)
        #expect(again.header("Idempotent-Replayed") == "true")
        for (address, form) in [(path, SandboxShop.stripeForm + "&locale=en"), ("/v1/refunds", SandboxShop.stripeForm)]
        {
            let other = try shop.send("POST", address, form, headers: headers)
            #expect(other.status == 400)
            #expect(other.error["type"] as? String == "idempotency_error")
        }
        shop.clock.advance(milliseconds: 24 * 60 * 60 * 1000)
        let nextDay = try shop.send("POST", path, SandboxShop.stripeForm, headers: headers)
        #expect(try first.text("id") != nextDay.text("id"))
        let long = headers.dropLast() + [(name: "Idempotency-Key", value: String(repeating: "k", count: 256))]
        #expect(try shop.send("POST", path, SandboxShop.stripeForm, headers: Array(long)).status == 400)
    }

    @Test("Sessions are listed by page, latest first, by time and by payment")
    func lists() throws {
        let shop = try SandboxShop(.stripe)
        var ids: [String] = []
        for _ in 0..<25 {
            ids.insert(try shop.checkout(.pay), at: 0)
            shop.clock.advance(milliseconds: 1000)
        }
        var seen: [String] = []
        var after = ""
        for pageSize in [10, 10, 5] {
            let page = try shop.send("GET", path + "?limit=10" + after)
            let found = try page.list("data").compactMap { $0["id"] as? String }
            #expect(found.count == pageSize)
            #expect(page.json["has_more"] as? Bool == (pageSize == 10))
            seen += found
            after = "&starting_after=\(found.last ?? "")"
        }
        #expect(seen == ids)
        let start = shop.clock.now.rawValue / 1000 - 25
        let some = try shop.send("GET", path + "?created[gte]=\(start + 20)&created%5Blt%5D=\(start + 23)&limit=100")
        #expect(try some.list("data").compactMap { $0["id"] as? String } == Array(ids[2...4]))
        let back = try shop.send("GET", path + "?ending_before=\(ids[5])&limit=2").list("data")
        #expect(back.compactMap { $0["id"] as? String } == Array(ids[3...4]))
        let payment = try #require(shop.sandbox.checkout(ids[7])?.payment?.id)
        let one = try shop.send("GET", path + "?payment_intent=\(payment)").list("data")
        #expect(one.compactMap { $0["id"] as? String } == [ids[7]])
        for query in [
            "limit=0", "limit=101", "limit=x", "starting_after=cs_1", "created[gte]=x", "created[eq]=1", "x=1",
        ] {
            #expect(try shop.send("GET", path + "?" + query).status == 400, "\(query)")
        }
    }

    @Test("Every object of a checkout can be fetched and expanded")
    func objects() throws {
        let shop = try SandboxShop(.stripe)
        let id = try shop.checkout(.pay, .refund(300), .refundLater(200), .warn(nil), .dispute(2500))
        let payment = try #require(shop.sandbox.checkout(id)?.payment)
        #expect(try shop.send("GET", "/v1/payment_intents/\(payment.id)").text("status") == "succeeded")
        let charges = try shop.send("GET", "/v1/charges?payment_intent=\(payment.id)").list("data")
        #expect(charges.first?["amount_refunded"] as? Int == 500)
        #expect(charges.first?["disputed"] as? Bool == true)
        let charge = try #require(charges.first?["id"] as? String)
        let refunds = try shop.send("GET", "/v1/refunds?charge=\(charge)").list("data")
        #expect(refunds.compactMap { $0["status"] as? String } == ["pending", "succeeded"])
        let disputes = try shop.send("GET", "/v1/disputes").list("data")
        #expect(disputes.compactMap { $0["status"] as? String } == ["needs_response", "warning_needs_response"])
        #expect(disputes.compactMap { $0["amount"] as? Int } == [2500, 2000])
        for kind in ["refunds", "disputes", "charges", "payment_intents", "events", "checkout/sessions"] {
            let first = try #require(try shop.send("GET", "/v1/\(kind)").list("data").first?["id"] as? String)
            #expect(try shop.send("GET", "/v1/\(kind)/\(first)").text("id") == first)
            let missing = try shop.send("GET", "/v1/\(kind)/x_1")
            #expect(missing.status == 404)
            #expect(missing.error["code"] as? String == "resource_missing")
        }
        let whole = try shop.send("GET", "\(path)/\(id)?expand[]=payment_intent.latest_charge")
        let intent = try #require(whole.json["payment_intent"] as? [String: Any])
        #expect((intent["latest_charge"] as? [String: Any])?["receipt_url"] as? String != nil)
        #expect(whole.json["line_items"] == nil)
        let list = try shop.send("GET", "\(path)?expand[]=data.payment_intent").list("data")
        #expect(list.first?["payment_intent"] is [String: Any])
        #expect(try shop.send("GET", "\(path)/\(id)?expand[]=a.b.c.d.e").status == 400)
    }

    @Test("A session's line items are shown on request, in a list too, and never in an event")
    func lineItems() throws {
        let shop = try SandboxShop(.stripe, taxPercent: 10)
        let id = try shop.checkout(.pay)
        let both = "expand[]=payment_intent.latest_charge&expand%5B%5D=line_items"
        let session = try shop.send("GET", "\(path)/\(id)?\(both)").json
        let list = try shop.send("GET", "\(path)?expand[0]=data.line_items&expand[1]=data.payment_intent").list("data")
        for session in [session, list.first ?? [:]] {
            #expect(session["payment_intent"] is [String: Any])
            let items = try #require(session["line_items"] as? [String: Any])
            #expect(items["object"] as? String == "list" && items["has_more"] as? Bool == false)
            let item = try #require((items["data"] as? [[String: Any]])?.first)
            #expect(item["quantity"] as? Int == 2 && item["amount_total"] as? Int == 2200)
            #expect((item["price"] as? [String: Any])?["id"] as? String == "price_1")
        }
        #expect(try shop.webhooks().allSatisfy { try $0.object["line_items"] == nil })
        #expect(try shop.send("GET", "/v1/events?expand[]=data.line_items").status == 400)
    }

    @Test("A shop can refund and expire through the API, and a refused request names the reason")
    func apiRefunds() throws {
        let shop = try SandboxShop(.stripe)
        let id = try shop.checkout(.pay)
        let payment = try #require(shop.sandbox.checkout(id)?.payment?.id)
        let refund = try shop.send("POST", "/v1/refunds", "payment_intent=\(payment)&amount=700")
        #expect(try refund.text("status") == "succeeded")
        let more = try shop.send("POST", "/v1/refunds", "payment_intent=\(payment)&amount=1301")
        #expect(more.error["code"] as? String == "amount_too_large")
        #expect(try shop.send("POST", "/v1/refunds", "payment_intent=\(payment)").number("amount") == 1300)
        let again = try shop.send("POST", "/v1/refunds", "payment_intent=\(payment)")
        #expect(again.error["code"] as? String == "charge_already_refunded")
        #expect(try shop.send("POST", "/v1/refunds", "amount=1").status == 400)
        #expect(try shop.send("POST", "/v1/refunds", "charge=ch_1").status == 404)
        #expect(try shop.send("POST", "/v1/refunds/\(refund.text("id"))/cancel").status == 400)
        #expect(try shop.send("POST", "\(path)/\(id)/expire").status == 400)
        let open = try shop.checkout()
        #expect(try shop.send("POST", "\(path)/\(open)/expire").text("status") == "expired")

        let pending = try shop.checkout(.pay, .refundLater(nil))
        let late = try #require(shop.sandbox.checkout(pending)?.payment?.refunds.last?.id)
        #expect(try shop.send("POST", "/v1/refunds/\(late)/cancel").text("status") == "canceled")
        #expect(shop.sandbox.checkout(pending)?.keptMinorUnits == 2000)
    }

}
