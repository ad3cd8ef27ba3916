"""The provider's word on refunds, which the files do not have."""

from fondaco import payments
from fondaco.kernel import Sent, load_sql
from fondaco.kernel.ids import show
from fondaco.replay.lanes import Lanes

sql = load_sql("fondaco.replay")


async def pay_back(lanes: Lanes, source: str) -> None:
    """Tell that every refund arrived, as soon as it was promised; `source` begins the keys."""
    rows = await lanes.database.fetch(sql.requested_refunds)
    facts = [
        Sent(
            payments.RefundFact(
                refund=row["id"], succeeded=True, amount=row["amount"], currency=row["currency"]
            ),
            "provider",
            f"{source} {row['reference']} {show('ref', row['id'])}",
            row["created_at"],
        )
        for row in rows
    ]
    await lanes.send(payments.record_refund, facts)
