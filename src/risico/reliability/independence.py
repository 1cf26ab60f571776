"""Only ratings that were made without seeing another say anything about agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.forms import known
from risico.reliability.agreement import known_levels, one_coefficient
from risico.reliability.coefficients import USUAL, Scale, kinds
from risico.reliability.units import Rated, blank, by_unit, coded, once, table_of
from risico.tally import Counts

ALONE = ("first", "second", "third", "fourth", "eerste", "tweede", "derde", "vierde")
"""Positions of a rater who gave an own judgement."""
JOINT = ("joint", "consensus", "gezamenlijk")
"""Positions of a rating that several gave together."""
CONTEXT = ("alone", "interpreter", "mode")
REASONS = ("joint", "position_unknown", "not_blind", "blind_unknown")


class Independent(NamedTuple):
    """Ratings that are independent of each other, and how many were left out for each reason."""

    rated: Rated
    left_out: dict[str, int]


def independent(
    forms: Any,
    of: Sequence[str],
    *,
    unit: Sequence[str],
    rater: str,
    position: str | None,
    blind: str | None = None,
    also: Sequence[str] = (),
) -> Independent:
    """Read the forms whose rating is independent, as `by_unit` does; one rater may rate a unit once.

    `position` names the column that says whether a rating was the first, the second … or joint, `blind` one that is
    true where the rater had not seen another rating. A rating is left out that is joint or not blind, or of which that
    is not known. `position=None` says that all are independent. Raises UsageError where the forms lack the column, or
    it holds another word.
    """
    columns = _columns(forms)
    if position is not None and columns is not None and position not in columns:
        raise UsageError(
            f"No column '{position}' says which ratings were made without seeing another; a joint rating is no second "
            "opinion, and would make agreement look better than it is.\n"
            f"Name the column (position=…; its words are {', '.join((*ALONE[:3], JOINT[0]))}), or give position=None "
            "where every rating was made independently."
        )
    asked = [column for column in (position, blind) if column is not None]
    found = by_unit(forms, of, unit=unit, rater=rater, also=[*asked, *also])
    reason = np.full(len(found.unit), "", dtype=f"<U{max(map(len, REASONS))}")
    if position is not None:
        reason = _by_position(position, found.values[position], reason)
    if blind is not None:
        reason = _by_blind(blind, found.values[blind], reason)
    left = {name: int((reason == name).sum()) for name in REASONS}
    return Independent(once(found.some(reason == ""), unit), left)


def _columns(forms: Any) -> list[str] | None:
    if isinstance(forms, Mapping):
        return [str(name) for name in forms]
    frame = known(forms)
    return None if frame is None else list(frame.columns)


def _by_position(column: str, values: NDArray[Any], reason: NDArray[Any]) -> NDArray[Any]:
    words, place = coded(values)
    words = [word.strip().lower() for word in words]
    strange = set(words) - {"", *ALONE, *JOINT}
    if strange:
        raise UsageError(
            f"{len(strange)} words in '{column}' do not say whether a rating was made without seeing another.\n"
            f"Independent are: {', '.join(ALONE)}; together: {', '.join(JOINT)}. Write them as one of these."
        )
    found = np.array(["position_unknown" if not word else "joint" if word in JOINT else "" for word in words] or [""])
    return found[place] if len(place) else reason


def _by_blind(column: str, values: NDArray[Any], reason: NDArray[Any]) -> NDArray[Any]:
    filled = ~blank(values)
    if values.dtype == object or not np.isin(values[filled], (0, 1)).all():
        raise UsageError(f"'{column}' must be true where the rater had not seen another rating, and else false.")
    reason = np.where((reason == "") & ~filled, "blind_unknown", reason)
    return np.where((reason == "") & (values == 0), "not_blind", reason)


def independent_ratings(
    forms: Any,
    of: str,
    *,
    unit: Sequence[str],
    rater: str = "rater",
    position: str | None = "rater_position",
    blind: str | None = None,
    cluster: str | None = None,
) -> Counts:
    """Put the independent ratings of each unit side by side, one column per rater: what `agreement` takes.

    `forms` has one row per form; `of` is the column that was rated, `unit` names the columns that say which forms are
    about the same thing. `position` names the column that says whether a rating was the first, second, third, fourth
    (eerste …) or joint (consensus, gezamenlijk), `blind` one that is true where the rater had not seen another rating.
    Ratings that are joint or not blind, and those of which that is not known, are left out; `agreement_by_context`
    counts them. Give position=None where every rating was made independently. `cluster` names a column to keep beside
    the raters, such as the team, for `agreement(…, cluster=…)`.

    Raises UsageError where the forms lack the column of the position, it holds another word, unit or rater is blank,
    one rater rated a unit twice, a unit is of two clusters, or a rater is named as the cluster.

    >>> forms = {"case": [1, 1, 1, 2, 2], "rater": ["x", "y", "x", "x", "y"],
    ...          "rater_position": ["first", "second", "joint", "first", "second"],
    ...          "band": ["low", "high", "high", "low", "low"]}
    >>> independent_ratings(forms, "band", unit=["case"]).values[1].tolist()
    ['high', 'low']
    """
    also = [] if cluster is None else [cluster]
    rated = independent(forms, [of], unit=unit, rater=rater, position=position, blind=blind, also=also).rated
    column = rated.values[of]
    nothing: Any = None if column.dtype == object else np.nan
    used = np.unique(rated.rater)
    wide = np.full((len(used), int(rated.unit.max(initial=-1)) + 1), nothing, dtype=column.dtype)
    wide[np.searchsorted(used, rated.rater), rated.unit] = column
    names = tuple(rated.raters[place] for place in used.tolist())
    values = tuple(wide)
    if cluster is not None:
        names, values = (*names, cluster), (*values, _of_unit(rated, cluster, names))
    return Counts(columns=names, values=values, number=np.ones(wide.shape[1], dtype=np.int64))


def _of_unit(rated: Rated, cluster: str, raters: Sequence[str]) -> NDArray[Any]:
    """Return the cluster of each unit, shape (units,)."""
    if cluster in raters:
        raise UsageError(f"A rater is called '{cluster}', as the column of the clusters is. Rename one of them.")
    own = rated.values[cluster]
    out = np.full(int(rated.unit.max(initial=-1)) + 1, None if own.dtype == object else np.nan, dtype=own.dtype)
    out[rated.unit] = own
    torn = len(np.unique(rated.unit[coded(own)[1] != coded(out[rated.unit])[1]]))
    if torn:
        raise UsageError(
            f"Ratings of one unit are of more than one '{cluster}', in {torn} units.\n"
            "Redrawing clusters takes a unit to be of one of them. Give each unit one, or name another column."
        )
    return out


def agreement_by_context(
    forms: Any,
    of: str,
    *,
    unit: Sequence[str],
    rater: str = "rater",
    position: str | None = "rater_position",
    blind: str | None = None,
    by: Sequence[str] | None = None,
    scale: Scale = "nominal",
    levels: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Agreement of independent ratings, for all and by the circumstances in which the forms were filled in.

    Input is that of `independent_ratings`, `scale` and `levels` are those of `agreement`. `by` names context columns;
    None takes those of `alone`, `interpreter` and `mode` that the forms have. A unit belongs to the value that all its
    ratings share; where these differ it is in the group `differs`, where one is blank in `unknown`.

    Returns `ratings_independent` and for each reason `ratings_left_out` (`by={"reason": …}`: joint, position_unknown,
    not_blind, blind_unknown), then the coefficient to report and `percent_agreement`, first of all units and then with
    `by={"alone": …}` and so on. Groups are described and not compared: who is seen alone is not like who is not.

    >>> forms = {"case": [1, 1, 1, 2, 2], "rater": ["x", "y", "x", "x", "y"],
    ...          "rater_position": ["first", "second", "joint", "first", "second"],
    ...          "alone": [True, True, True, False, False], "band": ["low", "high", "high", "low", "low"]}
    >>> found = agreement_by_context(forms, "band", unit=["case"])
    >>> found["ratings_independent"].value, found.where(reason="joint")["ratings_left_out"].value
    (4.0, 1.0)
    >>> [(dict(e.by), e.value) for e in found if e.name == "percent_agreement"]
    [({}, 0.5), ({'alone': 'false'}, 1.0), ({'alone': 'true'}, 0.0)]
    """
    check_confidence(confidence)
    columns = _columns(forms) or []
    contexts = [name for name in CONTEXT if name in columns] if by is None else list(by)
    rated, left = independent(forms, [of], unit=unit, rater=rater, position=position, blind=blind, also=contexts)
    column = Counts(columns=(of,), values=(rated.values[of],), number=np.ones(len(rated.unit), dtype=np.int64))
    told = known_levels(column, scale, levels)
    place = {level: i for i, level in enumerate(told)}
    names = (next(iter(kinds(scale, USUAL[scale]))), "percent_agreement")

    def of_units(kept: NDArray[np.bool_], group: dict[str, str]) -> list[Estimate]:
        table = table_of(rated.some(kept), of, told, place)
        return [one_coefficient(table, name, scale, confidence, by=group) for name in names]

    everything = of_units(np.ones(len(rated.unit), dtype=np.bool_), {})
    groups = [
        e for context in contexts for value, kept in _groups(rated, context) for e in of_units(kept, {context: value})
    ]
    return Estimates([*_flow(len(rated.unit), left), *everything, *groups])


