"""The sandbox's APIs, judged by the providers' own clients, at the running example server."""

import datetime
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import dodopayments
import dodopayments.types
import stripe

import signatures
from objects import judge_dodo, judge_stripe
from table import expect, same


class Shop:
    """The example server in the sandbox, and one of its customers."""

    def __init__(self, address, key, secret):
        self.address, self.key, self.secret = address, key, secret
        session = self.call("POST", "/api/session", {"user": "judge"})
        self.headers = {"Authorization": f"Bearer {session['token']}"}

    def call(self, method, path, body=None):
        return json.loads(self.send(method, path, json.dumps(body).encode() if body is not None else None))

    def send(self, method, path, body=None, headers=None):
        headers = {"Content-Type": "application/json", **getattr(self, "headers", {}), **(headers or {})}
        request = urllib.request.Request(self.address + path, data=body, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def status(self, path, body, headers):
        try:
            self.send("POST", path, body, headers)
            return 200
        except urllib.error.HTTPError as error:
            return error.code

    def checkout(self, provider, pack="50", quantity=2):
        return self.call("POST", "/api/billing/checkout", {"pack": pack, "quantity": quantity, "provider": provider})

    def act(self, provider, checkout, act, object_="", amount=""):
        form = urllib.parse.urlencode({"act": act, "object": object_, "amount": amount}).encode()
        path = f"/sandbox/{provider}/acts/{checkout}"
        self.send("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})

    def remaining(self):
        return self.call("GET", "/api/credits")["remaining"]

    def purchase(self, id_):
        return self.call("GET", f"/api/billing/purchases/{id_}")


# Stripe


def stripe_client(shop, key=None):
    return stripe.StripeClient(
        key or shop.key, base_addresses={"api": f"{shop.address}/sandbox/stripe"}, max_network_retries=0
    )


def stripe_api(shop):
    client = stripe_client(shop)
    count = 0

    # Their client opens checkouts, and reads those that ours opened.
    params = {
        "mode": "payment",
        "line_items": [{"price": "price_sandbox_50", "quantity": 2}],
        "metadata": {"a": "b", "\u00e9 & = +": "\u2603"},
        "success_url": "https://shop.example/thanks?id={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/packs",
        "customer_email": "ana@example.com",
        "client_reference_id": "ref_1",
        "payment_intent_data": {"metadata": {"c": "d"}},
    }
    key = {"idempotency_key": f"judge-{time.time_ns()}"}
    made = client.v1.checkout.sessions.create(params, key)
    judge_stripe(made)
    same(params["metadata"], made.metadata.to_dict(), "the metadata that came back")
    same(made.id, client.v1.checkout.sessions.create(params, key).id, "a checkout under the same key")
    try:
        client.v1.checkout.sessions.create({**params, "customer_email": "bob@example.com"}, key)
        expect(False, "the same key was taken for another request")
    except stripe.IdempotencyError as error:
        expect(error.http_status == 400 and error.request_id, "an idempotency error has a status and a request id")
    ours = shop.checkout("stripe")
    session_id = ours["url"].rsplit("/", 1)[1]
    session = client.v1.checkout.sessions.retrieve(session_id)
    judge_stripe(session)
    same(ours["purchase"], session.client_reference_id, "the purchase that Faregate's client sent along")
    same(ours["purchase"], session.metadata["faregate_purchase"], "the purchase in the metadata")
    same((2000, "usd", "unpaid"), (session.amount_total, session.currency, session.payment_status), "the session")
    count += 6

    # It is paid, refunded in parts and disputed, and their client reads all of it.
    shop.act("stripe", session_id, "pay")
    session = client.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent.latest_charge"]})
    same(("complete", "paid"), (session.status, session.payment_status), "the session that was paid")
    intent = session.payment_intent
    charge = intent.latest_charge
    judge_stripe(intent)
    judge_stripe(charge)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 500})
    judge_stripe(refund)
    try:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1501})
        expect(False, "more was refunded than is left")
    except stripe.InvalidRequestError as error:
        same("amount_too_large", error.code, "the code of a refund that is too large")
    shop.act("stripe", session_id, "dispute", amount="700")
    dispute = client.v1.disputes.list({"payment_intent": intent.id}).data[0]
    shop.act("stripe", session_id, "withdrawFunds", dispute.id)
    dispute = client.v1.disputes.retrieve(dispute.id)
    judge_stripe(dispute)
    same((700, [-700]), (dispute.amount, [t.amount for t in dispute.balance_transactions]), "the dispute")
    for thing in [
        client.v1.payment_intents.retrieve(intent.id), client.v1.charges.retrieve(charge.id),
        client.v1.refunds.retrieve(refund.id), client.v1.events.list({"limit": 1}).data[0],
    ]:
        judge_stripe(thing)
        count += 1
    same("charged back", shop.purchase(ours["purchase"])["status"], "what the shop makes of it")
    same(40, shop.purchase(ours["purchase"])["credits"], "100 credits less 60 percent")

    # Their client pages through lists to the end.
    for _ in range(12):
        shop.checkout("stripe")
    found = list(client.v1.checkout.sessions.list({"limit": 5}).auto_paging_iter())
    for session in found:
        judge_stripe(session)
    expect(len(found) >= 14 and len({s.id for s in found}) == len(found), f"{len(found)} sessions were listed")
    one = client.v1.checkout.sessions.list({"payment_intent": intent.id}).data
    same([session_id], [s.id for s in one], "the sessions of a payment")
    late = client.v1.checkout.sessions.list({"created": {"gte": int(time.time()) + 60}}).data
    same([], late, "the sessions of the future")

    # Errors are of the kinds that their client knows.
    for broken, kind, code in [
        (lambda: stripe_client(shop, "sk_test_other").v1.refunds.list(), stripe.AuthenticationError, None),
        (lambda: client.v1.checkout.sessions.retrieve("cs_none"), stripe.InvalidRequestError, "resource_missing"),
        (lambda: client.v1.checkout.sessions.create({**params, "line_items": [{"price": "price_none"}]}),
         stripe.InvalidRequestError, "resource_missing"),
        (lambda: client.v1.checkout.sessions.create({"mode": "payment"}),
         stripe.InvalidRequestError, "parameter_missing"),
    ]:
        try:
            broken()
            expect(False, f"no {kind.__name__} where there should be one")
        except kind as error:
            same(code, error.code, f"the code of {kind.__name__}")
            expect(error.request_id, f"{kind.__name__} has a request id")
        count += 1
    return count + len(found) + 8


