"""Agreement of raters about levels."""

from __future__ import annotations

from risico.reliability import agreement
from risico.statistics.row import CLOSED, Statistic

IRRCAC = "irrCAC::{} 1.0"
KRIPPENDORFF = "irrCAC::krippen.alpha.raw 1.0 ({} weights), irr::kripp.alpha 0.84.1, Krippendorff (2011)"


def _agreement(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=agreement,
        input="counts",
        reference=reference,
        stored="agreement",
        tolerance=1e-10,
        reason=CLOSED,
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "percent_agreement": _agreement(IRRCAC.format("pa.coeff.raw"), "two raters: the share on the diagonal"),
    "gwet_ac1": _agreement(IRRCAC.format("gwet.ac1.raw"), "two levels chosen equally often: 2 p − 1"),
    "fleiss_kappa": _agreement(
        IRRCAC.format("fleiss.kappa.raw"), "two raters with the same margins: Cohen's kappa of their table"
    ),
    "krippendorff_alpha": _agreement(
        KRIPPENDORFF.format("identity"), "no gaps and N ratings: 1 − (1 − Fleiss' kappa) (N − 1) / N"
    ),
    "krippendorff_alpha_ordinal": _agreement(KRIPPENDORFF.format("ordinal"), "two levels: the nominal alpha"),
    "krippendorff_alpha_interval": _agreement(KRIPPENDORFF.format("quadratic"), "two levels: the nominal alpha"),
    "krippendorff_alpha_ratio": _agreement(KRIPPENDORFF.format("ratio"), "two levels: the nominal alpha"),
    "cohen_kappa": _agreement(
        "irrCAC::kappa2.table 1.0, psych::cohen.kappa 2.2.9, irr::kappa2 0.84.1", "raters independent: 0"
    ),
    "cohen_kappa_linear": _agreement(
        "irrCAC::kappa2.table 1.0, irr::kappa2(weight = 'equal')", "two levels: unweighted"
    ),
    "cohen_kappa_quadratic": _agreement(
        "irrCAC::kappa2.table 1.0, irr::kappa2(weight = 'squared')", "two levels: unweighted"
    ),
}
