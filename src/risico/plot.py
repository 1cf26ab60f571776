"""Pictures of Estimates: intervals, a curve, a control chart or a funnel. SVG text that explains itself unseen.

Every picture carries a title and the finding as text (`role="img"`), a table stands beside it, and it can be
read in grey: a line differs by its dashes and a mark by its shape, never by colour alone. Colours after Okabe and Ito.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from risico.errors import MissingExtra, UsageError
from risico.estimate import Estimate, Estimates
from risico.words import Language, number, pick

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

BLUE, VERMILION, GREY, INK = "#0072B2", "#D55E00", "#5F5F5F", "#1A1A1A"
FONTS = "DejaVu Sans, Verdana, sans-serif"
WIDTH = 7.2  # inches; 72 points each
REACH = 2.0  # standard errors to the inner limits of a funnel

WORDS: dict[str, Mapping[str, str]] = {
    "zero": {"nl": "geen verschil", "en": "no difference"},
    "equal": {"nl": "als het voor iedereen gelijk is", "en": "if the same for all"},
    "none": {"nl": "geen getal te tonen", "en": "no number to show"},
    "finding": {"nl": "{label}: {value}, tussen {low} en {high}", "en": "{label}: {value}, between {low} and {high}"},
    "alone": {"nl": "{label}: {value}", "en": "{label}: {value}"},
    "centre": {"nl": "gemiddeld", "en": "mean"},
    "limit": {"nl": "grens", "en": "limit"},
    "chart": {
        "nl": "{n} perioden, {first} tot en met {last}; nu gemiddeld {value}, grenzen {low} en {high}. {marked}",
        "en": "{n} periods, {first} to {last}; now a mean of {value}, limits {low} and {high}. {marked}",
    },
    "no_limits": {"nl": "er zijn nog geen grenzen. {marked}", "en": "there are no limits yet. {marked}"},
    "marked": {"nl": "Wat opvalt: {periods}.", "en": "What stands out: {periods}."},
    "unmarked": {"nl": "Geen periode valt op.", "en": "No period stands out."},
    "funnel": {
        "nl": "{n} eenheden, van {low} tot {high} keer wat verwacht was; verder dan twee standaardfouten: {outside}",
        "en": "{n} units, from {low} to {high} times what was expected; further than two standard errors: {outside}",
    },
    "columns": {"nl": "wat|waarde|van|tot|n", "en": "what|value|from|to|n"},
}


class Picture(str):
    """The text of one SVG element; a notebook shows it, and `str` is what goes into a page."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a picture speaks: its language, title, labels and axis; `percent` writes shares as percentage points."""

    language: Language = "en"
    title: str = ""
    finding: str = ""
    axis: str = ""
    sides: tuple[str, str] = ("", "")
    percent: bool = False
    key: str = "plot"
    label: Callable[[Estimate], str] | None = None


def plot(
    estimates: Estimates, *, equal: Estimate | None = None, zero: bool = True, look: Look | None = None
) -> Picture:
    """Draw the estimates as SVG: a control chart or a funnel when they are those of `risico.monitoring`, a curve when
    they have an `at`, otherwise intervals under each other.

    `equal` is the estimate that holds for everybody together; it gets its own row and a dashed line (the equal-effect
    line), `zero` draws the line of no effect. An estimate without a value keeps its row and says so. Raises
    `UsageError` for nothing to draw and `MissingExtra` without matplotlib.

    >>> drawn = plot(Estimates([Estimate(name="itt", value=-0.1, low=-0.2, high=0.0, by={"profile": "stress"})]))
    >>> drawn.startswith("<svg"), "<desc" in drawn
    (True, True)
    """
    look = look or Look()
    if not estimates:
        raise UsageError("There is nothing to draw: no estimates were given.")
    names = {estimate.name for estimate in estimates}
    if "expected" in names:
        figure = _chart(estimates, look)
    elif "funnel_limits" in names:
        figure = _funnel(estimates, look)
    elif any(estimate.at is not None for estimate in estimates):
        figure = _curve(estimates, look)
    else:
        figure = _forest(estimates, equal, zero, look)
    finding = look.finding or describe(estimates + ([equal] if equal else []), look)
    return Picture(_accessible(_svg(figure), look.title or estimates[0].name, finding, look.key))


def describe(estimates: Estimates, look: Look) -> str:
    """Say in one line per estimate what the picture shows; of a curve only its two ends, of a chart what stands out."""
    names = {estimate.name for estimate in estimates}
    if "expected" in names or "funnel_limits" in names:
        return _told_chart(estimates, look) if "expected" in names else _told_funnel(estimates, look)
    ends = [e for e in estimates if e.at is None] or [*estimates[:1], *estimates[-1:]]
    return ". ".join(_sentence(estimate, look) for estimate in ends) + "."


def table(estimates: Estimates, look: Look, caption: str) -> str:
    """Return the numbers of a picture as an HTML table, to stand beside it."""
    head = "".join(f'<th scope="col">{html.escape(c)}</th>' for c in pick(WORDS["columns"], look.language).split("|"))
    rows: list[str] = []
    for estimate in estimates:
        cells = [_shown(v, look) for v in (estimate.value, estimate.low, estimate.high)]
        cells.append(number(estimate.n, look.language))
        tail = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{html.escape(_label(estimate, look))}</th>{tail}</tr>')
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f"<table><caption>{html.escape(caption)}</caption>{body}</table>"


def _sentence(estimate: Estimate, look: Look) -> str:
    if estimate.value is None:
        return f"{_label(estimate, look)}: {pick(WORDS['none'], look.language)}"
    kind = "alone" if estimate.low is None or estimate.high is None else "finding"
    parts = {key: _shown(getattr(estimate, key), look) for key in ("value", "low", "high")}
    return pick(WORDS[kind], look.language).format(label=_label(estimate, look), **parts)


