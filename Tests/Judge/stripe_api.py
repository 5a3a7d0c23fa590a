"""The sandbox's Stripe, judged by Stripe's own client at the running example server."""

import json
import time

import stripe

import signatures
from objects import judge_stripe
from table import expect, same


def client_of(shop, key=None):
    return stripe.StripeClient(
        key or shop.key, base_addresses={"api": f"{shop.address}/sandbox/stripe"}, max_network_retries=0
    )


def client_uses_it(shop):
    client = client_of(shop)
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
    sold = (session.metadata["faregate_product"], session.metadata["faregate_quantity"])
    same(("price_sandbox_50", "2"), sold, "what is sold in the metadata")
    same((2000, "usd", "unpaid"), (session.amount_total, session.currency, session.payment_status), "the session")
    count += 7

    # It is paid, refunded in parts and disputed, and their client reads all of it.
    shop.act("stripe", session_id, "pay")
    session = client.v1.checkout.sessions.retrieve(
        session_id, {"expand": ["payment_intent.latest_charge", "line_items"]}
    )
    [item] = session.line_items.data
    judge_stripe(session)
    judge_stripe(item)
    judge_stripe(item.price)
    same(("price_sandbox_50", 2, 2000), (item.price.id, item.quantity, item.amount_total), "what the session sells")
    listed = client.v1.checkout.sessions.list({"expand": ["data.line_items"]}).data[0]
    same([item.id], [item.id for item in listed.line_items.data], "the line items in a list")
    count += 3
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
        (lambda: client_of(shop, "sk_test_other").v1.refunds.list(), stripe.AuthenticationError, None),
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


def webhook_counts(shop):
    """What their SDK signs, the server takes; what nobody signed changes nothing."""
    before, opened = shop.remaining(), shop.checkout("stripe")
    session = client_of(shop).v1.checkout.sessions.retrieve(opened["url"].rsplit("/", 1)[1]).to_dict()
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
