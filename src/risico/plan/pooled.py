"""What a study reads to take published effects together: a file of them, or the catalogue of interventions."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from risico.plan.measures import Text
from risico.strict import Frozen

FIRST = ("pooled_effect_three_level", "pooled_effect", "prediction")
SECOND = ("pooled_tau2_between", "pooled_tau2_within", "pooled_tau2", "pooled_i2", "pooled_effect_without")
DEPENDENT = ("pooled_effect_three_level", "pooled_tau2_between", "pooled_tau2_within")
"""What is told where studies gave several effects: the other numbers take these for independent."""


class Published(Frozen):
    """Columns of a file with one row per effect: the effect, its error variance, and the study it comes from.

    `kind` is the column that says of each row whether it is between groups or within one, where the file has both.
    """

    effect: str
    variance: str
    study: str
    kind: str | None = None


class FromCatalogue(Frozen):
    """Which sizes of the catalogue: on one scale, of single trials or of meta-analyses. A meta-analysis holds trials:
    beside its own trials these would count twice.
    """

    metric: Literal["d", "risk_difference", "points"]
    of: Literal["trials", "meta_analyses"]


class Pooled(Frozen):
    """Effects to take together: all against a comparison (`between`), or all without one (`within`)."""

    kind: Literal["between", "within"]
    words: Text
    published: Published | None = None
    catalogue: FromCatalogue | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.published is None) == (self.catalogue is None):
            raise ValueError("pooled reads either published (columns of a file) or catalogue: give one of the two")
        return self
