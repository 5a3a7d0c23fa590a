"""Signatures, both ways: the SDKs sign and Faregate verifies, Faregate signs and the SDKs verify."""

import base64
import datetime
import random
import time
from unittest import mock

import dodopayments
import standardwebhooks
import stripe

from table import expect, same

BODIES = [
    b"{}",
    b'{"id":"evt_1","object":"event"}',
    '{"name":"Zo\u00eb \u2603 \U0001f600","n":1.50}'.encode(),
    b'{ "spaces" : [ 1,\r\n\t2 ] }\n',
    b'{"long":"' + b"x" * 500_000 + b'"}',
]
NOT_ASCII = "\u00e9"


# Stripe

STRIPE_SECRETS = ["whsec_test_secret", "whsec_" + "k" * 100, "x"]


def stripe_signs(body, secret, at):
    return f"t={at},v1=" + stripe.WebhookSignature._compute_signature(f"{at}.{body.decode()}", secret)


def stripe_accepts(body, header, secret, now):
    with mock.patch("time.time", lambda: now):
        try:
            return bool(stripe.WebhookSignature.verify_header(body.decode(), header, secret, tolerance=300))
        except (stripe.SignatureVerificationError, ValueError):
            return False


def stripe_both_ways(faregate):
    count, now = 0, 1_700_000_000
    for body in BODIES:
        for secret in STRIPE_SECRETS:
            theirs = stripe_signs(body, secret, now)
            ours = faregate.sign("stripe", secret, body, now)["Stripe-Signature"]
            same(ours, theirs, f"the signature of {body[:40]!r}")
            expect(stripe_accepts(body, ours, secret, now), "Stripe's SDK refuses Faregate's signature")
            expect(
                faregate.accepts("stripe", [secret], body, now, {"Stripe-Signature": theirs}),
                "Faregate refuses the signature of Stripe's SDK",
            )
            count += 3
    return count


def stripe_ages(faregate):
    count, signed = 0, 1_700_000_000
    body, secret = BODIES[1], STRIPE_SECRETS[0]
    header = stripe_signs(body, secret, signed)
    for age in [0, 1, 299, 300, 301, 302, 86_400]:
        ours = faregate.accepts("stripe", [secret], body, signed + age, {"Stripe-Signature": header})
        same(ours, stripe_accepts(body, header, secret, signed + age), f"a signature of {age} seconds ago")
        count += 1
    # The SDK lets the future pass; Faregate is stricter.
    for ahead in [301, 86_400]:
        ours = faregate.accepts("stripe", [secret], body, signed - ahead, {"Stripe-Signature": header})
        expect(not ours, f"Faregate accepts a signature from {ahead} seconds ahead")
        count += 1
    return count


def stripe_odd_headers(faregate):
    """Headers as nobody should send them, and mutations: Faregate accepts nothing that the SDK refuses."""
    count, now = 0, 1_700_000_000
    body, secret = BODIES[1], STRIPE_SECRETS[0]
    good = stripe_signs(body, secret, now)
    code = good.split("v1=")[1]
    wrong = "0" * 64
    # What both must take, and what both must refuse.
    for header, is_good in [
        (good, True),
        (f"t={now},v1={wrong},v1={code}", True),
        (f"t={now},v0={wrong},v1={code}", True),
        (f"v1={code},t={now}", True),
        (f"t={now},v1={code.upper()}", False),
        (f"t={now}, v1={code}", False),
        (f"t={now},v0={code}", False),
        (f"v1={code}", False),
        (f"t=,v1={code}", False),
        (f"t={now}.0,v1={code}", False),
        (f"t={now + 1},v1={code}", False),
        (f"t={now},v1={wrong}", False),
        (f"t={now},v1={NOT_ASCII * 64}", False),
        ("", False),
    ]:
        ours = faregate.accepts("stripe", [secret], body, now, {"Stripe-Signature": header})
        theirs = stripe_accepts(body, header, secret, now) if NOT_ASCII not in header else False
        same(ours, theirs, f"the header {header[:80]!r}")
        expect(ours == is_good, f"the header {header[:80]!r} is {'refused' if is_good else 'accepted'} by both")
        count += 1
    return count + mutations(
        good,
        lambda header: faregate.accepts("stripe", [secret], body, now, {"Stripe-Signature": header}),
        lambda header: stripe_accepts(body, header, secret, now),
    )


def mutations(good, ours, theirs, count=500):
    chance = random.Random(7)
    alphabet = "0123456789abcdefABCDEF=,tv1 +/_-"
    for _ in range(count):
        header = list(good)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(header))
            match chance.randrange(3):
                case 0:
                    header[place] = chance.choice(alphabet)
                case 1:
                    header.insert(place, chance.choice(alphabet))
                case 2 if len(header) > 1:
                    del header[place]
        header = "".join(header)
        if ours(header):
            expect(theirs(header), f"Faregate accepts {header!r}, which the SDK refuses")
    return count


# Standard Webhooks, as Dodo has it

DODO_SECRETS = [
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "whsec_" + base64.b64encode(bytes(range(64))).decode(),
    "whsec_" + base64.b64encode(bytes(range(25))).decode().rstrip("="),
]


