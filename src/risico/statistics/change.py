"""Change of one person."""

from __future__ import annotations

from collections.abc import Callable

from risico.estimate import Estimates
from risico.reliability import change, cutoffs
from risico.statistics.row import CLOSED, Statistic


def _change(
    collapse: str,
    reference: str = "sd, qnorm and prop.test of R 4.2.2, after Jacobson & Truax (1991)",
    stored: str = "change",
    function: Callable[..., Estimates] = change,
) -> Statistic:
    return Statistic(
        function=function,
        input="counts",
        reference=reference,
        stored=stored,
        tolerance=1e-10,
        reason=CLOSED,
        collapse=collapse,
    )


def _other(method: str, function: str) -> dict[str, Statistic]:
    reference = f"clinicalsignificance 3.0.0: {function}, with prop.test of R 4.2.2"
    cases = {
        "deteriorated": "everybody falls far: 1",
        "unchanged": "everybody stays at the mean: 1",
        "improved": "everybody rises far: 1",
        "recovered": "everybody rises far beyond the cut-off: 1",
    }
    return {f"{name}_{method}": _change(case, reference, "change_methods") for name, case in cases.items()}


def _cutoff(collapse: str) -> Statistic:
    return _change(
        collapse, "clinicalsignificance 3.0.0: .calc_cutoff_jt; b written out in R", "change_methods", cutoffs
    )


ROWS: dict[str, Statistic] = {
    "change_needed": _change("a reliability of .5: z standard deviations"),
    "deteriorated": _change("everybody falls far: 1"),
    "unchanged": _change("nobody changes: 1"),
    "improved": _change("everybody rises far: 1"),
    "recovered": _change("everybody rises far beyond the cut-off: 1"),
    **_other("edwards_nunnally", "calc_rci.cs_en"),
    **_other("hageman_arrindell", "calc_rci.cs_ha"),
    "cutoff_c": _cutoff("equal SDs: half-way"),
    "cutoff_a": _cutoff("the mean and two SDs"),
    "cutoff_b": _cutoff("the other mean less two SDs"),
}