def stripe_webhook(shop):
    """What their SDK signs, the server takes; what nobody signed changes nothing."""
    before, opened = shop.remaining(), shop.checkout("stripe")
    session = stripe_client(shop).v1.checkout.sessions.retrieve(opened["url"].rsplit("/", 1)[1]).to_dict()
    session.update(payment_status="paid", status="complete", payment_intent="pi_judge")
    event = {
        "id": f"evt_judge_{time.time_ns()}", "object": "event", "type": "checkout.session.completed",
        "livemode": False, "api_version": "2026-10-28.endive", "data": {"object": session},
    }
    body, now = json.dumps(event).encode(), int(time.time())
    path = "/api/payments/stripe/webhook"
    for secret, at in [("whsec_other", now), (shop.secret, now - 310), (shop.secret, now + 310)]:
        header = signatures.stripe_signs(body, secret, at)
        same(400, shop.status(path, body, {"Stripe-Signature": header}), "the answer to a forged or stale webhook")
    same(before, shop.remaining(), "the balance after forged webhooks")
    for _ in range(2):
        header = signatures.stripe_signs(body, shop.secret, now)
        same(200, shop.status(path, body, {"Stripe-Signature": header}), "the answer to a webhook of the SDK")
        same(before + 100, shop.remaining(), "the balance after it")
    return 6


# Dodo


def dodo_client(shop, key=None):
    return dodopayments.DodoPayments(
        bearer_token=key or shop.key, base_url=f"{shop.address}/sandbox/dodo", webhook_key=shop.secret, max_retries=0
    )


def raw(response, cls):
    """The answer as it came, held to what the SDK says that it looks like."""
    judge_dodo(cls, response.http_response.json())
    return response.parse()


