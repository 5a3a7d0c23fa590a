"""What shops add to a checkout, what else an account at Stripe has, and Stripe's odd currencies: by Stripe's own client."""

import time

import stripe

from objects import judge_stripe
from recorder import Counter
from table import expect, same

PLAIN = {
    "mode": "payment",
    "line_items": [{"price": "pack_1", "quantity": 1}],
    "success_url": "https://shop.example/thanks",
}
# A pack's price in minor units as ISO 4217 counts them, and as Stripe does; and the same of a sixth of it with the tax.
ODD_CURRENCIES = {"ISK": (1500, 150000, 30000), "UGX": (5000, 500000, 100000), "MGA": (150000, 1500, 300)}


def judge(faregate):
    now = int(time.time())
    judges = [taxes_and_codes, free_orders, customers, expiry, currencies, disputes, others]
    count = 0
    for judge_ in judges:
        with Counter(faregate, "stripe", now) as counter:
            count += judge_(counter, client_of(counter), now)
    for currency, (price, told, sixth) in ODD_CURRENCIES.items():
        with Counter(faregate, "stripe", now, currency=currency, minorUnits=price) as counter:
            count += odd_currency(counter, client_of(counter), currency, told, sixth)
    return count


def client_of(counter):
    return stripe.StripeClient(counter.KEY, base_addresses={"api": counter.address}, max_network_retries=0)


def judged(thing):
    judge_stripe(thing)
    return thing


def refused(broken, code, param):
    try:
        broken()
        expect(False, f"nothing is refused where {param} should be")
    except stripe.InvalidRequestError as error:
        same((code, param), (error.code, error.param), "the code and the field of an error")


def taxes_and_codes(counter, client, now):
    session = judged(client.v1.checkout.sessions.create({
        **PLAIN, "automatic_tax": {"enabled": True}, "tax_id_collection": {"enabled": True},
        "billing_address_collection": "required", "allow_promotion_codes": True,
        "invoice_creation": {"enabled": True}, "locale": "de",
    }))
    same(("de", True, True), (session.locale, session.automatic_tax.enabled, session.allow_promotion_codes), "the session")
    counter.act(session.id, "enterCode", "QUARTER")
    counter.act(session.id, "pay")
    session = judged(client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]}))
    details = session.total_details
    same(
        (1000, 250, 150, 900),
        (session.amount_subtotal, details.amount_discount, details.amount_tax, session.amount_total),
        "price, discount, tax and total",
    )
    [item] = session.line_items.data
    judge_stripe(item)
    same((250, 150, 900), (item.amount_discount, item.amount_tax, item.amount_total), "the same of the line item")
    same(["promo_quarter"], [discount.promotion_code for discount in session.discounts], "the code")
    expect(session.invoice and session.customer_details.tax_ids, "the session has neither an invoice nor tax ids")
    charge = judged(client.v1.payment_intents.retrieve(session.payment_intent, {"expand": ["latest_charge"]})).latest_charge
    same(900, judged(charge).amount, "what was charged")
    refused(
        lambda: client.v1.checkout.sessions.create({
            **PLAIN, "allow_promotion_codes": True, "discounts": [{"coupon": "quarter"}]}),
        None, None,
    )
    refused(
        lambda: client.v1.checkout.sessions.create({**PLAIN, "discounts": [{"coupon": "none"}]}),
        "resource_missing", "discounts[0][coupon]",
    )
    return 10


def free_orders(counter, client, now):
    session = client.v1.checkout.sessions.create({**PLAIN, "discounts": [{"coupon": "all"}]})
    counter.act(session.id, "pay")
    session = judged(client.v1.checkout.sessions.retrieve(session.id))
    same(
        ("no_payment_required", "complete", None, 0),
        (session.payment_status, session.status, session.payment_intent, session.amount_total),
        "a session for nothing",
    )
    same(["all"], [discount.coupon for discount in session.discounts], "its coupon")
    # The same at the shop: by a code, and once.
    checkout, _ = counter.sell()
    counter.act(checkout, "enterCode", "ALL")
    counter.act(checkout, "pay")
    same((100, 0), counter.deliver()[:2], "the credits of a free order, and what waits for a person")
    return 3


def customers(counter, client, now):
    made = judged(client.v1.customers.create({"email": "ana@example.com", "metadata": {"a": "b"}}))
    customer = judged(client.v1.customers.retrieve(made.id))
    same(("ana@example.com", "b"), (customer.email, customer.metadata["a"]), "the customer")
    session = judged(client.v1.checkout.sessions.create({
        **PLAIN, "customer": customer.id, "customer_update": {"address": "auto", "name": "auto"},
        "automatic_tax": {"enabled": True}, "saved_payment_method_options": {"payment_method_save": "enabled"},
    }))
    same((customer.id, None), (session.customer, session.customer_email), "whose session it is")
    same("ana@example.com", session.customer_details.email, "the customer's address")
    # Faregate's client makes one for each account, with what Stripe's needs to find it.
    checkouts = [counter.sell()[0] for _ in range(2)]
    owners = {client.v1.checkout.sessions.retrieve(checkout).customer for checkout in checkouts}
    [owner] = owners
    same("ana@example.com", judged(client.v1.customers.retrieve(owner)).email, "the account's customer")
    refused(
        lambda: client.v1.checkout.sessions.create({**PLAIN, "customer": "cus_none"}), "resource_missing", "customer"
    )
    return 7


