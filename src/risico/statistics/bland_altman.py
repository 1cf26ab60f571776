"""How far two scores of the same thing lie apart."""

from __future__ import annotations

from risico.reliability import bland_altman
from risico.statistics.row import BASE, CLOSED, Statistic


def _row(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=bland_altman,
        input="counts",
        reference=f"{BASE}: {reference}",
        stored="bland_altman",
        tolerance=1e-8,
        reason=CLOSED,
        collapse=collapse,
    )


LIMIT = "qnorm, qt with a noncentrality (Carkeet 2015); mean and SD as in Bland & Altman (1986)"
ROWS: dict[str, Statistic] = {
    "bias": _row("t.test(paired = TRUE)", "scipy.stats.ttest_rel: t times its standard error"),
    "sd_of_differences": _row("sd, qchisq", "the second score does not vary: the SD of the first"),
    "limit_of_agreement_low": _row(LIMIT, "the two turned round: minus the upper limit"),
    "limit_of_agreement_high": _row(LIMIT, "bias and 1.96 standard deviations"),
    "proportional_bias": _row("lm", "two scores with the same spread: 0"),
}
