"""The providers' own SDKs judge Faregate: signatures both ways, and the sandbox by their clients. See Scripts/judge."""

import sys

import signatures
import stories
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
    except Difference as difference:
        sys.exit(f"  NOT THE SAME: {difference}")
    finally:
        faregate.close()


if __name__ == "__main__":
    main()
