"""Whether what the sandbox sends is what the SDKs say that the provider sends."""

import ast
import functools
import inspect
import re
import textwrap

import dodopayments.types
import pydantic
import stripe

from table import Difference, expect

SIMPLE = {"int": int, "str": str, "bool": bool}


@functools.cache
def declared_fields(cls):
    """The fields that Stripe's SDK declares, and how."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    lines = [line for line in tree.body[0].body if isinstance(line, ast.AnnAssign)]
    fields = {line.target.id: ast.unparse(line.annotation) for line in lines}
    expect(fields, f"{cls} is not declared as this judge knows it")
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
    "customer": stripe.Customer,
}


def judge_stripe(thing):
    """- Parameter thing: a StripeObject as the SDK made it."""
    raw = thing.to_dict()
    cls = STRIPE_CLASSES[raw["object"]]
    expect(type(thing) is cls, f"the SDK takes a {raw['object']} for {type(thing)}")
    expect({"id", "object"} <= set(declared_fields(cls)), f"{cls} is not declared as this judge knows it")
    judge_fields(cls, raw, raw["object"])
    for movement in getattr(thing, "balance_transactions", []):
        judge_stripe(movement)


def judge_fields(cls, raw, where):
    """All fields that are always there, each of its type, and none that the SDK doesn't know; and so within them."""
    declared = declared_fields(cls)
    for name, type_ in declared.items():
        if type_.startswith(("Optional", "ClassVar", "NotRequired")):
            continue
        expect(raw.get(name) is not None, f"{where} lacks {name}, which Stripe always sends")
        simple = SIMPLE.get(type_, list if type_.startswith("List") else None)
        if simple:
            expect(type(raw[name]) is simple, f"{where}.{name} is {raw[name]!r} and not {type_}")
    for name, value in raw.items():
        # Until 2022 the charge had its refunds in it.
        known = name in declared or (where, name) == ("charge", "refunds")
        expect(known, f"{where}.{name} is nothing that Stripe sends")
        part = nested_class(cls, declared.get(name, ""))
        for item in value if isinstance(value, list) else [value]:
            if part and isinstance(item, dict):
                judge_fields(part, item, f"{where}.{name}")


def nested_class(cls, type_):
    """The class that the SDK declares for a part of an object; None for other types."""
    for word in re.findall(r"[A-Za-z]+", type_):
        part = cls.__dict__.get(word)
        if inspect.isclass(part):
            return part
    return None


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
