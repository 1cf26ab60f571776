"""A study: the plan of an experiment on a table that is already there, without cases that are followed.

The same promise as a plan: question and expectation are written before looking, and `locked` is the fingerprint of
all of it. `load` reads either, so that whoever runs an experiment need not know which of the two a file holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from risico.errors import BrokenInstrument
from risico.instrument.conditions import Code, Range
from risico.plan import ESTIMANDS, Data, ExpectedValue, Plan, Text, in_time
from risico.plan import pooled as published
from risico.plan.locked import Locked
from risico.plan.monitoring import Monitoring
from risico.plan.sharing import Shared
from risico.plan.team import LearningPlan
from risico.strict import Frozen, build, read_yaml

FIRST: Final = {
    "reliability": ("alpha", "share_at_least"),
    "agreement": ("gwet_ac1", "fleiss_kappa", "krippendorff_alpha", "icc_2_1"),
    "validity": ("auc", "base_rate"),
    "compliance": ("first_stage",),
    "randomized": ("itt",),
    "adjusted": ("att",),
    "monitoring": ("signals", "units_outside", "shown_at_look", "waiting_median"),
    **in_time.FIRST,
    "shared": ("alpha", "auc"),
    "pooled": published.FIRST,
    "profiles": ("label_changed", "classes_chosen", "classes_accepted", "classes_rule_rand", "coding_allows"),
}
"""What the sentences at the top of a page say of a design; its table has these and `SECOND`."""

SECOND: Final = {
    "reliability": ("omega_total", "sem", "sdc_individual"),
    "agreement": ("percent_agreement", "icc_1_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k"),
    "validity": ("sensitivity", "specificity", "ppv", "npv"),
    "compliance": ("delivered", "delivered_as_assigned"),
    "randomized": ("itt_adjusted",),
    "adjusted": ("ate", "unadjusted", "overlap_trimmed"),
    "monitoring": ("waited_at_most", "mean_so_far", "worker_changes", "phase_reached", "offered_help", "follow_ups"),
    **in_time.SECOND,
    "pooled": published.SECOND,
    "shared": ("omega_total", "sem", "score_mean", "share_at_least", "base_rate", "calibration_slope"),
    "profiles": (
        *("safety_lost", "primary_changed", "label_moved", "profile_share", "indicators_open", "labels_differ_p"),
        *("class_share", "class_bic", "class_smallest", "class_posterior", "class_starts"),
        *(
            "class_stable_half",
            "class_stable_region",
            "coded_twice",
            "gwet_ac1",
            "cohen_kappa",
            "cohen_kappa_quadratic",
        ),
    ),
}


NEEDS: Final = {
    "reliability": "scale",
    "agreement": "ratings",
    "validity": "later",
    "compliance": "delivery",
    "randomized": "comparison",
    "adjusted": "comparison",
    "monitoring": "monitoring",
    **in_time.NEEDS,
    "pooled": "pooled",
    "profiles": "profiles",
    "shared": "shared",
}
"""The one part of a study that each design needs."""


class Scale(Frozen):
    """Reliability: scores of an instrument, and for some the share of forms with at least so many points."""

    instrument: str
    scores: tuple[str, ...]
    at_least: dict[str, int | float] = {}


class Ratings(Frozen):
    """Agreement: one file with a column per rater.

    On the scale `nominal` the categories are listed in `levels`; on the scale `interval` scores between the two ends of
    `range` are given, for the intraclass correlations. Categories that are numbers are no scores.
    """

    file: str
    raters: tuple[str, ...] = Field(min_length=2)
    scale: Literal["nominal", "interval"]
    levels: tuple[Code, ...] = ()
    range: Range | None = None

    @model_validator(mode="after")
    def _says_what_can_be_rated(self) -> Self:
        if self.scale == "nominal" and (not self.levels or self.range is not None):
            raise ValueError("the scale nominal needs levels: the categories that a rater can choose, and no range")
        if self.scale == "interval" and (self.range is None or self.levels):
            raise ValueError("the scale interval needs range: the lowest and highest score. Categories are nominal")
        return self


class Comparison(Frozen):
    """Two arms in one table: who got the help, the outcome, what was known before; `others` replaces the controls.

    `imputed` is the column that numbers the sets of multiply imputed data, stacked in one file (`.imp` of mice,
    `Imputation_` of SPSS); the rows before imputation, 0, are left out, and the results are pooled by Rubin's rules.
    """

    helped: str
    outcome: str
    words: Text
    arms: tuple[Text, Text]
    worse: Literal["high", "low"]
    covariates: tuple[str, ...] = ()
    others: str | None = None
    imputed: str | None = None

    @model_validator(mode="after")
    def _one_file(self) -> Self:
        if self.imputed is not None and self.others is not None:
            raise ValueError("imputed sets stand in one file: leave out either imputed or others")
        return self


class Later(Frozen):
    """Validity: a score, what happened afterwards (yes or no), and the cut-offs at which they are set side by side."""

    score: str
    outcome: str
    words: Text
    at_least: tuple[int | float, ...] = Field(min_length=1)


class Delivery(Frozen):
    """What was assigned beside what was delivered: two columns of codes, their names, and the arm of interest."""

    assigned: str
    delivered: str
    arms: dict[Code, str]
    help: str
    without: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_its_arms(self) -> Self:
        strange = sorted({self.help, *self.without} - set(self.arms.values()))
        if strange:
            raise ValueError(f"{', '.join(strange)} is not among the arms: {', '.join(self.arms.values())}")
        return self


class Checks(Frozen):
    """What the labels of the rule hang on: `sources` names the indicators that stay open without a source.

    `group` is a column within which labels are counted, with the words it may hold in `levels`.
    """

    sources: dict[str, tuple[str, ...]] = {}
    draws: int = Field(200, ge=10)
    group: str | None = None
    levels: tuple[str, ...] = ()


class ClassModels(Frozen):
    """Latent classes: models of 1 to `most` classes from at most so many `starts`; `region` is a column."""

    most: int = Field(8, ge=1)
    starts: int = Field(200, ge=1)
    region: str | None = None


class Coding(Frozen):
    """Double coding: `position` is the column that says who coded first and second.

    `blind` is a column that is true where a coder had not seen the other's codes, or in words why all had not.
    """

    position: str = "rater_position"
    blind: str | Text
    region: str | None = None


class Profiles(Frozen):
    """The profile rule put to the test, on the forms that hold these words in these columns."""

    where: dict[str, Code] = {}
    checks: Checks | None = None
    classes: ClassModels | None = None
    coding: Coding | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.checks or self.classes or self.coding):
            raise ValueError("profiles needs at least one of: checks, classes, coding")
        return self


class Study(Locked):
    """A locked study; exactly the part that its design needs is given.

    >>> scale = {"instrument": "phq9", "scores": ("total",)}
    >>> words = {"nl": "…", "en": "…"}
    >>> data = {"source": "file", "forms": "forms.csv"}
    >>> told = dict(id="s", version=1, title=words, question=words, expected=words, data=data, audience="organisatie")
    >>> Study.model_validate(told | {"design": "reliability", "scale": scale}).design
    'reliability'
    """

    id: str
    version: int
    title: Text
    question: Text
    expected: Text
    expected_value: ExpectedValue | None = None
    data: Data
    design: Literal[
        "reliability", "agreement", "validity", "randomized", "adjusted", "compliance", "profiles", "monitoring",
        "time_to_event", "staggered", "series", "shared", "pooled",
    ]  # fmt: skip
    estimand: Literal["itt", "att", "ate"] | None = None
    scale: Scale | None = None
    ratings: tuple[Ratings, ...] = ()
    later: Later | None = None
    comparison: Comparison | None = None
    delivery: Delivery | None = None
    waits: in_time.Waits | None = None
    rollout: in_time.Rollout | None = None
    series: in_time.Series | None = None
    profiles: Profiles | None = None
    monitoring: Monitoring | None = None
    pooled: published.Pooled | None = None
    shared: Shared | None = None
    no_cluster: Text | None = None
    limits: tuple[Text, ...] = ()
    audience: Literal["team", "organisatie", "buiten"]

    @model_validator(mode="after")
    def _fits_its_design(self) -> Self:
        needs = NEEDS[self.design]
        given = [part for part in dict.fromkeys(NEEDS.values()) if getattr(self, part)]
        if given != [needs]:
            raise ValueError(
                f"the design {self.design} needs {needs} and nothing else; given: {', '.join(given) or '–'}"
            )
        if (needs == "comparison") != (self.estimand is not None):
            raise ValueError("a comparison names its estimand, and nothing else does")
        if self.estimand is not None and self.estimand not in ESTIMANDS[self.design]:
            raise ValueError(f"the design {self.design} does not estimate {self.estimand}")
        names = (*FIRST[self.design], *SECOND[self.design])
        if self.expected_value is not None and self.expected_value.estimand not in names:
            raise ValueError(
                f"expected_value is about {self.expected_value.estimand}, and the design {self.design} gives none; "
                f"it gives: {', '.join(names)}"
            )
        if (self.data.source == "catalogue") != (self.pooled is not None and self.pooled.catalogue is not None):
            raise ValueError("data from the catalogue are for pooled with catalogue, and the other way round")
        if self.pooled is not None and not self.data.public:
            raise ValueError("what is taken together is published: say public: true")
        if needs in ("comparison", "delivery", "waits") and self.no_cluster is None:
            raise ValueError("no_cluster: say why the rows are independent of each other")
        return self


Experiment = Plan | Study | LearningPlan


def load(path: Path | str) -> Experiment:
    """Read an experiment from its file: a LearningPlan by its design, a Plan by its time zero, otherwise a Study.

    Raises BrokenInstrument with every mistake and its path, UnreadableFile when there is no such file.
    """
    path = Path(path)
    told = read_yaml(path)
    if not isinstance(told, dict):
        raise BrokenInstrument(path.name, ["an experiment is a mapping that starts with `id:`."])
    found = restore(told, path.name)
    if found.id != path.stem:
        raise BrokenInstrument(path.name, [f"id: '{found.id}' is not the name of the file. Name both the same."])
    return found


def restore(told: Mapping[str, Any], where: str) -> Experiment:
    """Make the experiment of what was read from a file or from the store."""
    if told.get("design") == "learning":
        return build(LearningPlan, told, where)
    return build(Plan, told, where) if "time_zero" in told else build(Study, told, where)
