"""Aftercare: returns with their inspection, and disputes of buyers with sellers.

Owns the schema `aftercare`. Promises that disputed money, and that of an order with an open
return, stay where they are; that what goes back is to the cent what the inspection or ruling said;
that no unit is returned twice; that evidence stays as it was given; and that silence is an answer
once its deadline has passed. Publishes `return.<state>` and `dispute.<state>`.
"""

from fondaco.aftercare.dispute_model import (
    AddEvidence,
    AnswerDispute,
    DisputeMoved,
    DisputeOpened,
    DisputeRefusal,
    DoDueDispute,
    EscalateDispute,
    File,
    Kind,
    OpenDispute,
    RuleDispute,
    WithdrawDispute,
)
from fondaco.aftercare.dispute_rows import (
    disputes_of_buyer,
    disputes_of_seller,
    evidence_of,
    one_dispute,
    open_disputes,
)
from fondaco.aftercare.disputes import (
    add_evidence,
    answer_dispute,
    escalate_dispute,
    open_dispute,
    withdraw_dispute,
)
from fondaco.aftercare.erasure import SUBSCRIBER
from fondaco.aftercare.inspection import do_due_return, inspect_return
from fondaco.aftercare.jobs import sweep_disputes, sweep_returns, sweeps
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
from fondaco.aftercare.rulings import do_due_dispute, rule_dispute

REFUSALS = (ReturnRefusal, DisputeRefusal, PolicyRefusal)
"""Every enum of refusals that an answer over HTTP may carry."""

__all__ = [
    "INVARIANTS",
    "REFUSALS",
    "SUBSCRIBER",
    "AddEvidence",
    "AnswerDispute",
    "DecideReturn",
    "DisputeMoved",
    "DisputeOpened",
    "DisputeRefusal",
    "DoDueDispute",
    "DoDueReturn",
    "EscalateDispute",
    "File",
    "InspectReturn",
    "Inspected",
    "Kind",
    "OpenDispute",
    "Policy",
    "PolicyRefusal",
    "Reason",
    "ReceiveReturn",
    "RequestReturn",
    "ReturnMoved",
    "ReturnRefusal",
    "ReturnRequested",
    "RuleDispute",
    "SetPolicy",
    "ShipReturn",
    "Units",
    "WithdrawDispute",
    "WithdrawReturn",
    "add_evidence",
    "answer_dispute",
    "decide_return",
    "disputes_of_buyer",
    "disputes_of_seller",
    "do_due_dispute",
    "do_due_return",
    "escalate_dispute",
    "evidence_of",
    "inspect_return",
    "one_dispute",
    "open_dispute",
    "open_disputes",
    "policies",
    "receive_return",
    "request_return",
    "returns_of_buyer",
    "returns_of_order",
    "returns_of_seller",
    "rule_dispute",
    "set_policy",
    "ship_return",
    "sweep_disputes",
    "sweep_returns",
    "sweeps",
    "withdraw_dispute",
    "withdraw_return",
]
