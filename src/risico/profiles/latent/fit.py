"""Latent classes of the indicators, fitted by StepMix from many starts, and the chances of each family.

The number of families with each distinct row of codes is all that the models need: rows with counts as weights.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from risico.errors import MissingExtra, UsageError, did_you_mean
from risico.numbers.latent_classes import Array, Index, mean_posteriors, posterior
from risico.profiles.assign import Floats, truth
from risico.profiles.form import codes
from risico.profiles.rule import ProfileRule

BESIDE_CORES: Final = ("t3", "t4", "s3", "s4", "l3")
"""The indicators of family_profiles section 5 that no core asks for; a class needs the others to match a core."""
AGREED: Final = 10
"""How many independent starts must come back to the best log-likelihood."""
NEAR: Final = 0.01  # two log-likelihoods this close are of the same solution
CHUNK: Final = 10
SETTLED: Final = 1e-8  # of the mean log-likelihood of a family
STEPS: Final = 1000


@dataclass(frozen=True)
class Rows:
    """Distinct rows of codes: `seen` (rows, codes), 1 for each code seen; `counts` of families; `place` of each form.

    `place` is -1 for a form without any of the indicators. `free` is the number of free chances of one class.
    """

    indicators: tuple[str, ...]
    seen: Array
    counts: Array
    place: Index
    free: int

    @property
    def n(self) -> int:
        """How many families there are."""
        return int(self.counts.sum())


@dataclass(frozen=True)
class Model:
    """One fitted model; classes stand from large to small.

    `sizes` (k,), `chances` (k, indicators, 3), `posterior` (rows, k) of the distinct rows; of all `starts` so many
    `agreed` with the best log-likelihood.
    """

    sizes: Array
    chances: Array
    posterior: Array
    loglik: float
    starts: int
    agreed: int

    @property
    def k(self) -> int:
        """The number of classes."""
        return len(self.sizes)

    def parameters(self, rows: Rows) -> int:
        """Return the number of free parameters."""
        return self.k - 1 + self.k * rows.free

    def bic(self, rows: Rows) -> float:
        """Return the Bayesian information criterion."""
        return -2 * self.loglik + self.parameters(rows) * float(np.log(rows.n))

    def smallest(self, rows: Rows) -> float:
        """Return how many families the smallest class is expected to hold."""
        return float((self.posterior * rows.counts[:, None]).sum(axis=0).min())

    def lowest_posterior(self, rows: Rows) -> float:
        """Return the lowest mean posterior of any class; 0 when a class is nobody's most likely one."""
        return float(np.nan_to_num(mean_posteriors(chances=self.posterior, counts=rows.counts)).min())

    def given(self, seen: Array) -> Index:
        """Return the most likely class of each row."""
        return posterior(seen=seen, sizes=self.sizes, chances=self.flat)[0].argmax(axis=1)

    @property
    def flat(self) -> Array:
        """The chances with all codes beside each other, (k, 3 x indicators)."""
        return self.chances.reshape(self.k, -1)


def usual_indicators(rule: ProfileRule) -> tuple[str, ...]:
    """Return the indicators of the classes: all that a core asks for, and those of section 5 beside them.

    >>> from risico.profiles import load
    >>> len(usual_indicators(load()))
    17
    """
    cores = {leaf.item for named in rule.profiles.values() for leaf in named.core.leaves()}
    return tuple(name for name in rule.asked if name in cores or name in BESIDE_CORES)


def rows_of(forms: Any, rule: ProfileRule, indicators: Sequence[str]) -> Rows:
    """Read forms as distinct rows. Raises UsageError for an indicator that is not asked, or never filled in."""
    for name in indicators:
        if name not in rule.asked:
            raise UsageError(f"indicators: the rule asks no '{name}'.{did_you_mean(name, rule.asked)}")
    coded = codes(forms, rule)
    empty = [name for name in indicators if np.isnan(coded[name]).all()]
    if empty:
        raise UsageError(
            f"indicators: {', '.join(empty)} is open on every form. Classes cannot be told apart by what nobody "
            "looked at. Leave it out."
        )
    return _distinct(coded, tuple(indicators), rule)


def _distinct(coded: Mapping[str, Floats], indicators: tuple[str, ...], rule: ProfileRule) -> Rows:
    wide = np.column_stack([coded[name] for name in indicators])
    some = ~np.isnan(wide).all(axis=1)
    distinct, back, counts = np.unique(
        np.where(np.isnan(wide[some]), -1, wide[some]), axis=0, return_inverse=True, return_counts=True
    )
    place = np.full(len(wide), -1, dtype=np.intp)
    place[some] = back.ravel()
    each = (distinct[:, :, None] == np.array(list(rule.codes))).astype(np.float64)
    free = sum(max(int(each[:, j].any(axis=0).sum()) - 1, 0) for j in range(len(indicators)))
    return Rows(indicators, each.reshape(len(distinct), -1), counts.astype(np.float64), place, free)


