"""From fitted models to what is said of them: how well each fits, which one is accepted, what its classes look like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from risico.columns import Arrays, extend
from risico.errors import Refused, UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers.intervals import wilson
from risico.numbers.latent_classes import entropy, posterior
from risico.profiles.form import read_codes
from risico.profiles.latent.fit import AGREED, Model, Rows, best_model, labels_of, rows_of, usual_indicators
from risico.profiles.rule import ProfileRule, load

SMALLEST_SHARE, SMALLEST_FAMILIES, POSTERIOR = 0.05, 25, 0.80  # family_profiles section 5
FEWEST: Final = 50  # families below which nothing is fitted
METHOD: Final = "latent class model by StepMix 3 (EM), open indicators by full information"
NOT_BACK: Final = "not accepted: the best log-likelihood did not come back from 10 independent starts"
TOO_SMALL: Final = "not accepted: the smallest class has fewer than 25 families or less than 5%"
TOO_VAGUE: Final = "not accepted: in some class the mean posterior probability is below .80"
NONE_ACCEPTED: Final = "no number of classes met the rule that was set beforehand"
PASSED_OVER: Final = "a model with a lower BIC did not meet the rule that was set beforehand"


@dataclass(frozen=True)
class Classes:
    """The models of 1 to `most` classes, and the accepted one: its Estimates, and chances for the caller's frame.

    `chosen` is None where no model was accepted; `labels` are the names of its classes.
    """

    rule: ProfileRule
    rows: Rows
    models: tuple[Model, ...]
    chosen: Model | None
    labels: tuple[str, ...]
    estimates: Estimates

    def accepted(self) -> Model:
        """Return the accepted model. Raises Refused where there is none."""
        if self.chosen is None:
            raise Refused(
                "Latent classes: no number of classes met the rule that was set beforehand, so no family has chances.\n"
                "Look at `estimates` for what each model lacked. More families may help; a looser rule would not."
            )
        return self.chosen

    def add(self, forms: Any) -> Any:
        """Return the frame with the most likely class of each form and the chance of each, by our labels.

        `gezinsprofiel_class` and `gezinsprofiel_class_<label>`; empty for a form without any of the indicators. These
        are for computing with, in the caller's own frame, and stand on no page about a family. Raises Refused where no
        model was accepted.
        """
        model, rule = self.accepted(), self.rule

        def compute(arrays: Arrays) -> Arrays:
            coded = read_codes(arrays, rule)
            wide = np.column_stack([coded[name] for name in self.rows.indicators])
            seen = (wide[:, :, None] == np.array(list(rule.codes))).astype(np.float64).reshape(len(wide), -1)
            chances, _ = posterior(seen=seen, sizes=model.sizes, chances=model.flat)
            nothing = np.isnan(wide).all(axis=1)
            words = np.array(self.labels, dtype=object)[chances.argmax(axis=1)]
            out: Arrays = {f"{rule.id}_class": np.ma.MaskedArray(words, nothing)}
            named = {f"{rule.id}_class_{label}": chances[:, j] for j, label in enumerate(self.labels)}
            return out | {name: np.where(nothing, np.nan, values) for name, values in named.items()}

        return extend(forms, rule.columns, compute)


def fit(
    forms: Any,
    *,
    indicators: Sequence[str] | None = None,
    most: int = 8,
    starts: int = 200,
    seed: int = 1,
    rule: ProfileRule | None = None,
) -> Classes:
    """Fit models of 1 to `most` latent classes, each from random starts, and accept one by a rule set beforehand.

    `forms` is a frame with one row per family and the columns of the profile rule, codes 0, 1, 2 or open. `indicators`
    are those of family_profiles section 5, with all that a core of the rule asks for, unless others are named. Each
    model starts anew until its best log-likelihood came back from 10 independent starts, `starts` times at most.

    Estimates by `classes`: `class_loglik`, `class_bic` (with why it was not accepted), `class_bic_adjusted` (Sclove
    1987), `class_aic`, `class_entropy` (reported, never used to choose), `class_smallest` (share of the families in
    the smallest class), `class_posterior` (lowest mean posterior of any class), `class_starts` (how many came back).
    `classes_lowest_bic` and `classes_chosen`: the lowest BIC among those whose likelihood came back, whose smallest
    class holds 5% and 25 families and whose mean posteriors are .80 or more. Of the chosen model `class_share`, and
    `class_code`: in a class the share in whom an indicator is clearly present.

    There are no more classes than distinct rows of codes. Raises MissingExtra without StepMix, UsageError for fewer
    than 50 families or an indicator that is never filled in.

    >>> from risico.synthetic import region
    >>> made = region(1, households=200).forms
    >>> found = fit(made.filter(made["rater_position"] == "first"), most=1)
    >>> found.labels, found.chosen.k, round(found.estimates["class_entropy"].value, 2)
    (('class_1',), 1, 1.0)
    """
    rule = rule or load()
    if most < 1 or starts < 1:
        raise UsageError("Latent classes: `most` and `starts` are at least 1.")
    rows = rows_of(forms, rule, indicators or usual_indicators(rule))
    if rows.n < FEWEST:
        raise UsageError(
            f"Latent classes: {rows.n} families hold an indicator; at least {FEWEST} are needed.\n"
            "With fewer, classes are made of chance. Collect more, or use the rule alone."
        )
    models = tuple(best_model(rows, k, starts=starts, seed=seed) for k in range(1, min(most, len(rows.counts)) + 1))
    chosen = _accepted(models, rows)
    labels = labels_of(chosen, rows, rule) if chosen else ()
    found = [e for model in models for e in _fit_of(model, rows)]
    found += _choice(models, chosen, rows)
    found += _classes(chosen, labels, rows) if chosen else []
    return Classes(rule, rows, models, chosen, labels, Estimates(found))


def _accepted(models: Sequence[Model], rows: Rows) -> Model | None:
    """Return the model with the lowest BIC of those that meet the rule.

    One class is the finding that there are none, and no refuge where a better model fell short.
    """
    lowest = min(models, key=lambda model: model.bic(rows))
    fit_for_use = [m for m in models if lacks(m, rows) is None and (m.k > 1 or m is lowest)]
    return min(fit_for_use, key=lambda model: model.bic(rows), default=None)


def lacks(model: Model, rows: Rows) -> str | None:
    """Return why a model is not accepted; None when it is. One class has nothing to lack."""
    if model.k == 1:
        return None
    if model.agreed < AGREED:
        return NOT_BACK
    if model.smallest(rows) < max(SMALLEST_FAMILIES, SMALLEST_SHARE * rows.n):
        return TOO_SMALL
    return TOO_VAGUE if model.lowest_posterior(rows) < POSTERIOR else None


def _fit_of(model: Model, rows: Rows) -> Iterator[Estimate]:
    n, free, by = rows.n, model.parameters(rows), {"classes": str(model.k)}
    method = f"{METHOD}; {free} parameters"
    told: dict[str, Any] = {"n": n, "by": by}
    yield Estimate(name="class_loglik", value=model.loglik, method=f"{method}; {model.starts} starts", **told)
    yield Estimate(
        name="class_bic", value=model.bic(rows), method=method, source="Schwarz (1978)", why=lacks(model, rows), **told
    )
    adjusted = -2 * model.loglik + free * float(np.log((n + 2) / 24))
    yield Estimate(name="class_bic_adjusted", value=adjusted, method=method, source="Sclove (1987)", **told)
    yield Estimate(name="class_aic", value=-2 * model.loglik + 2 * free, method=method, source="Akaike (1974)", **told)
    sharp = entropy(chances=model.posterior, counts=rows.counts)
    source = "Celeux & Soromenho (1996)"
    yield Estimate(name="class_entropy", value=sharp, method="relative entropy", source=source, **told)
    size = "share of families in the smallest class, by their chances" if model.k > 1 else "one class holds everybody"
    yield Estimate(name="class_smallest", value=model.smallest(rows) / n, method=size, **told)
    low = "lowest mean posterior of any class, among the families most likely in it"
    yield Estimate(name="class_posterior", value=model.lowest_posterior(rows), method=low, **told)
    back = f"of {model.starts} independent random starts, how many reached the best log-likelihood"
    yield Estimate(name="class_starts", value=float(model.agreed), method=back, by=by)


def _choice(models: Sequence[Model], chosen: Model | None, rows: Rows) -> list[Estimate]:
    lowest = min(models, key=lambda model: model.bic(rows))
    out = [Estimate(name="classes_lowest_bic", value=float(lowest.k), n=rows.n, method="lowest BIC of all models")]
    how = "lowest BIC of the models whose likelihood came back, with classes large and sharp enough"
    if chosen is None:
        return [*out, Estimate(name="classes_chosen", n=rows.n, method=how, why=NONE_ACCEPTED)]
    why = PASSED_OVER if chosen is not lowest else None
    return [*out, Estimate(name="classes_chosen", value=float(chosen.k), n=rows.n, method=how, why=why)]


def _classes(model: Model, labels: Sequence[str], rows: Rows) -> Iterator[Estimate]:
    """Say how large each class is and what is clearly present in it."""
    for j, label in enumerate(labels):
        yield _share("class_share", float(model.sizes[j]), rows.n, {"class": label})
    for j, label in enumerate(labels):
        n = round(float(model.sizes[j]) * rows.n)
        for i, item in enumerate(rows.indicators):
            yield _share("class_code", float(model.chances[j, i, -1]), n, {"class": label, "indicator": item})


def _share(name: str, value: float, n: int, by: dict[str, str]) -> Estimate:
    """A share by the chances of all families; its interval takes the model as known."""
    low, high = wilson(successes=value * n, n=n)
    return Estimate(
        name=name, value=value, low=low, high=high, confidence=0.95, n=n, by=by, source="Wilson (1927)",
        method="share of families by their chances, Wilson interval; the model is taken as known",
    )  # fmt: skip
