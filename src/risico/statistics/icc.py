"""Agreement of raters about scores."""

from __future__ import annotations

from risico.reliability import icc
from risico.statistics.row import Statistic


def _icc(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=icc,
        input="sums",
        reference=f"psych::ICC(lmer = FALSE) 2.2.9: {reference}",
        stored="icc",
        tolerance=1e-8,
        reason="closed form; psych's p values are 1 - pf(), which loses digits near 0",
        collapse=collapse,
    )


def _irr(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=icc,
        input="sums",
        reference=f"irr::icc 0.84.1: {reference}; of ICC(A,k) only F, its df2 there being that of another coefficient",
        stored="icc_mcgraw_wong",
        tolerance=1e-8,
        reason="closed form; irr takes its mean squares from variances",
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "icc_1_1": _icc("ICC1, Shrout & Fleiss (1979) table 4", "raters give the same scores: 1"),
    "icc_2_1": _icc("ICC2, Shrout & Fleiss (1979) table 4", "raters differ as much as the residual: icc_3_1"),
    "icc_3_1": _icc("ICC3, Shrout & Fleiss (1979) table 4", "raters a fixed distance apart: 1"),
    "icc_1_k": _icc("ICC1k, Shrout & Fleiss (1979) table 4", "Spearman-Brown of icc_1_1"),
    "icc_2_k": _icc("ICC2k, Shrout & Fleiss (1979) table 4", "Spearman-Brown of icc_2_1"),
    "icc_3_k": _icc("ICC3k, Shrout & Fleiss (1979) table 4", "Cronbach's alpha with raters as items"),
    "df_between": _icc("df1", "units − 1"),
    "f_one_way": _icc("F of ICC1", "scipy.stats.f_oneway over the units"),
    "df_one_way": _icc("df2 of ICC1", "units × (raters − 1)"),
    "p_one_way": _icc("p of ICC1", "scipy.stats.f_oneway over the units"),
    "f_two_way": _icc("F of ICC3", "1 / (1 − alpha) with raters as items"),
    "df_two_way": _icc("df2 of ICC3", "(units − 1) × (raters − 1)"),
    "p_two_way": _icc("p of ICC3", "the upper tail of F at f_two_way"),
    "icc_f": _irr("F value of each at r0 = .1 and .5", "above 0: f_two_way"),
    "icc_df": _irr("df2 of each at r0 = .1 and .5", "consistency: df_two_way"),
    "icc_p": _irr("p value of each at r0 = .1 and .5", "above the lower end: half of what the interval leaves out"),
}