def dodo_signs(body, secret, at, event="msg_1"):
    moment = datetime.datetime.fromtimestamp(at, tz=datetime.timezone.utc)
    return {
        "webhook-id": event,
        "webhook-timestamp": str(at),
        "webhook-signature": standardwebhooks.Webhook(secret).sign(event, moment, body.decode()),
    }


def standard_accepts(body, headers, secret):
    try:
        standardwebhooks.Webhook(secret).verify(body, headers, json_parse=False)
        return True
    # The SDK also fails with ValueError over parts that it can't take apart.
    except (standardwebhooks.WebhookVerificationError, ValueError):
        return False


def dodo_both_ways(faregate):
    count = 0
    for body in BODIES:
        for secret in DODO_SECRETS:
            now = int(time.time())
            theirs = dodo_signs(body, secret, now)
            ours = faregate.sign("dodo", secret, body, now, event="msg_1")
            same(ours, theirs, f"the headers of {body[:40]!r}")
            expect(standard_accepts(body, ours, secret), "the SDK refuses Faregate's signature")
            expect(faregate.accepts("dodo", [secret], body, now, theirs), "Faregate refuses the SDK's signature")
            count += 3
    return count


def dodo_ages(faregate):
    count = 0
    body, secret = BODIES[1], DODO_SECRETS[0]
    # A few seconds from the edge: the SDK goes by this machine's clock.
    for age in [0, 290, 310, 86_400, -290, -310, -86_400]:
        now = int(time.time())
        headers = dodo_signs(body, secret, now - age)
        ours = faregate.accepts("dodo", [secret], body, now, headers)
        same(ours, standard_accepts(body, headers, secret), f"a signature of {age} seconds ago")
        count += 1
    return count


def dodo_odd_headers(faregate):
    count, now = 0, int(time.time())
    body, secret = BODIES[1], DODO_SECRETS[0]
    good = dodo_signs(body, secret, now)
    signature = good["webhook-signature"]
    wrong = "v1," + base64.b64encode(bytes(32)).decode()
    for changes, is_good in [
        ({}, True),
        ({"webhook-signature": f"{wrong} {signature}"}, True),
        ({"webhook-signature": f"v1a,xyz {signature}"}, True),
        ({"webhook-signature": wrong}, False),
        ({"webhook-signature": signature.replace("v1,", "v2,")}, False),
        ({"webhook-id": "msg_2"}, False),
        ({"webhook-timestamp": str(now + 1)}, False),
        ({"webhook-timestamp": "now"}, False),
        ({"webhook-timestamp": ""}, False),
        ({"webhook-signature": ""}, False),
        ({"webhook-id": ""}, False),
    ]:
        headers = {**good, **changes}
        ours = faregate.accepts("dodo", [secret], body, now, headers)
        same(ours, standard_accepts(body, headers, secret), f"the headers {headers}")
        expect(ours == is_good, f"the headers {headers} are {'refused' if is_good else 'accepted'} by both")
        count += 1
    return count + mutations(
        signature,
        lambda text: faregate.accepts("dodo", [secret], body, now, {**good, "webhook-signature": text}),
        lambda text: standard_accepts(body, {**good, "webhook-signature": text}, secret),
    )


def altered_bodies(faregate):
    """One bit of the body is another, and nobody takes it for signed."""
    count, now = 0, int(time.time())
    body = BODIES[1]
    stripe_header = {"Stripe-Signature": stripe_signs(body, STRIPE_SECRETS[0], now)}
    dodo_headers = dodo_signs(body, DODO_SECRETS[0], now)
    for place in range(len(body)):
        altered = bytearray(body)
        altered[place] ^= 1
        altered = bytes(altered)
        ours = faregate.accepts("stripe", STRIPE_SECRETS[:1], altered, now, stripe_header)
        same(ours, stripe_accepts(altered, stripe_header["Stripe-Signature"], STRIPE_SECRETS[0], now), "altered")
        expect(not ours, f"byte {place} altered, and accepted")
        ours = faregate.accepts("dodo", DODO_SECRETS[:1], altered, now, dodo_headers)
        same(ours, standard_accepts(altered, dodo_headers, DODO_SECRETS[0]), "altered")
        expect(not ours, f"byte {place} altered, and accepted")
        count += 2
    return count


def rotated_secrets(faregate):
    """While one secret replaces the other, either one may have signed."""
    now, body = int(time.time()), BODIES[1]
    for secret in STRIPE_SECRETS[:2]:
        header = {"Stripe-Signature": stripe_signs(body, secret, now)}
        expect(faregate.accepts("stripe", STRIPE_SECRETS[:2], body, now, header), "one of two secrets is refused")
    for secret in DODO_SECRETS[1:3]:
        headers = dodo_signs(body, secret, now)
        expect(faregate.accepts("dodo", DODO_SECRETS[1:3], body, now, headers), "one of two secrets is refused")
    return 4


def dodo_client_unwraps(faregate):
    """Dodo's own client verifies what Faregate signs."""
    secret, now = DODO_SECRETS[0], int(time.time())
    client = dodopayments.DodoPayments(bearer_token="x", webhook_key=secret)
    body = b'{"business_id":"b","type":"refund.failed","timestamp":"2026-01-01T00:00:00Z","data":{}}'
    headers = faregate.sign("dodo", secret, body, now, event="msg_1")
    same("refund.failed", client.webhooks.unwrap(body.decode(), headers=headers).type, "the type")
    return 1
