"""Intervals under each other, and curves."""

from __future__ import annotations

from typing import Any

from risico.estimate import Estimate, Estimates
from risico.plot.look import BLUE, GREY, INK, VERMILION, WORDS, Look, figure_of, label, numbers
from risico.words import pick


def forest(estimates: Estimates, equal: Estimate | None, zero: bool, look: Look) -> Any:
    """Draw one row per estimate, the one for everybody together at the bottom as a diamond."""
    rows = [*estimates, *([equal] if equal else [])]
    figure = figure_of(0.9 + 0.34 * len(rows))
    axes = figure.subplots()
    scale = 100 if look.percent else 1
    if zero:
        axes.axvline(0, color=INK, linewidth=1)
        _above(axes, 0, pick(WORDS["zero"], look.language), "right" if equal and (equal.value or 0) > 0 else "left")
    if equal and equal.value is not None:
        axes.axvline(scale * equal.value, color=VERMILION, linewidth=1.2, linestyle=(0, (4, 3)))
        words = pick(WORDS["equal"], look.language)
        _above(axes, scale * equal.value, words, "left" if equal.value > 0 else "right")
    for place, estimate in enumerate(rows):
        _row(axes, place, estimate, scale, look, pooled=estimate is equal)
    axes.set_yticks(range(len(rows)), [label(estimate, look) for estimate in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.set_xlabel(look.axis)
    numbers(axes.xaxis, look.language)
    _sides(axes, look.sides)
    return figure


def _sides(axes: Any, sides: tuple[str, str]) -> None:
    """Write below the axis what lies to the left and to the right of no difference."""
    for x, words, side in ((0, f"← {sides[0]}", "left"), (1, f"{sides[1]} →", "right")):
        if len(words) > 2:
            axes.annotate(
                words,
                (x, 0),
                xycoords="axes fraction",
                xytext=(0, -44),
                textcoords="offset points",
                ha=side,
                fontsize=9,
            )


def _above(axes: Any, x: float, words: str, side: str) -> None:
    """Write the name of a line above it, on the side where it does not meet the other one."""
    axes.annotate(
        words, (x, 1), xycoords=("data", "axes fraction"), xytext=(4 if side == "left" else -4, 2),
        textcoords="offset points", ha=side, va="bottom", fontsize=9, color=INK,
    )  # fmt: skip


def _row(axes: Any, place: int, estimate: Estimate, scale: float, look: Look, *, pooled: bool) -> None:
    if estimate.value is None:
        words = pick(WORDS["none"], look.language)
        across = axes.get_yaxis_transform()
        axes.text(
            0.5,
            place,
            words,
            ha="center",
            va="center",
            fontsize=9,
            color=GREY,
            style="italic",
            transform=across,
            backgroundcolor="white",
        )
        return
    colour = VERMILION if pooled else BLUE
    if estimate.low is not None and estimate.high is not None:
        axes.plot([scale * estimate.low, scale * estimate.high], [place, place], color=colour, linewidth=2)
    axes.plot(scale * estimate.value, place, marker="D" if pooled else "s", markersize=7, color=colour)


def curve(estimates: Estimates, look: Look) -> Any:
    """Draw value against place, one line per `by`, each with its own dashes and its name at the end."""
    figure = figure_of(3.2)
    axes = figure.subplots()
    dashes = ("solid", (0, (5, 2)), (0, (1, 1.5)), "dashdot")
    kinds = list(dict.fromkeys(tuple(estimate.by.items()) for estimate in estimates))
    for i, kind in enumerate(kinds):
        line = [e for e in estimates if tuple(e.by.items()) == kind and e.value is not None and e.at is not None]
        if not line:
            continue
        colour = (BLUE, VERMILION, GREY, INK)[i % 4]
        at = [e.at for e in line]
        axes.plot(at, [e.value for e in line], color=colour, linestyle=dashes[i % 4], linewidth=1.8)
        if all(e.low is not None and e.high is not None for e in line):
            axes.fill_between(at, [e.low for e in line], [e.high for e in line], color=colour, alpha=0.15, linewidth=0)
        words = " · ".join(dict(kind).values())
        axes.annotate(words, (line[-1].at, line[-1].value), xytext=(4, 0), textcoords="offset points", fontsize=9)
    axes.spines[["right", "top"]].set_visible(False)
    axes.set_xlabel(look.axis)
    numbers(axes.xaxis, look.language)
    numbers(axes.yaxis, look.language)
    return figure
