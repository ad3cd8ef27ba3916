"""What the domains' edge files share of the web framework: strict bodies, problems, options.

Owns how a request is read and how a failure is told. Promises that a handler's body is exactly
its type, and that a handler which does not say who may call it, by `reads(...)`, `writes(...)`
or `public(...)`, stops the server from starting.
"""

from fondaco.kernel.api.bodies import Lines, Strict, answer_lines, plain_answer, require
from fondaco.kernel.api.options import (
    IdempotencyKey,
    Limit,
    after,
    bulk,
    problems,
    public,
    reads,
    refuse_open_doors,
    submit,
    writes,
)
from fondaco.kernel.api.problems import answer_problem, problem_of
from fondaco.kernel.api.schemas import DescribedStructs

__all__ = [
    "DescribedStructs",
    "IdempotencyKey",
    "Limit",
    "Lines",
    "Strict",
    "after",
    "answer_lines",
    "answer_problem",
    "bulk",
    "plain_answer",
    "problem_of",
    "problems",
    "public",
    "reads",
    "refuse_open_doors",
    "require",
    "submit",
    "writes",
]
