"""Stripe: cards by PaymentIntents, refunds, disputes, and transfers to connected accounts.

Buyers enter their card in Stripe's fields; what comes here is the payment method's id. Our key is
the idempotency key of each request and stands in its metadata, by which it is found again.
"""

from fondaco.payments.providers.stripe.client import Stripe

__all__ = ["Stripe"]