def dodo_api(shop):
    client, types = dodo_client(shop), dodopayments.types
    count = 0

    made = raw(
        client.checkout_sessions.with_raw_response.create(
            product_cart=[{"product_id": "pdt_sandbox_50", "quantity": 2}],
            customer={"email": "ana@example.com", "name": "Ana"},
            metadata={"a": "b", "n": 1.5, "t": True},
            return_url="https://shop.example/thanks",
            cancel_url="https://shop.example/packs",
        ),
        types.CheckoutSessionResponse,
    )
    status = raw(client.checkout_sessions.with_raw_response.retrieve(made.session_id), types.CheckoutSessionStatus)
    same(None, status.payment_id, "the payment of a checkout that nobody paid")
    product = raw(client.products.with_raw_response.retrieve("pdt_sandbox_50"), types.Product)
    same((1000, "USD"), (product.price.price, product.price.currency), "the product's price")
    count += 3

    # Faregate's client opened this one.
    ours = shop.checkout("dodo")
    session_id = ours["url"].rsplit("/", 1)[1]
    shop.act("dodo", session_id, "payLater")
    shop.act("dodo", session_id, "arrive")
    status = raw(client.checkout_sessions.with_raw_response.retrieve(session_id), types.CheckoutSessionStatus)
    payment = raw(client.payments.with_raw_response.retrieve(status.payment_id), types.Payment)
    same(("succeeded", 2000, session_id), (payment.status, payment.total_amount, payment.checkout_session_id), "it")
    same(ours["purchase"], payment.metadata["faregate_purchase"], "the purchase that Faregate's client sent along")
    refund = raw(
        client.refunds.with_raw_response.create(
            payment_id=payment.payment_id, items=[{"item_id": "pdt_sandbox_50", "amount": 500}]
        ),
        types.Refund,
    )
    same(("succeeded", 500, True), (refund.status, refund.amount, refund.is_partial), "the refund")
    raw(client.refunds.with_raw_response.retrieve(refund.refund_id), types.Refund)
    shop.act("dodo", session_id, "dispute", amount="700")
    listed = client.disputes.list(page_number=0, page_size=100).items
    dispute = next(d for d in listed if d.payment_id == payment.payment_id)
    shop.act("dodo", session_id, "lose", dispute.dispute_id)
    dispute = raw(client.disputes.with_raw_response.retrieve(dispute.dispute_id), types.GetDispute)
    same(("dispute_lost", "700"), (dispute.dispute_status, dispute.amount), "the dispute")
    payment = raw(client.payments.with_raw_response.retrieve(payment.payment_id), types.Payment)
    same((1, 1), (len(payment.refunds), len(payment.disputes)), "the payment's refunds and disputes")
    same("charged back", shop.purchase(ours["purchase"])["status"], "what the shop makes of it")
    same(40, shop.purchase(ours["purchase"])["credits"], "100 credits less 60 percent")
    count += 9

    # Lists, page by page: the SDK's own pager begins at 1, and Dodo at 0.
    for _ in range(12):
        shop.act("dodo", shop.checkout("dodo")["url"].rsplit("/", 1)[1], "pay")
    since = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)
    for resource, cls in [
        (client.payments, types.PaymentListResponse), (client.refunds, types.RefundListItem),
        (client.disputes, types.DisputeListResponse),
    ]:
        seen, page = [], 0
        while True:
            answer = resource.with_raw_response.list(page_number=page, page_size=5, created_at_gte=since)
            items = answer.http_response.json()["items"]
            if not items:
                break
            for item in items:
                judge_dodo(cls, item)
            seen += items
            page += 1
            count += 1
        names = {json.dumps(item, sort_keys=True) for item in seen}
        expect(len(names) == len(seen) > 0, f"{len(seen)} of {cls.__name__} were listed, {len(names)} different ones")
    future = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    same([], client.payments.list(created_at_gte=future).items, "the payments of the future")

    for broken, kind, code in [
        (lambda: dodo_client(shop, "other").payments.list(), dodopayments.AuthenticationError, "UNAUTHORIZED"),
        (lambda: client.payments.retrieve("pay_none"), dodopayments.NotFoundError, "NOT_FOUND"),
        (lambda: client.checkout_sessions.create(product_cart=[]),
         dodopayments.UnprocessableEntityError, "PRODUCT_CART_EMTPY"),
        (lambda: client.refunds.create(payment_id=payment.payment_id, items=[
            {"item_id": "pdt_sandbox_50", "amount": 1501}]),
         dodopayments.UnprocessableEntityError, "REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT"),
    ]:
        try:
            broken()
            expect(False, f"no {kind.__name__} where there should be one")
        except kind as error:
            same({"code", "message"}, set(error.body), "the members of an error")
            same(code, error.body["code"], f"the code of {kind.__name__}")
        count += 1
    return count


def dodo_webhook(shop):
    before, opened = shop.remaining(), shop.checkout("dodo")
    session_id = opened["url"].rsplit("/", 1)[1]
    moment = datetime.datetime.now(datetime.timezone.utc).isoformat()
    data = {
        "payment_id": f"pay_judge_{time.time_ns()}", "checkout_session_id": session_id, "status": "succeeded",
        "total_amount": 2000, "currency": "USD", "tax": 0, "metadata": {"faregate_purchase": opened["purchase"]},
        "customer": {"customer_id": "cus_1", "email": "ana@example.com", "name": "Ana"},
    }
    event = {"business_id": "bus_1", "type": "payment.succeeded", "timestamp": moment, "data": data}
    body, now, path = json.dumps(event).encode(), int(time.time()), "/api/payments/dodo/webhook"
    name = f"msg_judge_{time.time_ns()}"
    for secret, at in [(signatures.DODO_SECRETS[2], now), (shop.secret, now - 310), (shop.secret, now + 310)]:
        headers = signatures.dodo_signs(body, secret, at, name)
        same(400, shop.status(path, body, headers), "the answer to a forged or stale webhook")
    same(before, shop.remaining(), "the balance after forged webhooks")
    for _ in range(2):
        headers = signatures.dodo_signs(body, shop.secret, now, name)
        same(200, shop.status(path, body, headers), "the answer to a webhook of the SDK")
        same(before + 100, shop.remaining(), "the balance after it")
    return 6
