"""Pictures of Estimates: intervals, a curve, a control chart or a funnel. SVG text that explains itself unseen.

Every picture carries a title and the finding as text (`role="img"`), a table stands beside it, and it can be
read in grey: a line differs by its dashes and a mark by its shape, never by colour alone. Colours after Okabe and Ito.
"""

from __future__ import annotations

import html

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.plot.forest import curve, forest
from risico.plot.look import WORDS, Look, Picture, label, sentence, shown
from risico.plot.monitored import control_chart, funnel, told_chart, told_funnel
from risico.plot.svg import accessible, svg_of
from risico.words import number, pick

__all__ = ["Look", "Picture", "describe", "plot", "table"]


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
        figure = control_chart(estimates, look)
    elif "funnel_limits" in names:
        figure = funnel(estimates, look)
    elif any(estimate.at is not None for estimate in estimates):
        figure = curve(estimates, look)
    else:
        figure = forest(estimates, equal, zero, look)
    finding = look.finding or describe(estimates + ([equal] if equal else []), look)
    return Picture(accessible(svg_of(figure), look.title or estimates[0].name, finding, look.key))


def describe(estimates: Estimates, look: Look) -> str:
    """Say in one line per estimate what the picture shows; of a curve only its two ends, of a chart what stands out."""
    names = {estimate.name for estimate in estimates}
    if "expected" in names or "funnel_limits" in names:
        return told_chart(estimates, look) if "expected" in names else told_funnel(estimates, look)
    ends = [e for e in estimates if e.at is None] or [*estimates[:1], *estimates[-1:]]
    return ". ".join(sentence(estimate, look) for estimate in ends) + "."


def table(estimates: Estimates, look: Look, caption: str) -> str:
    """Return the numbers of a picture as an HTML table, to stand beside it."""
    head = "".join(f'<th scope="col">{html.escape(c)}</th>' for c in pick(WORDS["columns"], look.language).split("|"))
    rows: list[str] = []
    for estimate in estimates:
        cells = [shown(v, look) for v in (estimate.value, estimate.low, estimate.high)]
        cells.append(number(estimate.n, look.language))
        tail = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{html.escape(label(estimate, look))}</th>{tail}</tr>')
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f"<table><caption>{html.escape(caption)}</caption>{body}</table>"
