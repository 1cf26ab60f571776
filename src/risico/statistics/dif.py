"""Items that work differently in another group."""

from __future__ import annotations

from risico.dif import dif
from risico.statistics.row import Statistic


def _dif(reference: str, collapse: str, reason: str) -> Statistic:
    return Statistic(
        function=dif,
        input="counts",
        reference=reference,
        stored="dif",
        tolerance=1e-7,
        reason=reason,
        collapse=collapse,
    )


LRM = "rms::lrm.fit 6.5.0 (eps = 1e-12), second MASS::polr 7.3-58.2"
ITERATED = "both sides iterate the likelihood; a small p holds fewer digits of it"
TEST = "mantelhaen.test of R 4.2.2"
CLOSED = "closed form"
SAME = "two groups with the same forms: {}"

ROWS: dict[str, Statistic] = {
    "dif_r2": _dif(LRM, SAME.format(0), ITERATED),
    "dif_p": _dif(LRM, SAME.format(1), ITERATED),
    "dif_p_holm": _dif(
        f"p.adjust(method = 'holm') of R 4.2.2 on {LRM}", "three items: the smallest p times three", ITERATED
    ),
    "dif_uniform_p": _dif(LRM, SAME.format(1), ITERATED),
    "dif_nonuniform_p": _dif(LRM, SAME.format(1), ITERATED),
    "dif_odds_ratio": _dif(TEST, SAME.format(1), CLOSED),
    "dif_odds_ratio_p": _dif(TEST, SAME.format(1), CLOSED),
}
