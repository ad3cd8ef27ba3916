"""Campaigns: coupons and discounts, who bears them, and how often they may be used.

Owns the schema `campaigns`. Promises that what a campaign takes off is dealt over lines and bearers
to the unit, that a seller bears nothing of what is off another's goods, and that no campaign is
used more often or for more than it allows, however many ask at once. Publishes nothing: a use is
part of its purchase.
"""

from fondaco.campaigns.commands import MOST_AUTOMATIC, end_campaign, open_campaign
from fondaco.campaigns.counters import Use, give_back
from fondaco.campaigns.dealing import Left, in_scope, take_off
from fondaco.campaigns.desk import Desk, Shopper, open_desk
from fondaco.campaigns.model import (
    NO_DEAL,
    Campaign,
    CampaignRefusal,
    CouponRefusal,
    Deal,
    Discount,
    EndCampaign,
    EndRefusal,
    Funding,
    Kind,
    Limits,
    Line,
    OpenCampaign,
    Scope,
    Share,
)
from fondaco.campaigns.queries import INVARIANTS, campaigns, list_campaigns, usage

REFUSALS = (CampaignRefusal, EndRefusal)
"""Every enum of refusals that an answer over HTTP may carry, but for those of coupons: those are a
purchase's."""

__all__ = [
    "INVARIANTS",
    "MOST_AUTOMATIC",
    "NO_DEAL",
    "REFUSALS",
    "Campaign",
    "CampaignRefusal",
    "CouponRefusal",
    "Deal",
    "Desk",
    "Discount",
    "EndCampaign",
    "EndRefusal",
    "Funding",
    "Kind",
    "Left",
    "Limits",
    "Line",
    "OpenCampaign",
    "Scope",
    "Share",
    "Shopper",
    "Use",
    "campaigns",
    "end_campaign",
    "give_back",
    "in_scope",
    "list_campaigns",
    "open_campaign",
    "open_desk",
    "take_off",
    "usage",
]
