"""Whether what the sandbox sends is what the SDKs say that the provider sends."""

import ast
import functools
import inspect

import dodopayments.types
import pydantic
import stripe

from table import Difference, expect

SIMPLE = {"int": int, "str": str, "bool": bool}


@functools.cache
def declared_fields(cls):
    """The fields that Stripe's SDK declares, and how."""
    tree = ast.parse(inspect.getsource(cls))
    lines = [line for line in tree.body[0].body if isinstance(line, ast.AnnAssign)]
    fields = {line.target.id: ast.unparse(line.annotation) for line in lines}
    expect("id" in fields and "object" in fields, f"{cls} is not declared as this judge knows it")
    return fields


STRIPE_CLASSES = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "balance_transaction": stripe.BalanceTransaction,
    "item": stripe.LineItem,
    "price": stripe.Price,
}


def judge_stripe(thing):
    """- Parameter thing: a StripeObject as the SDK made it."""
    raw = thing.to_dict()
    cls = STRIPE_CLASSES[raw["object"]]
    expect(type(thing) is cls, f"the SDK takes a {raw['object']} for {type(thing)}")
    declared = declared_fields(cls)
    for name, type_ in declared.items():
        if type_.startswith(("Optional", "ClassVar", "NotRequired")):
            continue
        expect(raw.get(name) is not None, f"{raw['object']} lacks {name}, which Stripe always sends")
        simple = SIMPLE.get(type_, list if type_.startswith("List") else None)
        if simple:
            expect(type(raw[name]) is simple, f"{raw['object']}.{name} is {raw[name]!r} and not {type_}")
    for movement in getattr(thing, "balance_transactions", []):
        judge_stripe(movement)
    for name in raw:
        # Until 2022 the charge had its refunds in it.
        known = name in declared or (raw["object"], name) == ("charge", "refunds")
        expect(known, f"{raw['object']}.{name} is nothing that Stripe sends")


def judge_dodo(cls, raw):
    """- Parameter raw: a dictionary. The model is held to it strictly: all fields, right types, nothing unknown."""
    try:
        cls.model_validate(raw)
    except pydantic.ValidationError as error:
        raise Difference(f"{cls.__name__} is not as Dodo sends it: {error}") from None
    declared = set(cls.model_fields)
    expect(set(raw) <= declared, f"{cls.__name__} has {set(raw) - declared}, which Dodo doesn't send")


def dodo_event_class(type_):
    name = "".join(word.capitalize() for word in type_.replace(".", "_").split("_")) + "WebhookEvent"
    return getattr(dodopayments.types, name)
