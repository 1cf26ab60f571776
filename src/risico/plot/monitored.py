"""Control charts and funnels, with what stands out said in words."""

from __future__ import annotations

from typing import Any

from risico.estimate import Estimate, Estimates
from risico.plot.look import BLUE, INK, VERMILION, WORDS, Look, figure_of, numbers, shown
from risico.words import number, pick

REACH = 2.0  # standard errors to the inner limits of a funnel


def control_chart(estimates: Estimates, look: Look) -> Any:
    """Draw a control chart: values joined by a line, the mean, dashed limits; what stands out is a large diamond."""
    figure = figure_of(3.4)
    axes, scale = figure.subplots(), 100 if look.percent else 1
    dots = [(e.at, scale * e.value, e.by["period"]) for e in _measured(estimates) if e.value is not None]
    axes.plot([at for at, _, _ in dots], [y for _, y, _ in dots], color=BLUE, linewidth=1, marker="o", markersize=4)
    marked = _marked(estimates)
    loud = [(at, y) for at, y, period in dots if period in marked]
    axes.plot(*zip(*loud, strict=True) if loud else ([], []), "D", color=VERMILION, markersize=8, fillstyle="none")
    lines = [e for e in estimates if e.name == "expected" and e.value is not None]
    for key, style, word in (
        ("value", "solid", "centre"),
        ("low", (0, (4, 3)), "limit"),
        ("high", (0, (4, 3)), "limit"),
    ):
        ends = [(e.at, scale * getattr(e, key)) for e in lines]
        if ends:
            axes.step(
                [at for at, _ in ends], [y for _, y in ends], where="mid", color=INK, linestyle=style, linewidth=1
            )
            axes.annotate(
                pick(WORDS[word], look.language), ends[-1], xytext=(8, -3), textcoords="offset points", fontsize=9
            )
    periods = [(e.at, e.by["period"]) for e in _measured(estimates) if e.value is not None]
    shown = periods[:: -(-len(periods) // 9) or 1]
    axes.set_xticks([at for at, _ in shown], [period for _, period in shown])
    axes.spines[["right", "top"]].set_visible(False)
    axes.set_xlabel(look.axis)
    numbers(axes.yaxis, look.language)
    return figure


def _measured(estimates: Estimates) -> list[Estimate]:
    return [estimate for estimate in estimates if estimate.name.startswith("measured")]


def _marked(estimates: Estimates) -> list[str]:
    """Return the periods on which some rule stands, in order of time."""
    spans = [(e.by["from"], e.by["to"]) for e in estimates if e.name == "signal"]
    return [e.by["period"] for e in _measured(estimates) if any(a <= e.by["period"] <= b for a, b in spans)]


def told_chart(estimates: Estimates, look: Look) -> str:
    """Say of a control chart over which periods it is, where it stands now, and what stands out."""
    marked, last = _marked(estimates), [e for e in estimates if e.name == "expected"][-1]
    said = pick(WORDS["marked" if marked else "unmarked"], look.language).format(periods=", ".join(marked))
    periods = [e.by["period"] for e in _measured(estimates) if e.value is not None] or [""]
    parts = {key: shown(getattr(last, key), look) for key in ("value", "low", "high")}
    kind = "no_limits" if last.value is None else "chart"
    return pick(WORDS[kind], look.language).format(
        n=len(periods), first=periods[0], last=periods[-1], marked=said, **parts
    )


def funnel(estimates: Estimates, look: Look) -> Any:
    """Draw units against what was expected of them, with the limits and the line of as expected."""
    figure = figure_of(4.0)
    axes = figure.subplots()
    axes.axhline(1, color=INK, linewidth=1)
    bands = list(dict.fromkeys(e.by["limits"] for e in estimates if e.name == "funnel_limits"))
    for band, style in zip(bands, ((0, (5, 3)), (0, (1, 1.5))), strict=False):
        line = [e for e in estimates if e.name == "funnel_limits" and e.by["limits"] == band]
        for key in ("low", "high"):
            axes.plot([e.at for e in line], [getattr(e, key) for e in line], color=INK, linestyle=style, linewidth=1)
        axes.annotate(f"±{band}", (line[-1].at, line[-1].high), xytext=(3, 2), textcoords="offset points", fontsize=9)
    units = [e for e in estimates if e.name == "standardised_ratio" and e.value is not None]
    axes.plot([e.at for e in units], [e.value for e in units], "o", color=BLUE, markersize=6)
    for e in units if len(units) <= 15 else []:
        axes.annotate(e.by["unit"], (e.at, e.value), xytext=(5, 4), textcoords="offset points", fontsize=8)
    axes.spines[["right", "top"]].set_visible(False)
    axes.set_xlabel(look.axis)
    numbers(axes.xaxis, look.language)
    numbers(axes.yaxis, look.language)
    return figure


def told_funnel(estimates: Estimates, look: Look) -> str:
    """Say of a funnel how far units lie apart, and which lie beyond two standard errors."""
    ratios = [e.value for e in estimates if e.name == "standardised_ratio" and e.value is not None]
    beyond = [e.by["unit"] for e in estimates if e.name == "z_after" and e.value is not None and abs(e.value) > REACH]
    low, high = (number(end, look.language) for end in (min(ratios, default=None), max(ratios, default=None)))
    none = pick({"nl": "geen", "en": "none"}, look.language)
    told = pick(WORDS["funnel"], look.language)
    return told.format(n=len(ratios), low=low, high=high, outside=", ".join(beyond) or none) + "."
