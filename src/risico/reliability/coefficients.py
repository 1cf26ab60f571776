"""Which coefficients of agreement there are: their names, what computes them, their weights and their sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.numbers import agreement as numbers
from risico.numbers import agreement_redraws as redraws
from risico.tally import label

Array = NDArray[np.float64]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]
SCALES: tuple[Scale, ...] = ("nominal", "ordinal", "interval", "ratio")
WEIGHTS = ("identity", "linear", "quadratic", "ordinal")
Weights = Literal["identity", "linear", "quadratic", "ordinal"] | Sequence[Sequence[float]] | Array
USUAL: dict[Scale, str] = {"nominal": "identity", "ordinal": "ordinal", "interval": "quadratic", "ratio": "quadratic"}
"""The weights of a scale when none are asked for. Ordinal ones need only the order of the levels."""


class Table(NamedTuple):
    """Ratings in the form that the coefficients take: levels with their values, and who chose what.

    `r` and `c` are as in `risico.numbers.agreement`; `raters` holds, for each rater, the place of the level of each
    distinct unit, shape (p,), and -1 where there is none (no raters, where they are not told apart). `nobody` counts
    the units that no rater rated, which stand nowhere else. `cluster` numbers the cluster of each distinct unit, where
    that was asked for.
    """

    levels: tuple[str, ...]
    values: Array
    r: Array
    c: Array
    raters: tuple[NDArray[np.int64], ...]
    nobody: int = 0
    cluster: NDArray[np.int64] | None = None

    def weights(self, kind: str, own: Array | None) -> Array:
        """Return the weights of pairs of levels, shape (q, q); `own` are those of the caller."""
        if kind == "custom" and own is not None:
            return own
        paired = self.r.sum(axis=1) >= 2
        return numbers.weights(kind=kind, values=self.values, totals=self.c[paired] @ self.r[paired])

    def both(self) -> NDArray[np.bool_]:
        """Return which units two raters both rated, shape (p,)."""
        return self.r.sum(axis=1) == 2

    def joint(self, C: Array) -> Array:
        """Return the table of two raters for each way of counting the units, from shape (b, p) to (b, q, q)."""
        q, both = len(self.values), self.both()
        cell = self.raters[0][both] * q + self.raters[1][both]
        return (C[:, both] @ (cell[:, None] == np.arange(q * q)).astype(np.float64)).reshape(len(C), q, q)


def scaled(levels: Sequence[Any]) -> tuple[tuple[str, ...], Array]:
    """Return the levels as labels, and their values: of text the places."""
    numeric = all(not isinstance(level, str) for level in levels)
    labels = tuple(
        str(one).lower() if isinstance(one, bool) else one if isinstance(one, str) else label(float(one))
        for one in levels
    )
    return labels, np.array(levels if numeric else range(len(levels)), dtype=np.float64)


class Kind(NamedTuple):
    """How a coefficient is computed and told; `two` says that it is of two raters who both rated a unit."""

    compute: Callable[..., numbers.Coefficient]
    weights: str
    method: str
    source: str
    two: bool = False

    def value(self, table: Table, W: Array) -> numbers.Coefficient:
        """Compute it with its analytic standard error."""
        if self.compute is numbers.cohen:
            return numbers.cohen(table=table.joint(table.c[None, :])[0], W=W)
        if self.compute is numbers.conger:
            return numbers.conger(r=table.r, c=table.c, W=W, chosen=table.raters)
        some = table.both() if self.two else np.ones(len(table.r), dtype=np.bool_)
        return self.compute(r=table.r[some], c=table.c[some], W=W)

    def values(self, table: Table, C: Array, W: Array) -> Array:
        """Compute it for many ways of counting the units, from shape (b, p) to (b,)."""
        if self.compute is numbers.cohen:
            return redraws.cohen(tables=table.joint(C), W=W)
        if self.weights == "ordinal":
            return redraws.krippendorff_ordinal(r=table.r, C=C)
        if self.compute is numbers.conger:
            return redraws.VALUES[self.compute](r=table.r, C=C, W=W, chosen=table.raters)
        some = table.both() if self.two else np.ones(len(table.r), dtype=np.bool_)
        return redraws.VALUES[self.compute](r=table.r[some], C=C[:, some], W=W)


FLEISS = "Fleiss (1971); Gwet (2014)"
BASES = {
    "gwet_ac2": Kind(numbers.ac, "", "Gwet's AC2", "Gwet (2008, 2014)"),
    "percent_agreement": Kind(numbers.percent, "", "share of pairs of ratings of one unit that agree", "Gwet (2014)"),
    "fleiss_kappa": Kind(numbers.fleiss, "", "Fleiss' kappa, missing ratings after Gwet", FLEISS),
    "conger_kappa": Kind(
        numbers.conger, "", "Conger's kappa, missing ratings after Gwet", "Conger (1980); Gwet (2014)"
    ),
    "brennan_prediger": Kind(
        numbers.brennan_prediger,
        "",
        "Brennan and Prediger's coefficient",
        "Brennan & Prediger (1981); Gwet (2014)",
    ),
    "krippendorff_alpha": Kind(numbers.krippendorff, "", "Krippendorff's alpha", "Krippendorff (2011); Gwet (2014)"),
    "cohen_kappa": Kind(numbers.cohen, "", "Cohen's kappa", "Cohen (1968); Fleiss et al. (1969)", True),
    "scott_pi": Kind(numbers.fleiss, "", "Scott's pi, units rated by both", "Scott (1955); Gwet (2014)", True),
    "pabak": Kind(numbers.brennan_prediger, "", "PABAK, units rated by both", "Byrt et al. (1993)", True),
}
PLAIN_SOURCES = {"gwet_ac2": "Gwet (2008)", "cohen_kappa": "Cohen (1960); Fleiss, Cohen & Everitt (1969)"}


def kinds(scale: Scale, kind: str) -> dict[str, Kind]:
    """Return the coefficients of a scale by name: first those with weights of this kind, then those without.

    >>> list(kinds("nominal", "identity"))[:3]
    ['gwet_ac1', 'percent_agreement', 'fleiss_kappa']
    >>> next(iter(kinds("ordinal", "linear")))
    'gwet_ac2_linear'
    """
    weighted = [kind] if kind != "identity" else []
    cohens = [] if scale == "nominal" else ["linear", "quadratic"]
    out: dict[str, Kind] = {}
    for weights in [*weighted, "identity"]:
        out |= dict(_named(base, weights) for base in BASES if not BASES[base].two and _is_own(base, weights))
    for krippendorff in SCALES[1 : SCALES.index(scale) + 1]:
        name = f"krippendorff_alpha_{krippendorff}"
        weights = {"interval": "quadratic"}.get(krippendorff, krippendorff)
        out[name] = BASES["krippendorff_alpha"]._replace(
            weights=weights, method=f"Krippendorff's alpha, {krippendorff}"
        )
    out |= dict(_named("scott_pi", weights) for weights in ["identity", *weighted])
    out |= dict(_named("cohen_kappa", weights) for weights in dict.fromkeys(["identity", *cohens, *weighted]))
    return out | dict([_named("pabak", "identity")])


def _is_own(base: str, weights: str) -> bool:
    """Whether this is no other coefficient under a second name: Krippendorff's scales have weights of their own."""
    return base != "krippendorff_alpha" or weights not in ("quadratic", "ordinal")


