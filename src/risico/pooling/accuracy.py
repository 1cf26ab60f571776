"""How well a cut-off tells people apart, over several studies: what it finds and what it raises for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import intervals
from risico.numbers.meta import bivariate

Array = NDArray[np.float64]

SOURCE: Final = "Reitsma et al. (2005)"
NAMES: Final = (
    "pooled_sensitivity",
    "pooled_specificity",
    "spread_logit_sensitivity",
    "spread_logit_specificity",
    "accuracy_correlation",
)


def pooled_accuracy(
    tp: Sequence[float],
    fn: Sequence[float],
    fp: Sequence[float],
    tn: Sequence[float],
    *,
    confidence: float = 0.95,
) -> Estimates:
    """Sensitivity and specificity of one cut-off over studies that differ, by the bivariate model.

    The four sequences count, per study, people with the outcome who were found (`tp`) and missed (`fn`), and without it
    who got a signal all the same (`fp`) or none (`tn`). A half is added to every cell of every study, as the reference
    does. Raises UsageError where a count is negative or the sequences differ in length.

    Returns `pooled_sensitivity` and `pooled_specificity` (of the typical study, not the average one),
    `spread_logit_sensitivity` and `spread_logit_specificity` (standard deviations between studies on the logit scale)
    and `accuracy_correlation`, that of logit sensitivity and logit false-positive rate: near 1, studies differ mostly
    in where they draw the line. Restricted maximum likelihood.

    >>> found = pooled_accuracy([47, 126, 19, 36], [9, 51, 10, 3], [101, 272, 12, 78], [738, 1543, 192, 276])
    >>> [round(e.value, 2) for e in found][:2]
    [0.78, 0.87]
    """
    check_confidence(confidence)
    table = np.array([tp, fn, fp, tn], dtype=np.float64) if len({len(x) for x in (tp, fn, fp, tn)}) == 1 else None
    if table is None or (table < 0).any() or np.isnan(table).any():
        raise UsageError("tp, fn, fp and tn each hold one count per study, none below 0 and none missing.")
    studies = table.shape[1]
    if studies < 3:
        why = f"{studies} studies do not say how far studies lie apart; three are needed"
        return Estimates(Estimate(name=name, n=studies, why=why) for name in NAMES)
    found, missed, raised, quiet = table + 0.5
    y = np.column_stack([np.log(found / missed), np.log(raised / quiet)])
    fit = bivariate(y=y, v=np.column_stack([1 / found + 1 / missed, 1 / raised + 1 / quiet]))
    told = f"bivariate model, REML, 0.5 added to every cell; {studies} studies"
    few = "few studies: the intervals take the spread between them as known" if studies < 10 else None
    spread = np.sqrt(np.diag(fit.between))
    out = [
        *(
            _share(name, fit.mean, fit.covariance, i, studies, told, few, confidence)
            for i, name in enumerate(NAMES[:2])
        ),
        *(_spread(name, float(spread[i]), studies, told) for i, name in enumerate(NAMES[2:4])),
    ]
    if spread.min() < 1e-4:
        out.append(Estimate(name=NAMES[4], n=studies, why="studies do not differ, so nothing can go together"))
        return Estimates(out)
    together = float(fit.between[0, 1] / spread.prod())
    method = f"correlation of logit sensitivity and logit false-positive rate; {told}"
    out.append(Estimate(name=NAMES[4], value=together, n=studies, method=method, source=SOURCE))
    return Estimates(out)


def _spread(name: str, value: float, studies: int, told: str) -> Estimate:
    return Estimate(name=name, value=value, n=studies, method=f"SD of logits between studies; {told}", source=SOURCE)


def _share(
    name: str, mean: Array, covariance: Array, i: int, studies: int, told: str, why: str | None, confidence: float
) -> Estimate:
    """The second mean is the false-positive rate, of which specificity is what is left."""
    sign = 1.0 if i == 0 else -1.0
    se = float(np.sqrt(covariance[i, i]))
    low, high = intervals.normal(value=sign * float(mean[i]), se=se, confidence=confidence)
    return Estimate(
        name=name,
        value=float(special.expit(sign * mean[i])),
        low=float(special.expit(low)),
        high=float(special.expit(high)),
        confidence=confidence,
        n=studies,
        method=f"{told}, interval on the logit scale",
        source=SOURCE,
        why=why,
    )
