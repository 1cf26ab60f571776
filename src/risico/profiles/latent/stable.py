"""Would other families give the same classes? And do rule and classes put the same families together?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers.latent_classes import Array, Index, adjusted_rand
from risico.profiles.assign import assign
from risico.profiles.form import codes
from risico.profiles.latent.classes import FEWEST, SMALLEST_FAMILIES, Classes
from risico.profiles.latent.fit import Model, best_model

SPLITS: Final = 3
STABLE: Final = 0.80
"""From here groupings agree well (Steinley 2004, from memory); below it the classes are not called stable."""
BACK, STARTS = 3, 30  # per half or rest: starts that must come back, and starts at most
ONE: Final = "one class holds everybody, so there is nothing that could move"
FEW_ELSE: Final = "fewer than 50 families outside this region"
FEW: Final = "fewer than 25 families in this region"
UNSTABLE: Final = "below .80: other families would give other classes"
NOT_STABLE: Final = "the classes are not the same in halves of the families, or without a region"
RAND: Final = "adjusted Rand index"
SOURCE: Final = "Hubert & Arabie (1985)"


def stability(
    forms: Any, classes: Classes, *, region: Sequence[Any] | NDArray[Any] | None = None, seed: int = 1
) -> Estimates:
    """Fit the chosen number of classes to halves of the families, and without each region, and compare.

    `forms` are those that `classes` were fitted to; `region` holds the region of each (blank is left out). Halves are
    drawn three times: `class_stable_half` is the adjusted Rand index between what the two halves make of all families.
    `class_stable_region` is that between the families of one region by all and by the other regions. 1 is the same
    grouping, 0 what chance gives; below .80 the Estimate says so in `why`. `classes_accepted` is the chosen number
    where all of these reach .80, which the rule of family_profiles section 5 asks for beside what `fit` looks at.

    Raises Refused where no model was accepted.
    """
    model, rows = classes.accepted(), classes.rows
    rng = np.random.default_rng(seed)
    out: list[Estimate] = []
    for split in range(1, SPLITS + 1):
        by = {"split": str(split)}
        if model.k == 1:
            out.append(Estimate(name="class_stable_half", n=rows.n, by=by, why=ONE))
            continue
        half = rng.multivariate_hypergeometric(rows.counts.astype(np.int64), rows.n // 2).astype(np.float64)
        one, two = (_again(classes, counts, seed + split) for counts in (half, rows.counts - half))
        out.append(_alike("class_stable_half", one.posterior, two.posterior, rows.counts, by))
    if region is not None:
        out += _regions(classes, model, _words(region, len(rows.place)), seed)
    return Estimates([*out, _accepted(model, out, rows.n)])


def _accepted(model: Model, alike: Sequence[Estimate], n: int) -> Estimate:
    """Say whether the chosen number of classes held in every comparison that could be made."""
    values = [e.value for e in alike if e.value is not None]
    told: dict[str, Any] = {
        "name": "classes_accepted",
        "n": n,
        "method": f"every adjusted Rand index at least {STABLE}",
    }
    if model.k > 1 and min(values) < STABLE:
        return Estimate(**told, why=NOT_STABLE)
    return Estimate(**told, value=float(model.k))


def beside_rule(forms: Any, classes: Classes) -> Estimates:
    """Return the adjusted Rand index between the labels of the rule and the most likely class of the same families.

    `classes_rule_rand`: 1 where both put the same families together, whatever the groups are called, 0 for chance.
    Mixed and unclassified are groups of the rule too. Raises Refused where no model was accepted.
    """
    model, rows = classes.accepted(), classes.rows
    label = assign(codes(forms, classes.rule), classes.rule)["label"]
    here = rows.place >= 0
    table = _table(np.unique(label[here], return_inverse=True)[1], model.posterior.argmax(axis=1)[rows.place[here]])
    return Estimates([_rand("classes_rule_rand", table, {}, None if model.k > 1 else ONE)])


def _again(classes: Classes, counts: Array, seed: int) -> Model:
    k = classes.accepted().k
    return best_model(classes.rows, k, starts=STARTS, seed=seed, agreed=BACK, counts=counts)


def _regions(classes: Classes, model: Model, region: NDArray[Any], seed: int) -> list[Estimate]:
    rows = classes.rows
    out: list[Estimate] = []
    for name in sorted(set(region.tolist()) - {""}):
        here = rows.place[(region == name) & (rows.place >= 0)]
        counts = np.bincount(here, minlength=len(rows.counts)).astype(np.float64)
        by, n = {"region": str(name)}, len(here)
        if model.k == 1 or n < SMALLEST_FAMILIES or rows.n - n < FEWEST:
            why = ONE if model.k == 1 else FEW if n < SMALLEST_FAMILIES else FEW_ELSE
            out.append(Estimate(name="class_stable_region", n=n, by=by, why=why))
            continue
        rest = _again(classes, rows.counts - counts, seed)
        out.append(_alike("class_stable_region", model.posterior, rest.posterior, counts, by))
    return out


def _alike(name: str, one: Array, two: Array, counts: Array, by: dict[str, str]) -> Estimate:
    return _rand(name, _table(one.argmax(axis=1), two.argmax(axis=1), counts), by, None)


def _table(one: Index, two: Index, counts: Array | None = None) -> Array:
    out = np.zeros((int(one.max()) + 1, int(two.max()) + 1))
    np.add.at(out, (one, two), 1.0 if counts is None else counts)
    return out


def _rand(name: str, table: Array, by: dict[str, str], why: str | None) -> Estimate:
    told: dict[str, Any] = {"name": name, "n": int(table.sum()), "by": by, "method": RAND, "source": SOURCE}
    if why is not None:
        return Estimate(**told, why=why)
    value = adjusted_rand(table=table)
    shaky = name.startswith("class_stable") and value < STABLE
    return Estimate(**told, value=value, why=UNSTABLE if shaky else None)


def _words(region: Sequence[Any] | NDArray[Any], n: int) -> NDArray[Any]:
    words = np.array(["" if v is None or v != v else str(v) for v in np.asarray(region, dtype=object).tolist()])
    if len(words) != n:
        raise UsageError(f"region: {len(words)} values for {n} families. Give one for each.")
    return words
