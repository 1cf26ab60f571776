"""How far an assignment hangs on what we chose: the checks that family_profiles section 4.4 asks of the rule.

Each check changes one thing (weights, cores, the threshold, a source of information that is not there), assigns every
family anew and counts whom that moves. A rule that moves many families when a weight goes up by a quarter says more
about its weights than about the families.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError, did_you_mean
from risico.estimate import Estimate, Estimates
from risico.numbers.intervals import wilson
from risico.profiles.assign import Arrays, Floats, assign
from risico.profiles.form import codes
from risico.profiles.rule import ProfileRule, load

STEP: Final = 0.25  # family_profiles section 4.4: weights a quarter up and down
THRESHOLDS: Final = (45, 55)
SAME: Final = "label_kept"
ARROW: Final = " → "
WILSON: Final = "Wilson (1927)"
NOBODY: Final = "no form holds an indicator"
ONE_GROUP: Final = "all families are in one group, or have one label"
NOT_LEADING: Final = "intimate terror leads for safety in no family"


def checks(
    forms: Any,
    *,
    sources: Mapping[str, Sequence[str]] | None = None,
    draws: int = 200,
    seed: int = 1,
    rule: ProfileRule | None = None,
) -> Estimates:
    """Assign every family anew under each check of the sheet, and say how many get another label, and which.

    `forms` is a frame with one row per family and the columns of the rule. `sources` names what can be missing: for
    each source of information the indicators that stay open without it. `draws` is how often all weights are drawn at
    random between 25% less and 25% more, from `seed`.

    For each check (`weights_random`, `weights_equal`, `gates_off`, `threshold_45`, `threshold_55`, and `source_missing`
    with its `source`): `label_changed` and `primary_changed`, shares of the families; and but for the draws
    `safety_lost`, of those in whom intimate terror leads for safety the share in whom it no longer does, and
    `label_moved`, counts by `move` (from → to; `label_kept`). `weight_changed` is the share that gets another label
    when one weight alone goes up or down by 25%. Intervals are about families (Wilson); those of the draws hold 95% of
    the draws. A form without any indicator is left out.

    Raises what `profile` raises, and UsageError for an indicator of a source that the rule has not.

    >>> import polars as pl
    >>> coded = pl.DataFrame({f"gezinsprofiel_{item}": [0, 2] for item in load().asked})
    >>> found = checks(coded, sources={"children": ["t7", "k7"]}, draws=10)
    >>> found.where(check="threshold_45")["label_changed"].value
    0.0
    """
    rule = rule or load()
    asked = _sources(sources or {}, rule)
    coded = codes(forms, rule)
    kept = ~np.all([np.isnan(values) for values in coded.values()], axis=0)
    coded = {name: values[kept] for name, values in coded.items()}
    if not kept.any():
        return Estimates([Estimate(name="label_changed", n=0, why=NOBODY)])
    before = assign(coded, rule)
    out = _at_random(coded, before, rule, draws, seed)
    for name, changed in _variants(rule):
        out += _one({"check": name}, before, assign(coded, changed))
    for name, items in asked.items():
        out += _one({"check": "source_missing", "source": name}, before, assign(_open(coded, items), rule))
    return Estimates([*out, *_each_weight(coded, before, rule)])


def profile_shares(
    forms: Any, group: Sequence[Any] | NDArray[Any], name: str, rule: ProfileRule | None = None
) -> Estimates:
    """Return how the labels fall within each group, how much was left open there, and whether the labels differ.

    `forms` has one row per family; `group` holds the group of each (text; blank is left out) and `name` says what it is
    (region, who reported …). `profile_share` is the share of a group with a label, `indicators_open` the mean number of
    indicators left open, `labels_differ_p` Pearson's chi-square test that labels fall alike in all groups. A
    difference can be one between families, or one in how they are coded: this cannot tell.

    >>> import polars as pl
    >>> coded = pl.DataFrame({f"gezinsprofiel_{item}": [0, 2, 0, 2] for item in load().asked})
    >>> found = profile_shares(coded, ["north", "north", "south", "south"], "region")
    >>> found.where(region="north", label="niet_ingedeeld")["profile_share"].value
    0.5
    """
    from scipy import stats

    rule = rule or load()
    coded = codes(forms, rule)
    open_ = np.sum([np.isnan(values) for values in coded.values()], axis=0)
    words = np.array(["" if v is None or v != v else str(v) for v in np.asarray(group, dtype=object).tolist()])
    if len(words) != len(open_):
        raise UsageError(f"group: {len(words)} values for {len(open_)} families. Give one for each.")
    kept = (open_ < len(coded)) & (words != "")
    labels, words, open_ = assign(coded, rule)["label"][kept], words[kept], open_[kept]
    names, known = np.unique(words), np.unique(labels)
    table = np.array([[np.count_nonzero((words == g) & (labels == k)) for k in known] for g in names]).reshape(
        len(names), len(known)
    )
    out: list[Estimate] = []
    for place, one in enumerate(names.tolist()):
        n = int(table[place].sum())
        out += [
            _share("profile_share", int(table[place, k]), n, {name: one, "label": str(label)})
            for k, label in enumerate(known)
        ]
        out.append(_mean_open(open_[words == one], len(coded), {name: one}))
    method = "Pearson's chi-square test"
    told: dict[str, Any] = {"name": "labels_differ_p", "n": len(words), "by": {"group": name}, "method": method}
    if min(table.shape) < 2:
        return Estimates([*out, Estimate(**told, why=ONE_GROUP)])
    tested: Any = stats.chi2_contingency(table, correction=False)
    return Estimates([*out, Estimate(**told, value=float(tested.pvalue), source="Pearson (1900)")])


def _sources(sources: Mapping[str, Sequence[str]], rule: ProfileRule) -> Mapping[str, Sequence[str]]:
    for name, items in sources.items():
        for item in items:
            if item not in rule.asked:
                raise UsageError(
                    f"sources, {name}: the rule asks no indicator '{item}'.{did_you_mean(item, rule.asked)}"
                )
    return sources


def _variants(rule: ProfileRule) -> Iterator[tuple[str, ProfileRule]]:
    """Yield the rule with equal weights, without cores, and with another threshold."""
    yield "weights_equal", _weighed(rule, {name: 1.0 for name, one in rule.indicators.items() if one.weight})
    yield "gates_off", _decided(rule, gates=False)
    for points in THRESHOLDS:
        yield f"threshold_{points}", _decided(rule, candidate_from=points)


def _decided(rule: ProfileRule, **told: Any) -> ProfileRule:
    return rule.model_copy(update={"decision": rule.decision.model_copy(update=told)})


def _weighed(rule: ProfileRule, weights: Mapping[str, float]) -> ProfileRule:
    named = {
        name: one.model_copy(update={"weight": weights.get(name, one.weight)}) for name, one in rule.indicators.items()
    }
    return rule.model_copy(update={"indicators": named})


def _open(coded: Mapping[str, Floats], items: Sequence[str]) -> dict[str, Floats]:
    return {name: np.full_like(values, np.nan) if name in items else values for name, values in coded.items()}


def _one(by: Mapping[str, str], before: Arrays, after: Arrays) -> list[Estimate]:
    """Return what one check does to the labels."""
    n = len(before["label"])
    out = [
        _share(f"{what}_changed", int(np.count_nonzero(before[what] != after[what])), n, by)
        for what in ("label", "primary")
    ]
    out.append(_safety(before, after, by))
    moves = np.where(before["label"] == after["label"], SAME, _joined(before["label"], after["label"]))
    found, counts = np.unique(moves.astype(str), return_counts=True)
    return out + [
        Estimate(name="label_moved", value=float(k), n=n, method="count of families", by={**by, "move": move})
        for move, k in zip(found.tolist(), counts, strict=True)
    ]


def _joined(before: NDArray[Any], after: NDArray[Any]) -> NDArray[Any]:
    return np.array([f"{a}{ARROW}{b}" for a, b in zip(before, after, strict=True)], dtype=object)


def _safety(before: Arrays, after: Arrays, by: Mapping[str, str]) -> Estimate:
    """Of those in whom it leads for safety: it no longer does, or can no longer be known."""
    leading = before["safety_leading"] == 1
    if not leading.any():
        return Estimate(name="safety_lost", n=0, by=by, why=NOT_LEADING)
    return _share("safety_lost", int(np.count_nonzero(after["safety_leading"][leading] != 1)), int(leading.sum()), by)


def _at_random(coded: Mapping[str, Floats], before: Arrays, rule: ProfileRule, draws: int, seed: int) -> list[Estimate]:
    """Draw all weights at once, and say how far the labels of all families moved over the draws."""
    rng = np.random.default_rng(seed)
    weights = {name: float(one.weight) for name, one in rule.indicators.items() if one.weight}
    changed = np.empty((draws, 2))
    for place in range(draws):
        factor = rng.uniform(1 - STEP, 1 + STEP, len(weights))
        drawn = _weighed(rule, {name: w * f for (name, w), f in zip(weights.items(), factor, strict=True)})
        after = assign(coded, drawn)
        changed[place] = [np.mean(before[what] != after[what]) for what in ("label", "primary")]
    low, high = np.quantile(changed, [0.025, 0.975], axis=0)
    method = f"share of families, mean of {draws} draws of all weights up to 25% up or down; 95% of the draws"
    return [
        Estimate(
            name=f"{what}_changed", value=float(changed[:, k].mean()), low=float(low[k]), high=float(high[k]),
            confidence=0.95, n=len(before["label"]), method=method, by={"check": "weights_random"},
        )
        for k, what in enumerate(("label", "primary"))
    ]  # fmt: skip


def _each_weight(coded: Mapping[str, Floats], before: Arrays, rule: ProfileRule) -> Iterator[Estimate]:
    n = len(before["label"])
    for name, one in rule.indicators.items():
        for side, factor in (("down", 1 - STEP), ("up", 1 + STEP)):
            if one.weight:
                after = assign(coded, _weighed(rule, {name: one.weight * factor}))
                moved = int(np.count_nonzero(before["label"] != after["label"]))
                yield _share("weight_changed", moved, n, {"side": side, "indicator": name})


def _mean_open(values: NDArray[Any], most: int, by: Mapping[str, str]) -> Estimate:
    se = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return Estimate(
        name="indicators_open", value=float(values.mean()), se=se, n=len(values), by=by,
        method=f"mean number of {most} indicators left open", least=0.0, most=float(most),
    )  # fmt: skip


def _share(name: str, part: int, n: int, by: Mapping[str, str]) -> Estimate:
    low, high = wilson(successes=part, n=n)
    return Estimate(
        name=name, value=part / n, low=low, high=high, confidence=0.95, n=n,
        method="share of families, Wilson interval", source=WILSON, by=by,
    )  # fmt: skip
