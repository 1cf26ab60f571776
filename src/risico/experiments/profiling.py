"""The profile rule put to the test: what its labels hang on, what classes the data give, how alike two people code."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico import profiles
from risico.disclosure import gather
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.exchange import apply, read, read_map
from risico.experiments.checks import switches_known
from risico.experiments.double_coding import BESIDE, double_coding
from risico.experiments.labels import column, without_own_words
from risico.experiments.sources import Result
from risico.plan import SMALLEST
from risico.plan.files import find, fingerprint
from risico.profiles import latent
from risico.profiles.checks import ARROW, SAME, checks, profile_shares
from risico.reliability import agreement
from risico.study import Checks, ClassModels, Profiles, Study
from risico.synthetic import region

NO_AGREEMENT = "no class has the name of a profile, so labels and classes cannot agree"


def result(study: Study, told: Profiles, path: Path) -> Result:
    """Compute what the study asks of the rule. Raises what reading, the rule and the classes raise."""
    forms, data = _forms(study, path)
    where = f"{path.name}, profiles"
    found = Estimates()
    if told.checks or told.classes:
        chosen = _where(forms, told, where)
        found += _checks(chosen, told.checks, study, where) if told.checks else ()
        found += _classes(chosen, told.classes, study, where) if told.classes else ()
    if told.coding:
        coded = double_coding(forms, told.coding, _known(study, forms, told.coding.region, where))
        found += gather(coded, {"pair"}, SMALLEST[study.audience], known=_pairs(BESIDE))
    return Result(estimates=found, data=data, instruments=("gezinsprofiel",))


def _forms(study: Study, path: Path) -> tuple[Any, str]:
    """Return the forms and their fingerprint; of an invented region with the region of each household beside them."""
    data = study.data
    if data.source == "synthetic":
        switches_known(study, path)
        made = region(data.seed or 0, households=data.households or 0, **dict[str, Any](data.switches))
        place = made.events.unique("case", keep="first", maintain_order=True).select("case", "region")
        forms = made.forms.join(place, on="case", how="left", maintain_order="left")
        return forms, hashlib.sha256(forms.write_csv().encode()).hexdigest()
    files = [find(name, path) for name in (data.forms, data.map) if name]
    forms = read(files[0])
    return (apply(forms, read_map(files[-1])) if data.map else forms), fingerprint(files)


def _where(forms: Any, told: Profiles, where: str) -> Any:
    """Return the forms with these words in these columns. Raises UsageError where a family has more than one."""
    kept = np.ones(len(forms), dtype=np.bool_)
    for name, word in told.where.items():
        kept &= np.array([value == word for value in column(forms, name, where).tolist()])
    chosen = forms.filter(kept)
    if "case" in chosen.columns and chosen["case"].n_unique() < len(chosen):
        raise UsageError(
            f"{where}: some families have more than one form. Each would count more than once.\n"
            "Say in `where` which form of a family counts, for instance rater_position: first."
        )
    return chosen


def _checks(forms: Any, told: Checks, study: Study, where: str) -> Estimates:
    found = checks(forms, sources=told.sources, draws=told.draws, seed=study.data.seed or 0)
    if told.group:
        groups = _known(study, forms, told.group, where, told.levels)
        found += profile_shares(forms, groups if groups is not None else [], told.group)
    return gather(found, {"move"}, SMALLEST[study.audience], known=_pairs(ARROW), keep={SAME})


def _pairs(between: str) -> set[str]:
    """Return every two labels of the rule, as they stand in a table of counts."""
    labels = (*profiles.load().profiles, profiles.MIXED, profiles.UNCLASSIFIED)
    return {f"{one}{between}{other}" for one in labels for other in labels}


def _classes(forms: Any, told: ClassModels, study: Study, where: str) -> Estimates:
    """Return the models, whether their classes are stable, and what they have in common with the rule."""
    found = latent.fit(forms, most=told.most, starts=told.starts, seed=study.data.seed or 0)
    if found.chosen is None:
        return found.estimates
    place = _known(study, forms, told.region, where)
    stable = latent.stability(forms, found, region=place, seed=study.data.seed or 0)
    return found.estimates + stable + latent.beside_rule(forms, found) + [_kappa(forms, found)]


def _kappa(forms: Any, found: latent.Classes) -> Estimate:
    """Return Cohen's kappa between the label of the rule and the class; a neutral class agrees with nothing."""
    rule, by = found.rule, {"between": "rule_and_classes"}
    if not set(found.labels) & set(rule.profiles):
        return Estimate(name="cohen_kappa", n=found.rows.n, by=by, why=NO_AGREEMENT)
    both = found.add(profiles.profile(forms))
    levels = [*rule.profiles, profiles.MIXED, profiles.UNCLASSIFIED, *(set(found.labels) - set(rule.profiles))]
    pair = {"rule": both[f"{rule.id}_label"].to_list(), "class": both[f"{rule.id}_class"].to_list()}
    return replace(agreement(pair, levels=levels)["cohen_kappa"], by=by)


def _known(study: Study, forms: Any, name: str | None, where: str, known: tuple[str, ...] = ()) -> NDArray[Any] | None:
    """Return the words of a column as they may be kept: only those of the study, others as numbers."""
    if name is None:
        return None
    values = column(forms, name, where)
    if study.data.source == "synthetic" or study.data.public:
        return values
    return without_own_words(values, known, SMALLEST[study.audience])
