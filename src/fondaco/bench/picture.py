"""One picture of a bench run: small panels, each answering one question.

`python -m fondaco.bench.picture results.json out` writes out.svg and out.png. matplotlib is
imported only when a picture is drawn; it comes with the development dependencies.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fondaco.bench.report import GROWTH_SHARE, TARGETS, Machine, Result, Target, read_record

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK: Final = "#22303c"
SEA: Final = "#1f6f8b"
SAND: Final = "#d9a441"
BRICK: Final = "#b5443c"
MIST: Final = "#e6ebef"
STONE: Final = "#8796a3"
_STYLE: Final[Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": STONE,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": MIST,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.hashsalt": "fondaco",  # the same results give the same file
}
Panel = Callable[["Axes", Sequence[Result], Sequence[Result]], None]


def draw(results: Sequence[Result], machine: Machine | None, base: Path) -> tuple[Path, Path]:
    """Draw what was measured to `base`.svg and .png; panels without results are left out.

    Raises ValueError if there is nothing to draw.
    """
    panels = [
        (panel, found)
        for names, panel in _PANELS
        if (found := [r for r in results if r.name in names])
    ]
    if not panels:
        raise ValueError("there is no result to draw")
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        columns = min(len(panels), 3)
        rows = -(-len(panels) // columns)
        figure = Figure(figsize=(4.6 * columns, 3.6 * rows + 0.6))
        figure.set_layout_engine("constrained", w_pad=0.16, h_pad=0.16)
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes, (panel, found) in zip(grid, panels, strict=False):
            panel(axes, found, results)
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
        figure.suptitle(_heading(machine), x=0.01, ha="left", fontsize=11)
        vector, pixels = base.with_suffix(".svg"), base.with_suffix(".png")
        figure.savefig(vector, metadata={"Date": None}, facecolor="white")
        figure.savefig(pixels, dpi=140, facecolor="white")
    return vector, pixels


def _heading(machine: Machine | None) -> str:
    if machine is None:
        return "Fondaco bench"
    return (
        f"Fondaco bench, {machine.date}: {machine.cores} cores of {machine.cpu}, "
        f"{machine.memory_gib:.0f} GiB, PostgreSQL {machine.postgresql}, "
        f"Python {machine.python}"
    )


def _engine(axes: "Axes", found: Sequence[Result], every: Sequence[Result]) -> None:
    axes.set_title("Engine: paid purchases a second")
    _bars(axes, found, "purchases in a batch")
    rich = next((r for r in every if r.name == "rich"), None)
    if rich is not None:
        place = [r.variant for r in found].index(rich.variant)
        axes.hlines(rich.rate_per_s, place - 0.3, place + 0.3, color=SAND, linewidth=3)
        axes.set_xlabel("purchases in a batch (rich: with coupon, tax, VAT)")
        words = f"rich\n{rich.rate_per_s:,.0f}"
        axes.text(
            place, rich.rate_per_s * 0.97, words, color="white", fontsize=9, ha="center", va="top"
        )
    floor = max((r.rate_per_s for r in every if r.name == "floor"), default=None)
    if floor is not None:
        _line(axes, floor, f"floor: bare COPY {floor:,.0f}", STONE)
    _target(axes, "engine", 1000)


def _http_rate(axes: "Axes", found: Sequence[Result], every: Sequence[Result]) -> None:
    axes.set_title("HTTP: purchases a second")
    ceiling = max((r.detail.get("ceiling", 0) for r in found), default=0)
    note = f"\n(the load driver alone: {ceiling:,.0f}/s)" if ceiling else ""
    _bars(axes, found, "clients, one purchase a request" + note)
    _target(axes, "http", 256)


_ABOVE: Final = 900
"""Milliseconds at which the targets' words stand, over every bar."""


