"""Agreement of raters about levels."""

from __future__ import annotations

from risico.reliability import agreement, agreement_by_level
from risico.statistics.row import CLOSED, Statistic

IRRCAC = "irrCAC::{} 1.0"
KRIPPENDORFF = "irrCAC::krippen.alpha.raw 1.0 ({} weights), irr::kripp.alpha 0.84.1, Krippendorff (2011)"
BY_N = "; for a table irrCAC divides by n where we divide by n − 1, as it does for ratings"


def _agreement(reference: str, collapse: str, stored: str = "agreement", reason: str = CLOSED) -> Statistic:
    return Statistic(
        function=agreement,
        input="counts",
        reference=reference,
        stored=stored,
        tolerance=1e-10,
        reason=reason,
        collapse=collapse,
    )


def _weighted(base: str, function: str, kind: str) -> tuple[str, Statistic]:
    shown = "own matrix" if kind == "custom" else f"{kind}.weights"
    reason = CLOSED + BY_N if base == "scott_pi" else CLOSED
    row = _agreement(f"{IRRCAC.format(function)} ({shown})", "two levels: unweighted", "agreement_weighted", reason)
    return f"{base}_{kind}", row


KINDS = ("linear", "quadratic", "ordinal", "custom")
WITH_WEIGHTS = {
    "gwet_ac2": "gwet.ac1.raw",
    "percent_agreement": "pa.coeff.raw",
    "fleiss_kappa": "fleiss.kappa.raw",
    "conger_kappa": "conger.kappa.raw",
    "brennan_prediger": "bp.coeff.raw",
    "scott_pi": "scott2.table",
    "cohen_kappa": "kappa2.table",
}
ROWS: dict[str, Statistic] = {
    **dict(_weighted(base, function, kind) for base, function in WITH_WEIGHTS.items() for kind in KINDS),
    **dict(_weighted("krippendorff_alpha", "krippen.alpha.raw", kind) for kind in ("linear", "custom")),
    "percent_agreement": _agreement(IRRCAC.format("pa.coeff.raw"), "two raters: the share on the diagonal"),
    "gwet_ac1": _agreement(IRRCAC.format("gwet.ac1.raw"), "two levels chosen equally often: 2 p − 1"),
    "fleiss_kappa": _agreement(
        IRRCAC.format("fleiss.kappa.raw"), "two raters with the same margins: Cohen's kappa of their table"
    ),
    "specific_agreement": Statistic(
        function=agreement_by_level,
        input="counts",
        reference="R 4.2.2: a walk over every pair of ratings, prop.test(correct = FALSE) on the effective number",
        stored="agreement_weighted",
        tolerance=1e-8,
        reason=CLOSED,
        collapse="two raters and two levels equally often: the share that agrees",
    ),
    "conger_kappa": _agreement(
        IRRCAC.format("conger.kappa.raw"), "two raters without gaps: Cohen's kappa", "agreement_weighted"
    ),
    "brennan_prediger": _agreement(IRRCAC.format("bp.coeff.raw"), "two levels: 2 p − 1", "agreement_weighted"),
    "scott_pi": _agreement(
        IRRCAC.format("scott2.table"), "no gaps: Fleiss' kappa of two raters", "agreement_weighted", CLOSED + BY_N
    ),
    "pabak": _agreement(
        f"epiR::epi.kappa 2.0.57, {IRRCAC.format('bp2.table')}", "2 p − 1", "agreement_weighted", CLOSED + BY_N
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
}
