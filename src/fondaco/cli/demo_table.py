"""The demo's table."""

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.table import Table

from fondaco.check import Finding
from fondaco.demo import Outcome
from fondaco.kernel.money import show

_YES: Final = "[green]✓[/green]"
_NO: Final = "[bold red]✗[/bold red]"


def books_table(outcome: Outcome, broken: Sequence[Finding]) -> Table:
    """What the month came to: the trade, where the money is, and the proof."""
    table = Table(
        title=f"A month at {outcome.house.name}", box=box.ROUNDED, show_header=False,
        title_style="bold",
    )  # fmt: skip
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    _trade(table, outcome)
    table.add_section()
    _money(table, outcome)
    table.add_section()
    _proof(table, outcome, broken)
    return table


def _trade(table: Table, outcome: Outcome) -> None:
    figures = outcome.figures
    states = figures.by_state
    table.add_row(
        "Purchases", f"{figures.purchases:,}",
        f"{figures.many_sellers:,} over several of {len(outcome.house.sellers)} sellers",
    )  # fmt: skip
    table.add_row(
        "Orders", f"{figures.orders:,}",
        f"{states['settled']:,} settled, {states['cancelled']:,} cancelled",
    )  # fmt: skip
    under_way = sum(states[name] for name in ("created", "paid", "shipped", "delivered"))
    table.add_row(
        "Under way", f"{under_way:,}",
        f"{states['shipped']:,} on the road, {states['delivered']:,} delivered",
    )  # fmt: skip
    table.add_row(
        "Never paid", f"{states['expired']:,}", f"{figures.declined:,} cards were declined"
    )
    table.add_row("Disputes", f"{figures.disputes:,}", "between buyers and sellers")
    table.add_row("Late parcels", f"{figures.late_parcels:,}", "not scanned in time")
    table.add_row("Sold out", f"{figures.sold_out:,}", "the buyers took something else")


def _money(table: Table, outcome: Outcome) -> None:
    figures = outcome.figures

    def row(name: str, amount: int, remark: str = "") -> None:
        table.add_row(name, show(amount, figures.currency), remark)

    row("Sales", figures.sales, "paid into escrow by buyers")
    row(
        "Commission",
        figures.commission,
        f"before payment fees of {show(figures.fees, figures.currency)}",
    )
    row("Held in escrow", figures.held, "until confirmed, or the time is up")
    row("Refunded", figures.refunded, f"{figures.refunds:,} refunds")
    row("Paid out", figures.paid_out, f"{figures.payouts:,} payouts")
    row("Owed to sellers", figures.owed, "until the next payout")


def _proof(table: Table, outcome: Outcome, broken: Sequence[Finding]) -> None:
    figures = outcome.figures
    zero = figures.trial_balance == 0 and figures.accounted_for == figures.sales
    table.add_row(
        "Trial balance", f"{show(figures.trial_balance, figures.currency)} {_mark(zero)}",
        "the five sum to the sales" if zero else "the five do not sum to the sales",
    )  # fmt: skip
    names = ", ".join(f"{finding.domain}.{finding.name}" for finding in broken)
    table.add_row(
        "Check", f"{'clean' if not broken else f'{len(broken)} broken'} {_mark(not broken)}",
        names or "all rules hold",
    )  # fmt: skip
    agrees = not figures.provider_differences
    table.add_row(
        "Provider's ledger", f"{'agrees' if agrees else 'differs'} {_mark(agrees)}",
        "; ".join(figures.provider_differences) or "each charge, refund, fee, payout",
    )  # fmt: skip
    table.add_row(
        "Speed", f"{figures.purchases / outcome.seconds:,.0f} purchases/s",
        f"their whole lives, in {outcome.seconds:.1f} s",
    )  # fmt: skip


def _mark(good: bool) -> str:
    return _YES if good else _NO
