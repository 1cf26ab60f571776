"""A cut-off in several groups."""

from __future__ import annotations

from risico.statistics.row import CLOSED, Statistic
from risico.validity import fairness


def _row(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=fairness,
        input="counts",
        reference=reference,
        stored="fairness",
        tolerance=1e-10,
        reason=CLOSED,
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "false_positive_rate_if_equal": _row(
        "equation 2.6 of Chouldechova (2017), R script", "groups that are alike: one less the specificity"
    ),
    "equal_p": _row("prop.test(correct = FALSE) of R 4.2.2", "groups that are alike: 1"),
    "base_rate_gap": _row("prop.test of R 4.2.2", "two groups: the difference of their base rates"),
}