def _named(base: str, weights: str) -> tuple[str, Kind]:
    """The name of a coefficient with some weights, and how it is computed."""
    kind = BASES[base]
    if weights == "identity":
        method = {"gwet_ac2": "Gwet's AC1", "krippendorff_alpha": "Krippendorff's alpha, nominal"}.get(
            base, kind.method
        )
        method = f"{method}, unweighted" if base == "cohen_kappa" else method
        name = "gwet_ac1" if base == "gwet_ac2" else base
        return name, kind._replace(weights="identity", method=method, source=PLAIN_SOURCES.get(base, kind.source))
    shown = "own weights" if weights == "custom" else f"{weights} weights"
    place = "places" if weights == "ordinal" else weights
    method = "how far pairs of ratings of one unit agree" if base == "percent_agreement" else kind.method
    return f"{base}_{weights}", kind._replace(weights=place, method=f"{method}, {shown}")


def check_weights(weights: Weights | None, scale: Scale, levels: Sequence[Any] | None) -> tuple[str, Array | None]:
    """Return the kind of weights and the caller's own matrix; raises UsageError for what cannot be meant."""
    if weights is None:
        return USUAL[scale], None
    if not isinstance(weights, str):
        return "custom", _own(weights, levels)
    if weights not in WEIGHTS:
        raise UsageError(
            f"There are no weights {weights!r}; choose one of: {', '.join(WEIGHTS)}, or give a matrix of your own."
        )
    if scale == "nominal" and weights != "identity":
        raise UsageError(
            f"Weights that are {weights} need levels in an order, and on a nominal scale there is none.\n"
            "Give scale='ordinal' (or interval, or ratio), or a matrix of your own."
        )
    return weights, None


def _own(weights: Any, levels: Sequence[Any] | None) -> Array:
    try:
        own = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError):
        own = np.zeros(0)
    q = 0 if levels is None else len(levels)
    if own.shape != (q, q) or q == 0 or not _is_weights(own):
        raise UsageError(
            "Weights of your own are a square matrix with a row and a column for each of `levels`, in that order: "
            "1 on the diagonal, the same on both sides of it, from 0 to 1, and below 1 for at least one pair.\n"
            f"`levels` names {q}; the matrix has shape {own.shape}. Any other matrix gives no measure of agreement."
        )
    return own


def _is_weights(own: Array) -> bool:
    fine = bool(np.isfinite(own).all()) and bool((own == own.T).all()) and bool((np.diag(own) == 1).all())
    return fine and 0 <= float(own.min()) < 1 and float(own.max()) <= 1
