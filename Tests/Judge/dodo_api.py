"""The sandbox's Dodo Payments, judged by Dodo's own client at the running example server."""

import datetime
import json
import time

import dodopayments
import dodopayments.types

import signatures
from objects import judge_dodo
from table import expect, same


def client_of(shop, key=None):
    return dodopayments.DodoPayments(
        bearer_token=key or shop.key, base_url=f"{shop.address}/sandbox/dodo", webhook_key=shop.secret, max_retries=0
    )


def raw(response, cls):
    """The answer as it came, held to what the SDK says that it looks like."""
    judge_dodo(cls, response.http_response.json())
    return response.parse()


def client_uses_it(shop):
    client, types = client_of(shop), dodopayments.types
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
        (lambda: client_of(shop, "other").payments.list(), dodopayments.AuthenticationError, "UNAUTHORIZED"),
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


def webhook_counts(shop):
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
