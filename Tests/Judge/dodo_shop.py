"""What shops add to a checkout, and what else an account at Dodo Payments has: by Dodo's own client."""

import time

import dodopayments
import dodopayments.types

from dodo_api import raw
from objects import judge_dodo
from recorder import Counter
from table import expect, same

CART = [{"product_id": "pack_1", "quantity": 1}]
types = dodopayments.types


def judge(faregate):
    now, count = int(time.time()), 0
    for judge_ in [taxes_and_codes, customers, others]:
        with Counter(faregate, "dodo", now) as counter:
            client = dodopayments.DodoPayments(bearer_token=counter.KEY, base_url=counter.address, max_retries=0)
            count += judge_(counter, client)
    return count


def payment_of(client, session_id):
    status = raw(client.checkout_sessions.with_raw_response.retrieve(session_id), types.CheckoutSessionStatus)
    return raw(client.payments.with_raw_response.retrieve(status.payment_id), types.Payment)


def refused(broken, kind, code):
    try:
        broken()
        expect(False, f"no {kind.__name__} where there should be one")
    except kind as error:
        same(code, error.body["code"], f"the code of {kind.__name__}")


def taxes_and_codes(counter, client):
    for code, (total, tax) in {"QUARTER": (900, 150), "ALL": (0, 0)}.items():
        made = raw(
            client.checkout_sessions.with_raw_response.create(
                product_cart=CART, discount_codes=[code], billing_currency="USD", minimal_address=False,
                customization={"force_language": "de"},
                feature_flags={"allow_currency_selection": False, "allow_tax_id": True},
            ),
            types.CheckoutSessionResponse,
        )
        counter.act(made.session_id, "pay")
        payment = payment_of(client, made.session_id)
        same(
            ("succeeded", total, tax, 1), (payment.status, payment.total_amount, payment.tax, len(payment.discounts)),
            f"a payment with the code {code}",
        )
        # The same by Faregate's client, where the customer types the code.
        checkout, _ = counter.sell()
        counter.act(checkout, "enterCode", code)
        counter.act(checkout, "pay")
        same(total, payment_of(client, checkout).total_amount, f"a payment of ours with the code {code}")
    same((200, 0), counter.deliver()[:2], "the credits of both, and what waits for a person")
    refused(
        lambda: client.checkout_sessions.create(product_cart=CART, discount_codes=["NONE"]),
        dodopayments.UnprocessableEntityError, "INVALID_DISCOUNT_CODE",
    )
    # Exactly the tax goes back, and then half of the rest.
    checkout, _ = counter.sell()
    counter.act(checkout, "pay")
    for amount, credits in [(200, 300), (500, 250)]:
        payment = payment_of(client, checkout)
        raw(
            client.refunds.with_raw_response.create(
                payment_id=payment.payment_id, items=[{"item_id": "pack_1", "amount": amount}]
            ),
            types.Refund,
        )
        same((credits, 0), counter.deliver()[:2], f"the credits after a refund of {amount}")
    return 16


def customers(counter, client):
    made = raw(client.customers.with_raw_response.create(email="ana@example.com", name="Ana"), types.Customer)
    customer = raw(client.customers.with_raw_response.retrieve(made.customer_id), types.Customer)
    same(("ana@example.com", "Ana"), (customer.email, customer.name), "the customer")
    session = client.checkout_sessions.create(product_cart=CART, customer={"customer_id": customer.customer_id})
    counter.act(session.session_id, "pay")
    same(customer.customer_id, payment_of(client, session.session_id).customer.customer_id, "who paid")
    owners = set()
    for _ in range(2):
        checkout, _ = counter.sell()
        counter.act(checkout, "pay")
        owners.add(payment_of(client, checkout).customer.customer_id)
    [owner] = owners
    mail = raw(client.customers.with_raw_response.retrieve(owner), types.Customer).email
    same("ana@example.com", mail, "the customer that Faregate's client made")
    refused(
        lambda: client.checkout_sessions.create(product_cart=CART, customer={"customer_id": "cus_none"}),
        dodopayments.NotFoundError, "NOT_FOUND",
    )
    return 9


def others(counter, client):
    """Another business at the same account: its objects are as Dodo has them, and none is taken for ours."""
    checkout, purchase = counter.sell()
    counter.act(checkout, "pay")
    foreign = {counter.add_foreign(kind, purchase) for kind in ("sale", "link", "subscription", "strayRefund")}
    listed = client.payments.with_raw_response.list(page_number=0, page_size=100).http_response.json()["items"]
    same(1 + len(foreign), len(listed), "how many payments are listed")
    payments = []
    for item in listed:
        judge_dodo(types.PaymentListResponse, item)
        payments.append(raw(client.payments.with_raw_response.retrieve(item["payment_id"]), types.Payment))
    [subscription] = [payment for payment in payments if payment.subscription_id]
    same((None, None), (subscription.product_cart, subscription.checkout_session_id), "a subscription's payment")
    [link] = [p for p in payments if p.checkout_session_id is None and not p.subscription_id]
    same(purchase, link.metadata["faregate_purchase"], "what was typed at a payment link")
    refunds = client.refunds.with_raw_response.list(page_number=0, page_size=100).http_response.json()["items"]
    for item in refunds:
        judge_dodo(types.RefundListItem, item)
    same(1, len(refunds), "how many refunds are listed")
    credits, unsettled, not_ours = counter.deliver()
    same((100, 0), (credits, unsettled), "the credits beside another business, and what waits for a person")
    expect(not_ours > 0, "no event is not ours")
    return 2 * len(listed) + 6