def _http_latency(axes: "Axes", found: Sequence[Result], every: Sequence[Result]) -> None:
    axes.set_title("HTTP: answer time, ms (log scale)")
    _latencies(axes, [(r.p50_ms or 0) for r in found], "p50", -0.2, SEA, "white")
    _latencies(axes, [(r.p99_ms or 0) for r in found], "p99", 0.2, SAND, INK)
    for place, result in enumerate(found):
        for target in TARGETS:
            if (target.name, target.variant) == ("http", result.variant) and "ms" in target.words:
                middle = place + (0.2 if "p99" in target.words else -0.2)
                axes.hlines(target.limit, middle - 0.22, middle + 0.22, color=BRICK, linewidth=2)
                axes.vlines(middle, target.limit, _ABOVE, color=BRICK, linewidth=0.8)
                axes.text(middle, _ABOVE * 1.1, target.words, **_NOTE, ha="center")
    axes.set_yscale("log")
    axes.set_ylim(0.5, 4000)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_xticks(range(len(found)), [f"{r.variant:,}" for r in found])
    axes.set_xlabel("clients")
    axes.grid(axis="y")
    axes.legend(frameon=False, loc="upper left", ncols=2, fontsize=9)


def _latencies(
    axes: "Axes", values: Sequence[float], label: str, shift: float, color: str, ink: str
) -> None:
    places = [place + shift for place in range(len(values))]
    drawn = axes.bar(places, values, 0.38, color=color, label=label)
    words = [f"{value:,.3g}" for value in values]
    axes.bar_label(drawn, words, padding=-13, fontsize=9, color=ink)


def _life_and_bulk(axes: "Axes", found: Sequence[Result], every: Sequence[Result]) -> None:
    axes.set_title("Life and bulk: purchases a second")
    rates = [result.rate_per_s for result in found]
    drawn = axes.barh([_WORDS[r.name].format(r.variant) for r in found], rates, 0.5, color=SEA)
    axes.bar_label(drawn, [f"{rate:,.0f}" for rate in rates], padding=4, fontsize=9)
    for place, result in enumerate(found):
        if result.name == "bulk":
            target = _target_of("bulk", 1000)
            axes.vlines(target.limit, place - 0.34, place + 0.34, color=BRICK, linewidth=2)
            axes.text(target.limit, place + 0.37, f"target {target.words}", **_NOTE, va="top")
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.margins(x=0.2, y=0.25)
    axes.xaxis.set_major_formatter("{x:,.0f}")


def _runs(axes: "Axes", found: Sequence[Result], every: Sequence[Result]) -> None:
    axes.set_title("Full runs: seconds for all of them")
    seconds = [result.detail["seconds"] for result in found]
    drawn = axes.barh([f"{r.variant:,}\n{r.name}" for r in found], seconds, 0.5, color=SEA)
    axes.bar_label(drawn, [f"{took:,.1f}" for took in seconds], padding=4, fontsize=9)
    limit = _target_of("settlements", 100_000).limit
    axes.axvline(limit, color=BRICK, linewidth=1.3, linestyle=(0, (5, 3)))
    axes.text(limit, 0.5, "target ", **_NOTE, ha="right", va="center")
    axes.set_xlim(0, max(*seconds, limit) * 1.15)
    axes.invert_yaxis()
    axes.grid(axis="x")


def _hot(axes: "Axes", found: Sequence[Result], every: Sequence[Result]) -> None:
    axes.set_title("One hot product")
    axes.set_axis_off()
    result = found[-1]
    detail = result.detail
    sold, units = detail["sold"], detail.get("units", 1000)
    exact = sold == units
    lines = (
        (
            0.68,
            f"{sold:,} sold" if isinstance(sold, int) else "sold: ?",
            26,
            SEA if exact else BRICK,
        ),
        (0.46, f"of {units:,} in stock, {'exactly' if exact else 'NOT exact'}", 12, INK),
        (0.30, f"{detail.get('attempts', 50_000):,} attempts, {result.variant} clients", 12, INK),
        (0.14, f"{result.rate_per_s:,.0f} attempts a second", 12, INK),
    )
    for height, words, size, color in lines:
        axes.text(0.0, height, words, fontsize=size, color=color, transform=axes.transAxes)


