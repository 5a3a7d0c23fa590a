"""The webhooks of the sandbox: verified and taken apart by the SDKs."""

import json
import time

import dodopayments
import stripe

from objects import dodo_event_class, judge_dodo, judge_stripe
from signatures import DODO_SECRETS, STRIPE_SECRETS
from table import expect, same

STRIPE_TYPES = {
    "checkout.session.completed", "checkout.session.expired", "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed", "charge.dispute.created", "charge.dispute.closed",
    "charge.dispute.updated", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
}
NEW_REFUNDS = {"refund.created", "refund.updated", "refund.failed"}
OLD_REFUNDS = {"charge.refunded", "charge.refund.updated"}
DODO_TYPES = {
    "payment.succeeded", "payment.failed", "payment.processing", "refund.succeeded", "refund.failed",
    "dispute.opened", "dispute.expired", "dispute.accepted", "dispute.cancelled", "dispute.challenged",
    "dispute.won", "dispute.lost",
}


def judge_stripe_webhooks(webhooks, secret):
    for type_, headers, body in webhooks:
        event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret)
        same(type_, event.type, "the type")
        judge_stripe(event)
        judge_stripe(event.data.object)


def judge_dodo_webhooks(webhooks, secret):
    client = dodopayments.DodoPayments(bearer_token="x", webhook_key=secret)
    for type_, headers, body in webhooks:
        event = client.webhooks.unwrap(body.decode(), headers=headers)
        same(type_, event.type, "the type")
        expect(type(event) is dodo_event_class(type_), f"the SDK takes {type_} for {type(event)}")
        raw = json.loads(body)
        judge_dodo(type(event), raw)
        judge_dodo(type(event.data), raw["data"])


def stripe_sales(faregate):
    """Each line of the guide's table, and another business at the same account."""
    webhooks = faregate.sales("stripe", int(time.time()))
    judge_stripe_webhooks(webhooks, DODO_SECRETS[0])
    sessions = [json.loads(body)["data"]["object"] for type_, _, body in webhooks if type_ == "checkout.session.completed"]
    expect({"paid", "unpaid", "no_payment_required"} <= {s["payment_status"] for s in sessions}, "the statuses are missing")
    expect(any(s["total_details"]["amount_discount"] for s in sessions), "no sale has a discount")
    expect(any(s["total_details"]["amount_tax"] for s in sessions), "no sale has a tax")
    expect(any("presentment_details" in s for s in sessions), "no sale is in the customer's own currency")
    return len(webhooks)


def dodo_sales(faregate):
    webhooks = faregate.sales("dodo", int(time.time()))
    judge_dodo_webhooks(webhooks, DODO_SECRETS[0])
    payments = [json.loads(body)["data"] for type_, _, body in webhooks if type_ == "payment.succeeded"]
    expect(any(p.get("discounts") for p in payments), "no sale has a discount")
    expect(any(p["product_cart"] is None for p in payments), "no subscription is charged")
    return len(webhooks)


def stripe_story(faregate, old):
    secret = STRIPE_SECRETS[0]
    webhooks = faregate.story("stripe", secret, int(time.time()), old=old)
    judge_stripe_webhooks(webhooks, secret)
    types = {type_ for type_, _, _ in webhooks}
    wanted = STRIPE_TYPES | (OLD_REFUNDS if old else NEW_REFUNDS)
    expect(wanted <= types, f"the story has no {wanted - types}")
    return len(webhooks)


def dodo_story(faregate):
    secret = DODO_SECRETS[0]
    webhooks = faregate.story("dodo", secret, int(time.time()))
    judge_dodo_webhooks(webhooks, secret)
    types = {type_ for type_, _, _ in webhooks}
    expect(DODO_TYPES <= types, f"the story has no {DODO_TYPES - types}")
    return len(webhooks)
