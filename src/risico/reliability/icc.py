"""The six intraclass correlations of Shrout and Fleiss, and of McGraw and Wong, from sums of completely rated units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import icc as numbers
from risico.reliability.raters import only_raters
from risico.tally import Sums, sums

MODELS = {
    "icc_2_1": "ICC(2,1), McGraw & Wong ICC(A,1): the same raters, drawn from many, one rating, absolute agreement",
    "icc_3_1": "ICC(3,1), McGraw & Wong ICC(C,1): these raters only, one rating, consistency",
    "icc_1_1": "ICC(1,1), McGraw & Wong ICC(1): other raters for each unit, one rating, absolute agreement",
    "icc_2_k": "ICC(2,k), McGraw & Wong ICC(A,k): the same raters, from many, mean of {k} ratings, absolute agreement",
    "icc_3_k": "ICC(3,k), McGraw & Wong ICC(C,k): these raters only, mean of {k} ratings, consistency",
    "icc_1_k": "ICC(1,k), McGraw & Wong ICC(k): other raters for each unit, mean of {k} ratings, absolute agreement",
}
"""Name to method; the first is the one to report unless the design is another."""
SOURCE = "Shrout & Fleiss (1979); McGraw & Wong (1996)"


def icc(
    ratings: Any, columns: Sequence[str] | None = None, *, above: float | None = None, confidence: float = 0.95
) -> Estimates:
    """Intraclass correlations of scores that several raters gave to the same units.

    `ratings` has one row per unit and one column per rater: any frame or table of numbers, Counts or Sums. `columns`
    names the raters (all, if none; a key such as `case` among them raises UsageError).
    Units without a rating by every rater are left out, and counted in `method`; `components` uses them.

    Report `icc_2_1` unless the design is another: on the next case one rater decides, and what that rater says counts
    as it stands. `icc_3_1` is for raters who are compared with themselves only, `icc_1_1` where each case had other
    raters, and the means of k ratings where a decision will rest on k ratings each time.

    Shrout and Fleiss have three kinds, McGraw and Wong (1996) ten: ICC(1) and ICC(k); ICC(C,1), ICC(A,1), ICC(C,k) and
    ICC(A,k) with raters drawn from many (case 2) or not (case 3), each with an interaction of raters and units or
    without (2A, 3A). They are six numbers: 2, 2A, 3 and 3A are computed alike and differ in what they speak of. Each
    stands here once, with both names in `method`. In case 3 with an interaction no number speaks of the mean of k
    ratings; `icc_2_k` and `icc_3_k` then assume that there is none.

    Returns `icc_2_1`, `icc_3_1`, `icc_1_1`, `icc_2_k`, `icc_3_k`, `icc_1_k`, and the F test that units do not differ
    against differences within units (`f_one_way`, `df_one_way`, `p_one_way`) and against the residual (`f_two_way`,
    `df_two_way`, `p_two_way`); `df_between` belongs to both. With `above`, a number from 0 to below 1, also `icc_f`,
    `icc_df` and `icc_p` for each: the test that it is at most that. Raises UsageError for another `above`.

    >>> table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> found = icc(table, above=0.1)
    >>> found["icc_2_1"]
    icc_2_1 0.2898 [0.01879, 0.7611], n = 6
    >>> found.where(coefficient="icc_2_1")["icc_p"]
    icc_p · icc_2_1 0.1349, n = 6
    """
    check_confidence(confidence)
    if above is not None and not 0 <= above < 1:
        raise UsageError(f"above: a reliability to beat lies from 0 to below 1, and is not {above:g}.")
    tally = sums(ratings, columns)
    only_raters(tally.columns, columns)
    if (why := _impossible(tally)) is not None:
        nothing = [Estimate(name=name, n=tally.n, why=why) for name in (*MODELS, *_TESTS)]
        more = _beaten(None, above, "", tally.n, why) if above is not None else Estimates()
        return Estimates(nothing) + more
    ms = numbers.mean_squares(n=tally.n, means=tally.means, cross=tally.cross)
    values, ends = numbers.coefficients(ms=ms), numbers.intervals(ms=ms, confidence=confidence)
    left = f"; {tally.left_out} units left out that some rater did not rate" if tally.left_out else ""
    six = [_one(name, values[name], ends.get(name), ms, left, confidence) for name in MODELS]
    more = _beaten(ms, above, left, ms.n) if above is not None else Estimates()
    return Estimates([*six, *_tests(ms, left)]) + more


def _beaten(
    ms: numbers.MeanSquares | None, above: float, left: str, n: int, impossible: str | None = None
) -> Estimates:
    """The test of each coefficient against a value to beat."""
    tests = numbers.above(ms=ms, value=above) if ms is not None else {}
    method = f"F test that the coefficient is at most {above:g}{left}"
    out: list[Estimate] = []
    for form in MODELS:
        found = tests.get(form)
        why = None if found else impossible or f"the {_WITHIN if form.startswith('icc_1') else _RESIDUAL} is 0"
        cells = {"icc_f": found.f, "icc_df": float(found.df2), "icc_p": found.p} if found else {}
        for name in ("icc_f", "icc_df", "icc_p"):
            value, by = cells.get(name), {"coefficient": form}
            out.append(Estimate(name=name, value=value, n=n, method=method, source=SOURCE, by=by, why=why))
    return Estimates(out)


_WITHIN, _RESIDUAL = "mean square within units", "residual mean square"
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
    sure = (
        ends is not None and ends[0] <= value <= ends[1] and ends[0] < ends[1]
    )  # never true of NaN; a point is no interval
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
        against = _WITHIN if design == "one_way" else _RESIDUAL
        method = f"F test: mean square between units / {against}{left}"
        cells = {"f": found.f, "df": float(found.df2), "p": found.p} if found else dict.fromkeys(["f", "df", "p"])
        for key, value in cells.items():
            why = None if found else f"the {against} is 0"
            n = ms.n if found else None
            out.append(Estimate(name=f"{key}_{design}", value=value, n=n, method=method, source=SOURCE, why=why))
    return Estimates(out)
