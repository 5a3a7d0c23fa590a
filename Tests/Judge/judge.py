"""The providers' own SDKs judge Faregate: signatures both ways, and the sandbox by their clients. See Scripts/judge."""

import sys

import clients
import dodo_api
import dodo_shop
import signatures
import stories
import stripe_api
import stripe_shop
from server import KEY, SECRET, Server
from shop import Shop
from table import Difference, Faregate, program, round_


def main():
    faregate = Faregate(program("PAYMENTS_JUDGE"))
    try:
        round_("Stripe's signatures, both ways", signatures.stripe_both_ways, faregate)
        round_("Stripe's signatures of any age", signatures.stripe_ages, faregate)
        round_("Stripe's headers, odd and mutated", signatures.stripe_odd_headers, faregate)
        round_("Dodo's signatures, both ways", signatures.dodo_both_ways, faregate)
        round_("Dodo's signatures of any age", signatures.dodo_ages, faregate)
        round_("Dodo's headers, odd and mutated", signatures.dodo_odd_headers, faregate)
        round_("altered bodies", signatures.altered_bodies, faregate)
        round_("secrets in rotation", signatures.rotated_secrets, faregate)
        round_("Dodo's client unwraps", signatures.dodo_client_unwraps, faregate)
        round_("Stripe's webhooks, as the SDK reads them", stories.stripe_story, faregate, False)
        round_("Stripe's webhooks of old", stories.stripe_story, faregate, True)
        round_("Dodo's webhooks, as the SDK reads them", stories.dodo_story, faregate)
        round_("every kind of sale at Stripe", stories.stripe_sales, faregate)
        round_("every kind of sale at Dodo", stories.dodo_sales, faregate)
        round_("what shops add, by Stripe's client", stripe_shop.judge, faregate)
        round_("what shops add, by Dodo's client", dodo_shop.judge, faregate)
        with Server(program("GENERATE_SERVER"), program("FAREGATE_POLICIES")) as server:
            shop = Shop(server.address, KEY, SECRET)
            round_("Faregate's requests to Stripe", clients.stripe_request, faregate, shop)
            round_("Faregate's requests to Dodo", clients.dodo_request, faregate, shop)
            round_("the same with all that a shop can add", clients.stripe_request, faregate, shop, True)
            round_("and at Dodo", clients.dodo_request, faregate, shop, True)
            round_("Stripe's client at the sandbox", stripe_api.client_uses_it, shop)
            round_("Stripe's webhooks at the server", stripe_api.webhook_counts, shop)
            round_("Dodo's client at the sandbox", dodo_api.client_uses_it, shop)
            round_("Dodo's webhooks at the server", dodo_api.webhook_counts, shop)
    except Difference as difference:
        sys.exit(f"  NOT THE SAME: {difference}")
    finally:
        faregate.close()


if __name__ == "__main__":
    main()