def expiry(counter, client, now):
    session = judged(client.v1.checkout.sessions.create({**PLAIN, "expires_at": now + 3600}))
    same(now + 3600, session.expires_at, "when it expires")
    same("expired", judged(client.v1.checkout.sessions.expire(session.id)).status, "a session that was ended")
    for seconds in (60, 25 * 3600):
        refused(
            lambda: client.v1.checkout.sessions.create({**PLAIN, "expires_at": now + seconds}), None, "expires_at"
        )
    return 4


def currencies(counter, client, now):
    # Left open, the price's own euros are the session's. Told, Stripe changes the money.
    for told, expected in [({}, ("eur", 900)), ({"currency": "usd"}, ("usd", 1000))]:
        session = client.v1.checkout.sessions.create({**PLAIN, **told})
        counter.act(session.id, "payLocally", "EUR")
        session = judged(client.v1.checkout.sessions.retrieve(session.id))
        same(expected, (session.currency, session.amount_total), "the session's money")
        if told:
            details = session.presentment_details
            same(("eur", 900), (details.presentment_currency, details.presentment_amount), "the customer's money")
    refused(
        lambda: client.v1.checkout.sessions.create({**PLAIN, "currency": "gbp"}), None, "line_items[0][price]"
    )
    # Faregate's client tells the pack's.
    checkout, _ = counter.sell()
    counter.act(checkout, "payLocally", "EUR")
    same("usd", judged(client.v1.checkout.sessions.retrieve(checkout)).currency, "the currency of our session")
    same((100, 0), counter.deliver()[:2], "the credits of a pack paid in euros, and what waits for a person")
    return 6


def disputes(counter, client, now):
    checkout, _ = counter.sell()
    counter.act(checkout, "pay")
    intent = client.v1.checkout.sessions.retrieve(checkout).payment_intent
    judge_stripe(client.v1.refunds.create({"payment_intent": intent, "amount": 300}))
    counter.act(checkout, "dispute", amount=1200)
    counter.act(checkout, "withdrawFunds")
    same([-1200], movements(client, intent), "what the dispute took")
    same((0, 0), counter.deliver()[:2], "the credits while it is open, and what waits for a person")
    counter.act(checkout, "lose")
    counter.act(checkout, "reinstateFunds", amount=300)
    same([-1200, 300], movements(client, intent), "what a lost dispute took and gave back")
    same((0, 0), counter.deliver()[:2], "the credits when it is lost, and what waits for a person")
    return 5


def movements(client, intent):
    [dispute] = client.v1.disputes.list({"payment_intent": intent}).data
    dispute = judged(client.v1.disputes.retrieve(dispute.id))
    return [movement.amount for movement in dispute.balance_transactions]


def others(counter, client, now):
    """Another business at the same account: its objects are as Stripe has them, and none is taken for ours."""
    checkout, purchase = counter.sell()
    counter.act(checkout, "pay")
    kinds = {kind: counter.add_foreign(kind, purchase) for kind in ("sale", "link", "subscription", "strayRefund")}
    count = 0
    for resource in [
        client.v1.checkout.sessions, client.v1.refunds, client.v1.charges, client.v1.payment_intents, client.v1.events,
    ]:
        for thing in resource.list({"limit": 100}).data:
            judge_stripe(thing)
            if thing["object"] == "event":
                judge_stripe(thing.data.object)
            count += 1
    link, subscription = (client.v1.checkout.sessions.retrieve(kinds[kind]) for kind in ("link", "subscription"))
    same((purchase, True), (link.client_reference_id, link.payment_link.startswith("plink_")), "a payment link's session")
    same(
        ("subscription", None, True),
        (subscription.mode, subscription.payment_intent, subscription.subscription.startswith("sub_")),
        "a subscription's session",
    )
    [refund] = client.v1.refunds.list().data
    same((None, None), (refund.payment_intent, refund.charge), "the payment of a refund of cash")
    credits, unsettled, not_ours = counter.deliver()
    same((100, 0), (credits, unsettled), "the credits beside another business, and what waits for a person")
    expect(not_ours > 0, "no event is not ours")
    return count + 5


def odd_currency(counter, client, currency, told, sixth):
    checkout, _ = counter.sell()
    session = judged(client.v1.checkout.sessions.retrieve(checkout))
    same((currency.lower(), told * 6 // 5), (session.currency, session.amount_total), f"a price with tax in {currency}")
    counter.act(checkout, "pay")
    intent = client.v1.checkout.sessions.retrieve(checkout).payment_intent
    refund = judged(client.v1.refunds.create({"payment_intent": intent, "amount": sixth}))
    same(sixth, refund.amount, f"a refund in {currency}")
    if currency != "MGA":
        code = "invalid_charge_amount_no_decimal_compatible"
        refused(lambda: client.v1.refunds.create({"payment_intent": intent, "amount": sixth + 50}), code, "amount")
    # Parts of a credit stay with the customer. A sixth of what was paid is the tax, and that takes nothing.
    same((100, 0), counter.deliver()[:2], f"the credits when the tax was refunded in {currency}")
    judge_stripe(client.v1.refunds.create({"payment_intent": intent, "amount": sixth * 2}))
    same((60, 0), counter.deliver()[:2], f"the credits when two fifths of the rest were refunded in {currency}")
    return 7