def _growth(axes: "Axes", found: Sequence[Result], every: Sequence[Result]) -> None:
    axes.set_title("Growth: engine rate as tables fill")
    sizes, rates = [r.variant for r in found], [r.rate_per_s for r in found]
    low, high = rates[0] * (1 - GROWTH_SHARE), rates[0] * (1 + GROWTH_SHARE)
    axes.axhspan(low, high, color=MIST, label=f"within {GROWTH_SHARE:.0%} of the first")
    axes.plot(sizes, rates, color=SEA, marker="o", linewidth=2)
    for size, rate in zip(sizes, rates, strict=True):
        axes.annotate(f"{rate:,.0f}", (size, rate), (0, 8), textcoords="offset points", ha="center")
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.margins(x=0.15)
    axes.set_ylim(0, max(*rates, high) * 1.25)
    axes.set_xlabel("purchases already there")
    axes.legend(frameon=False, loc="lower left")
    _thousands(axes)


def _search(axes: "Axes", found: Sequence[Result], every: Sequence[Result]) -> None:
    axes.set_title("Search: NDCG@10 of real questions")
    scores = [result.detail["ndcg_at_10"] for result in found]
    drawn = axes.bar([result.name for result in found], scores, width=0.6, color=SEA)
    axes.bar_label(drawn, [f"{score:.3f}" for score in scores], padding=2, fontsize=9)
    axes.margins(x=0.2, y=0.3)
    _target(axes, "search", 1)


_WORDS: Final = {
    "life": "placed\nto settled\nbatch {:,}",
    "bulk": "NDJSON\nover HTTP\n{:,} lines",
}
_NOTE: Final[Any] = {
    "color": BRICK,
    "fontsize": 9,
    "bbox": {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
}
_PANELS: Final[tuple[tuple[tuple[str, ...], Panel], ...]] = (
    (("engine",), _engine),
    (("http",), _http_rate),
    (("http",), _http_latency),
    (("life", "bulk"), _life_and_bulk),
    (("settlements", "payouts"), _runs),
    (("growth",), _growth),
    (("search", "search by AND"), _search),
    (("hot",), _hot),
)


def _bars(axes: "Axes", found: Sequence[Result], label: str) -> None:
    rates = [result.rate_per_s for result in found]
    drawn = axes.bar([f"{r.variant:,}" for r in found], rates, width=0.6, color=SEA)
    axes.bar_label(drawn, [f"{rate:,.0f}" for rate in rates], padding=2, fontsize=9)
    axes.set_xlabel(label)
    axes.grid(axis="y")
    axes.margins(x=0.35 if len(found) == 1 else 0.08, y=0.2)
    _thousands(axes)


def _target(axes: "Axes", name: str, variant: int) -> None:
    target = _target_of(name, variant)
    _line(axes, target.limit, f"target {target.words} at {variant:,}", BRICK)


def _target_of(name: str, variant: int) -> Target:
    return next(t for t in TARGETS if (t.name, t.variant) == (name, variant))


def _line(axes: "Axes", height: float, words: str, color: str) -> None:
    axes.axhline(height, color=color, linewidth=1.3, linestyle=(0, (5, 3)))
    axes.annotate(
        words,
        (0.01, height),
        (0, 4),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        **(_NOTE | {"color": color}),
    )


def _thousands(axes: "Axes") -> None:
    axes.yaxis.set_major_formatter("{x:,.0f}")


def main(arguments: Sequence[str]) -> int:
    """Draw the results in the first file to the second name."""
    if len(arguments) != 2:
        print("usage: python -m fondaco.bench.picture RESULTS.json OUT", file=sys.stderr)
        return 2
    machine, results = read_record(Path(arguments[0]))
    for path in draw(results, machine, Path(arguments[1])):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
