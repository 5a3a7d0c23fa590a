"""What Faregate's client sends, beside what the providers' own clients send for the same."""

import json
import urllib.parse

import dodopayments
import stripe

from recorder import Recorder
from table import expect, same


def header(request, name):
    return next((value for key, value in request[2].items() if key.lower() == name.lower()), None)


def compare(ours, theirs, names):
    same(ours[:2], theirs[:2], "the method and path")
    for name in names:
        same(header(ours, name), header(theirs, name), f"the header {name}")


def metadata_of(purchase, product, policy, rich):
    """All that a ledger needs to take a purchase back that it has lost."""
    expect(purchase.startswith("pur_") and policy, "the purchase's id and the policy's version travel along")
    metadata = {
        "faregate_purchase": purchase, "faregate_account": "zo\u00eb & co", "faregate_pack": "50",
        "faregate_quantity": "3", "faregate_credits": "150", "faregate_price": "3000 USD",
        "faregate_policy": policy, "faregate_product": product,
    }
    return {**metadata, "faregate_discounts": "allowed"} if rich else metadata


def rich_stripe_fields(sent):
    """What Faregate's client was told to add, in the SDK's words."""
    return {
        "automatic_tax": {"enabled": True},
        "tax_id_collection": {"enabled": True},
        "billing_address_collection": "required",
        "allow_promotion_codes": True,
        "invoice_creation": {"enabled": True},
        "locale": "de",
        "expires_at": int(sent["expires_at"]),
        "customer": sent["customer"],
        "customer_update": {"address": "auto", "name": "auto"},
        "saved_payment_method_options": {"payment_method_save": "enabled"},
        "submit_type": "pay",
    }


def stripe_request(faregate, shop, rich=False):
    with Recorder(f"{shop.address}/sandbox/stripe") as recorder:
        faregate.checkout("stripe", recorder.address, shop.key, rich)
        ours = recorder.posted()
        sent = dict(urllib.parse.parse_qsl(ours[3].decode(), keep_blank_values=True, strict_parsing=True))
        metadata = metadata_of(
            sent["client_reference_id"], "price_sandbox_50", sent["metadata[faregate_policy]"], rich
        )
        client = stripe.StripeClient(shop.key, base_addresses={"api": recorder.address}, max_network_retries=0)
        client.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "line_items": [{"price": "price_sandbox_50", "quantity": 3}],
                "client_reference_id": sent["client_reference_id"],
                "success_url": "https://shop.example/thanks?a=b&c=%20d",
                "cancel_url": "https://shop.example/packs",
                "currency": "usd",
                "expand": ["line_items"],
                **(rich_stripe_fields(sent) if rich else {"customer_email": "zoe+credits@example.com"}),
                "metadata": metadata,
                "payment_intent_data": {"metadata": metadata},
            },
            {"idempotency_key": "-".join([sent["client_reference_id"]] + ([sent["customer"]] if rich else []))},
        )
        theirs = recorder.posted()
    compare(ours, theirs, ["Authorization", "Content-Type", "Idempotency-Key", "Stripe-Version"])
    same(sorted(sent.items()), sorted(urllib.parse.parse_qsl(theirs[3].decode(), keep_blank_values=True)), "the form")
    return len(sent) + 6


def rich_dodo_fields(sent):
    return {
        "customer": {"customer_id": sent["customer"]["customer_id"]},
        "show_saved_payment_methods": True,
        "minimal_address": False,
        "customization": {"force_language": "de"},
        "feature_flags": {"allow_currency_selection": False, "allow_discount_code": True, "allow_tax_id": False},
    }


PLAIN_DODO_FIELDS = {
    "customer": {"email": "zoe+credits@example.com"},
    "feature_flags": {"allow_currency_selection": False, "allow_discount_code": False},
}


def dodo_request(faregate, shop, rich=False):
    with Recorder(f"{shop.address}/sandbox/dodo") as recorder:
        faregate.checkout("dodo", recorder.address, shop.key, rich)
        ours = recorder.posted()
        sent = json.loads(ours[3])
        client = dodopayments.DodoPayments(bearer_token=shop.key, base_url=recorder.address, max_retries=0)
        client.checkout_sessions.create(
            product_cart=[{"product_id": "pdt_sandbox_50", "quantity": 3}],
            metadata=metadata_of(
                sent["metadata"]["faregate_purchase"], "pdt_sandbox_50", sent["metadata"]["faregate_policy"], rich
            ),
            billing_currency="USD",
            **(rich_dodo_fields(sent) if rich else PLAIN_DODO_FIELDS),
            return_url="https://shop.example/thanks?a=b&c=%20d",
            cancel_url="https://shop.example/packs",
        )
        theirs = recorder.posted()
    compare(ours, theirs, ["Authorization", "Content-Type"])
    same(sent, json.loads(theirs[3]), "the body")
    return len(sent) + 4
