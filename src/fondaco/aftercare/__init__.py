"""Aftercare: what happens to an order that arrived and is not right. Returns with their inspection.

Owns the schema `aftercare`. Promises that the money of an order stays where it is while a return
of it is open, that what goes back is to the cent what the inspection said, that no unit is
returned twice, and that silence is an answer once its deadline has passed. Publishes
`return.<state>`.
"""

from fondaco.aftercare.erasure import SUBSCRIBER
from fondaco.aftercare.inspection import do_due_return, inspect_return
from fondaco.aftercare.jobs import sweep_returns, sweeps
from fondaco.aftercare.model import (
    DecideReturn,
    DoDueReturn,
    Inspected,
    InspectReturn,
    Policy,
    PolicyRefusal,
    Reason,
    ReceiveReturn,
    RequestReturn,
    ReturnMoved,
    ReturnRefusal,
    ReturnRequested,
    SetPolicy,
    ShipReturn,
    Units,
    WithdrawReturn,
)
from fondaco.aftercare.policies import policies, set_policy
from fondaco.aftercare.queries import (
    INVARIANTS,
    returns_of_buyer,
    returns_of_order,
    returns_of_seller,
)
from fondaco.aftercare.returns import (
    decide_return,
    receive_return,
    request_return,
    ship_return,
    withdraw_return,
)

REFUSALS = (ReturnRefusal, PolicyRefusal)
"""Every enum of refusals that an answer over HTTP may carry."""

__all__ = [
    "INVARIANTS",
    "REFUSALS",
    "SUBSCRIBER",
    "DecideReturn",
    "DoDueReturn",
    "InspectReturn",
    "Inspected",
    "Policy",
    "PolicyRefusal",
    "Reason",
    "ReceiveReturn",
    "RequestReturn",
    "ReturnMoved",
    "ReturnRefusal",
    "ReturnRequested",
    "SetPolicy",
    "ShipReturn",
    "Units",
    "WithdrawReturn",
    "decide_return",
    "do_due_return",
    "inspect_return",
    "policies",
    "receive_return",
    "request_return",
    "returns_of_buyer",
    "returns_of_order",
    "returns_of_seller",
    "set_policy",
    "ship_return",
    "sweep_returns",
    "sweeps",
    "withdraw_return",
]
