"""What a file says about the instrument itself: licence, standing, for whom, what is published, where it was read."""

from __future__ import annotations

import math
from typing import Literal, Self

from pydantic import model_validator

from risico.instrument.beside import Text
from risico.instrument.conditions import Code, Number, Range, Value
from risico.strict import Frozen

MEMORY = "memory"
"""The source that marks a number nobody saw."""


class Licence(Frozen):
    """May it be used, and on a screen?"""

    kind: str
    electronic: Literal["allowed", "licence_needed", "not_allowed", "unknown"]
    note: Text | str | None = None


class NlStatus(Frozen):
    """Standing in the Netherlands, with its source."""

    value: Literal["validated", "in_use", "translated", "none"]
    source: str


class Applies(Frozen):
    """For whom it is meant, and for whom it is not.

    `age` is in completed years, both ends included. `refuse` names what a form may not be scored without (`age`,
    `informant` or a need), with the reason in words: where the sheet says that it must not be applied. All else
    that does not fit is scored with a caution.
    """

    age: Range | None = None
    needs: tuple[str, ...] = ()
    not_for: tuple[Text, ...] = ()
    refuse: dict[str, Text] = {}

    def fits(self, age: float) -> bool:
        """Return whether somebody of this age is meant.

        >>> Applies(age=(2, 17)).fits(17.9), Applies(age=(2, 17)).fits(18), Applies(age=(18, 120)).fits(17.9)
        (True, False, False)
        """
        return self.age is None or self.age[0] <= age < math.floor(self.age[1]) + 1


class Evidence(Frozen):
    """A published number about the instrument, with its interval `low` to `high` where one was published.

    `sample` says in whom it was found; how many they were and where stand apart, in `n` and `country`. `year` is when
    they were measured, where that is known: the age of a norm is that of its people, not of the page that cites it.
    """

    statistic: str
    value: Number | Text | str
    low: Number | None = None
    high: Number | None = None
    n: int | None = None
    country: str | None = None
    sample: Text | None = None
    year: int | None = None
    source: str
    of: str | None = None
    note: Text | str | None = None

    @model_validator(mode="after")
    def _between(self) -> Self:
        ends = (self.low, self.high)
        if ends == (None, None):
            return self
        if self.low is None or self.high is None or not isinstance(self.value, int | float):
            raise ValueError("give both low and high, of a value that is a number; or neither")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.value} does not lie between {self.low} and {self.high}")
        return self


class Normed(Frozen):
    """On whom levels were set: the year these people were measured, who they were, and who says so."""

    year: int
    source: str
    people: Text | None = None


class Source(Frozen):
    """Where something was read; `seen: false` when it is cited but was not read."""

    cite: str
    doi: str | None = None
    url: str | None = None
    seen: bool = True


class Vector(Frozen):
    """Answers and what they must give, worked out by somebody who has not seen the file."""

    note: str
    context: dict[str, Code | float] = {}
    answers: dict[str, Code | float]
    expect: dict[str, Value | None]