def _flow(kept: int, left: dict[str, int]) -> list[Estimate]:
    n = kept + sum(left.values())
    counted = [("ratings_independent", kept, {})]
    counted += [("ratings_left_out", number, {"reason": reason}) for reason, number in left.items()]
    return [Estimate(name=name, value=float(v), n=n, method="count of ratings", by=by) for name, v, by in counted]


def _groups(rated: Rated, context: str) -> list[tuple[str, NDArray[np.bool_]]]:
    """Which forms are of units of each group."""
    words, place = coded(rated.values[context])
    if rated.values[context].dtype != object and set(words) <= {"", "0", "1"}:
        words = tuple({"": "", "0": "false", "1": "true"}[word] for word in words)
    known_words = sorted({*words} - {"", "unknown"})
    code = np.array([known_words.index(w) if w in known_words else len(known_words) for w in words], np.int64)[place]
    units = int(rated.unit.max(initial=-1)) + 1
    least, most = np.full(units, len(known_words) + 1), np.full(units, -1)
    np.minimum.at(least, rated.unit, code)
    np.maximum.at(most, rated.unit, code)
    unknown = most == len(known_words)
    differs = ~unknown & (most >= 0) & (least != most)
    found = [(word, ~unknown & ~differs & (least == i)) for i, word in enumerate(known_words)]
    found += [(name, which) for name, which in (("differs", differs), ("unknown", unknown)) if which.any()]
    return [(word, which[rated.unit]) for word, which in found]
