"""The six intraclass correlations of Shrout and Fleiss, from the sums of completely rated units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import icc as numbers
from risico.reliability.raters import only_raters
from risico.tally import Sums, sums

MODELS = {
    "icc_1_1": "ICC(1,1): other raters for each unit, one rating, absolute agreement",
    "icc_2_1": "ICC(2,1): the same raters, drawn from many, one rating, absolute agreement",
    "icc_3_1": "ICC(3,1): these raters only, one rating, consistency",
    "icc_1_k": "ICC(1,k): other raters for each unit, mean of {k} ratings, absolute agreement",
    "icc_2_k": "ICC(2,k): the same raters, drawn from many, mean of {k} ratings, absolute agreement",
    "icc_3_k": "ICC(3,k): these raters only, mean of {k} ratings, consistency",
}
SOURCE = "Shrout & Fleiss (1979)"


def icc(ratings: Any, columns: Sequence[str] | None = None, *, confidence: float = 0.95) -> Estimates:
    """Intraclass correlations of scores that several raters gave to the same units.

    `ratings` has one row per unit and one column per rater: any frame or table of numbers, Counts or Sums. `columns`
    names the raters (all, if none; a key such as `case` among them raises UsageError).
    Units without a rating by every rater are left out, and counted in `method`.

    Returns `icc_1_1`, `icc_2_1`, `icc_3_1`, `icc_1_k`, `icc_2_k`, `icc_3_k`, and the F test that units do not differ
    against differences within units (`f_one_way`, `df_one_way`, `p_one_way`) and against the residual (`f_two_way`,
    `df_two_way`, `p_two_way`); `df_between` belongs to both. Shrout and Fleiss (1979).

    >>> table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> found = icc(table)
    >>> found["icc_2_1"]
    icc_2_1 0.2898 [0.01879, 0.7611], n = 6
    >>> round(found["f_two_way"].value, 2)
    11.03
    """
    check_confidence(confidence)
    tally = sums(ratings, columns)
    only_raters(tally.columns, columns)
    if (why := _impossible(tally)) is not None:
        return Estimates(Estimate(name=name, n=tally.n, why=why) for name in (*MODELS, *_TESTS))
    ms = numbers.mean_squares(n=tally.n, means=tally.means, cross=tally.cross)
    values, ends = numbers.coefficients(ms=ms), numbers.intervals(ms=ms, confidence=confidence)
    left = f"; {tally.left_out} units left out that some rater did not rate" if tally.left_out else ""
    six = [_one(name, values[name], ends.get(name), ms, left, confidence) for name in MODELS]
    return Estimates([*six, *_tests(ms, left)])


_TESTS = ("df_between", "f_one_way", "df_one_way", "p_one_way", "f_two_way", "df_two_way", "p_two_way")


def _impossible(tally: Sums) -> str | None:
    if len(tally.columns) < 2:
        return "an intraclass correlation needs at least two raters"
    if tally.n < 2:
        return f"{tally.n} of {tally.n + tally.left_out} units were rated by every rater, and two are needed"
    return None


def _one(
    name: str, value: float, ends: tuple[float, float] | None, ms: numbers.MeanSquares, left: str, confidence: float
) -> Estimate:
    if not math.isfinite(value):
        return Estimate(name=name, why="units differ too little: no variance between them is left to divide by")
    sure = ends is not None and ends[0] <= value <= ends[1]  # never true of NaN
    low, high = ends if ends is not None and sure else (None, None)
    return Estimate(
        name=name,
        value=value,
        low=low,
        high=high,
        confidence=confidence if sure else None,
        n=ms.n,
        method=MODELS[name].format(k=ms.k) + left,
        source=SOURCE,
        why=_caution(value, ends, sure=sure),
    )


def _caution(value: float, ends: tuple[float, float] | None, *, sure: bool) -> str | None:
    if ends is None:
        return "no interval: raters left no residual to judge it by"
    below = "below 0: ratings of one unit differ more than ratings of different units" if value < 0 else None
    if sure:
        return below
    return "no interval: the approximation behind it does not hold here" + (f"; {below}" if below else "")


def _tests(ms: numbers.MeanSquares, left: str) -> Estimates:
    tests = numbers.f_tests(ms=ms)
    out = [Estimate(name="df_between", value=float(ms.n - 1), n=ms.n, method="units − 1" + left, source=SOURCE)]
    for design in ("one_way", "two_way"):
        found = tests.get(design)
        against = "mean square within units" if design == "one_way" else "residual mean square"
        method = f"F test: mean square between units / {against}{left}"
        cells = {"f": found.f, "df": float(found.df2), "p": found.p} if found else dict.fromkeys(["f", "df", "p"])
        for key, value in cells.items():
            why = None if found else f"the {against} is 0"
            n = ms.n if found else None
            out.append(Estimate(name=f"{key}_{design}", value=value, n=n, method=method, source=SOURCE, why=why))
    return Estimates(out)