def best_model(
    rows: Rows, k: int, *, starts: int, seed: int, agreed: int = AGREED, counts: Array | None = None
) -> Model:
    """Fit k classes from independent starts, until so many agree with the best or all starts are used.

    `counts` replaces those of the rows, for a part of the families. Raises MissingExtra without StepMix.
    """
    weights = rows.counts if counts is None else counts
    part = weights > 0
    if np.count_nonzero(part) < k:
        part = np.ones_like(part)  # StepMix wants as many rows as classes; a row of nobody adds nothing
    found: list[float] = []
    best: tuple[float, Array, Array] | None = None
    children = np.random.SeedSequence((seed, k)).generate_state(-(-starts // CHUNK))
    for state in children.tolist():
        many = min(CHUNK if k > 1 else 1, starts - len(found))
        logliks, sizes, chances = _stepmix(rows.seen[part], weights[part], k, many, int(state), len(rows.indicators))
        found += logliks
        if np.nanmax(logliks) > (best[0] if best else -np.inf):
            best = (float(np.nanmax(logliks)), sizes, chances)
        if k == 1 or _agreeing(found) >= agreed:
            break
    assert best is not None
    order = np.argsort(-best[1], kind="stable")
    sizes, chances = best[1][order], best[2][order]
    after, _ = posterior(seen=rows.seen, sizes=sizes, chances=chances)
    shaped = chances.reshape(k, len(rows.indicators), -1)
    return Model(sizes, shaped, after, best[0], len(found), _agreeing(found))


def _agreeing(logliks: Sequence[float]) -> int:
    return int(np.count_nonzero(np.nanmax(logliks) - np.array(logliks) < NEAR))


def _stepmix(
    seen: Array, weights: Array, k: int, starts: int, seed: int, items: int
) -> tuple[list[float], Array, Array]:
    """Return the log-likelihood of each start, and sizes and chances of the best one."""
    try:
        from stepmix.stepmix import StepMix
    except ImportError as error:
        raise MissingExtra("Latent classes", "latent") from error
    width = seen.shape[1] // items
    blank = seen.reshape(len(seen), items, width).sum(axis=2) == 0
    coded = np.where(np.repeat(blank, width, axis=1), np.nan, seen)
    kind = "categorical_nan" if blank.any() else "categorical"  # the first is slower, and needed only with blanks
    model: Any = StepMix(
        n_components=k, measurement=kind, n_init=starts, random_state=seed, progress_bar=0,
        abs_tol=SETTLED, max_iter=STEPS,
        measurement_params={"integer_codes": False, "max_n_outcomes": width, "total_outcomes": seen.shape[1]},
    )  # fmt: skip
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"), threadpool_limits(1):
        warnings.simplefilter("ignore")  # of a start that did not settle: it is told by how few agree
        model.fit(coded, sample_weight=weights)
    total = float(weights.sum())
    told = model.get_parameters()
    return [float(one) * total for one in model.lower_bound_buffer_], told["weights"], told["measurement"]["pis"]


def labels_of(model: Model, rows: Rows, rule: ProfileRule) -> tuple[str, ...]:
    """Return a profile where the usual codes of one class, and of no other, meet the core of one profile alone.

    Every other class has a neutral name: class_1 is the largest. One class of everybody is no profile.
    """
    usual = model.chances.argmax(axis=2).astype(np.float64)
    coded = {name: np.full(model.k, np.nan) for name in rule.asked}
    coded |= {name: usual[:, j] for j, name in enumerate(rows.indicators)}
    met = np.array([truth(named.core, coded)[0] for named in rule.profiles.values()])
    alone = (model.k > 1) & met & (met.sum(axis=0) == 1) & (met.sum(axis=1, keepdims=True) == 1)
    names = list(rule.profiles)
    return tuple(names[int(alone[:, j].argmax())] if alone[:, j].any() else f"class_{j + 1}" for j in range(model.k))


def chances_of(model: Model, rows: Rows) -> NDArray[np.float64]:
    """Return the chance of each class for each form, shape (forms, k); NaN for a form without any indicator."""
    out = np.full((len(rows.place), model.k), np.nan)
    out[rows.place >= 0] = model.posterior[rows.place[rows.place >= 0]]
    return out
