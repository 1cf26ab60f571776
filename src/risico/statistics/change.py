"""Change of one person."""

from __future__ import annotations

from risico.reliability import change
from risico.statistics.row import CLOSED, Statistic


def _change(collapse: str) -> Statistic:
    return Statistic(
        function=change,
        input="counts",
        reference="sd, qnorm and prop.test of R 4.2.2, after Jacobson & Truax (1991)",
        stored="change",
        tolerance=1e-10,
        reason=CLOSED,
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "change_needed": _change("a reliability of .5: z standard deviations"),
    "reliably_worse": _change("everybody falls far: 1"),
    "unchanged": _change("nobody changes: 1"),
    "reliably_better": _change("everybody rises far: 1"),
    "recovered": _change("everybody rises far beyond the cut-off: 1"),
}