def _label(estimate: Estimate, look: Look) -> str:
    if look.label:
        return look.label(estimate)
    place = [] if estimate.at is None else [f"{estimate.at:g}"]
    return " · ".join([*estimate.by.values(), *place]) or estimate.name


def _shown(value: float | None, look: Look) -> str:
    if value is None or not look.percent:
        return number(value, look.language)
    return number(round(100 * value, 0 if abs(value) >= 0.01 else 1) + 0.0, look.language, 1)  # + 0.0: never "-0"


def _figure(height: float) -> Any:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("Drawing a picture", "report") from error
    return Figure(figsize=(WIDTH, height), layout="constrained")


def _forest(estimates: Estimates, equal: Estimate | None, zero: bool, look: Look) -> Any:
    """Draw one row per estimate, the one for everybody together at the bottom as a diamond."""
    rows = [*estimates, *([equal] if equal else [])]
    figure = _figure(0.9 + 0.34 * len(rows))
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
    axes.set_yticks(range(len(rows)), [_label(estimate, look) for estimate in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.set_xlabel(look.axis)
    _numbers(axes.xaxis, look.language)
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


def _curve(estimates: Estimates, look: Look) -> Any:
    """Draw value against place, one line per `by`, each with its own dashes and its name at the end."""
    figure = _figure(3.2)
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
    _numbers(axes.xaxis, look.language)
    _numbers(axes.yaxis, look.language)
    return figure


def _chart(estimates: Estimates, look: Look) -> Any:
    """Draw a control chart: values joined by a line, the mean, dashed limits; what stands out is a large diamond."""
    figure = _figure(3.4)
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
    _numbers(axes.yaxis, look.language)
    return figure


def _measured(estimates: Estimates) -> list[Estimate]:
    return [estimate for estimate in estimates if estimate.name.startswith("measured")]


def _marked(estimates: Estimates) -> list[str]:
    """Return the periods on which some rule stands, in order of time."""
    spans = [(e.by["from"], e.by["to"]) for e in estimates if e.name == "signal"]
    return [e.by["period"] for e in _measured(estimates) if any(a <= e.by["period"] <= b for a, b in spans)]


def _told_chart(estimates: Estimates, look: Look) -> str:
    marked, last = _marked(estimates), [e for e in estimates if e.name == "expected"][-1]
    said = pick(WORDS["marked" if marked else "unmarked"], look.language).format(periods=", ".join(marked))
    periods = [e.by["period"] for e in _measured(estimates) if e.value is not None] or [""]
    parts = {key: _shown(getattr(last, key), look) for key in ("value", "low", "high")}
    kind = "no_limits" if last.value is None else "chart"
    return pick(WORDS[kind], look.language).format(
        n=len(periods), first=periods[0], last=periods[-1], marked=said, **parts
    )


def _funnel(estimates: Estimates, look: Look) -> Any:
    """Draw units against what was expected of them, with the limits and the line of as expected."""
    figure = _figure(4.0)
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
    _numbers(axes.xaxis, look.language)
    _numbers(axes.yaxis, look.language)
    return figure


def _told_funnel(estimates: Estimates, look: Look) -> str:
    ratios = [e.value for e in estimates if e.name == "standardised_ratio" and e.value is not None]
    beyond = [e.by["unit"] for e in estimates if e.name == "z_after" and e.value is not None and abs(e.value) > REACH]
    low, high = (number(end, look.language) for end in (min(ratios, default=None), max(ratios, default=None)))
    none = pick({"nl": "geen", "en": "none"}, look.language)
    told = pick(WORDS["funnel"], look.language)
    return told.format(n=len(ratios), low=low, high=high, outside=", ".join(beyond) or none) + "."


def _numbers(axis: Any, language: Language) -> None:
    """Write the numbers along an axis as readers of the language do."""
    comma = "," if language == "nl" else "."

    def write(value: float, _: int) -> str:
        return f"{value:g}".replace("-", "−").replace(".", comma)

    axis.set_major_formatter(write)


def _svg(figure: Any) -> str:
    from matplotlib import rc_context

    out = io.StringIO()
    look: dict[RcKeyType, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "risico",
        "font.family": "DejaVu Sans",
        "font.size": 10,
    }
    nobody = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with rc_context(look):
        figure.savefig(out, format="svg", transparent=True, metadata=nobody)
    return out.getvalue()


def _accessible(svg: str, title: str, finding: str, key: str) -> str:
    """Make the SVG fit into a page: title and finding, own ids, attributes instead of styles, nothing from elsewhere.

    A page with a strict content policy refuses `style` attributes, so each becomes the attribute of the same name.
    """
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\sstyle="([^"]*)"', _attributes, svg)
    svg = re.sub(r'\bid="', f'id="{key}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{key}-", svg)
    view = re.search(r'viewBox="[^"]*"', svg)
    names = f'aria-labelledby="{key}-title" aria-describedby="{key}-desc"'
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {view[0] if view else ""} '
        f'role="img" {names} stroke-linejoin="round">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(finding)}</desc>'
    )
    return re.sub(r"^<svg[^>]*>", lambda _: root, svg)


def _attributes(style: re.Match[str]) -> str:
    """Turn `fill: x; font-family: a, b` into `fill="x" font-family="…"`."""
    pairs = (part.partition(":") for part in html.unescape(style[1]).split(";") if part.strip())
    found = {name.strip(): FONTS if name.strip() == "font-family" else value.strip() for name, _, value in pairs}
    return "".join(f' {name}="{html.escape(value)}"' for name, value in found.items())
