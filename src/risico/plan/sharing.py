"""The part of a study that several regions carry out, each on its own forms: what each of them may send.

Everything is fixed before anybody counts: the questions, the steps of a score and how they are joined, and the public
key by which the file of a region is known to be of that region.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final, Self

from pydantic import Field, model_validator

from risico.instrument.conditions import Code
from risico.plan.measures import Text
from risico.strict import Frozen

REGIONS: Final = 3
"""Fewer regions, and what is left of the whole beside one's own part is somebody's."""
BYTES: Final = 32


class Scored(Frozen):
    """One score of an instrument: points of items that are added up."""

    instrument: str
    score: str = "total"

    @property
    def name(self) -> str:
        """The name of its column."""
        return f"{self.instrument}_{self.score}"


class Reached(Scored):
    """The share of forms with at least so many points."""

    at_least: int


class Foretold(Scored):
    """A score beside what happened: forms counted by steps of the score and by outcome.

    `steps` are the lowest points of each step. From the lowest step up, steps are joined until a level has `enough`
    forms, whatever their outcome; what is left at the top joins the level below it. `risks` are the chances that were
    predicted for each step, where there are any. `outcome` is a column, and `yes` are its codes that count.
    """

    outcome: str
    yes: tuple[Code, ...] = Field(min_length=1)
    words: Text
    steps: tuple[int, ...] = Field(min_length=2)
    enough: int = Field(ge=20)
    risks: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if list(self.steps) != sorted(set(self.steps)):
            raise ValueError("steps rise, and none stands twice")
        if self.risks and (len(self.risks) != len(self.steps) or not all(0 < risk < 1 for risk in self.risks)):
            raise ValueError("risks: one chance between 0 and 1 for each step")
        return self


class Shared(Frozen):
    """What regions send: of `scales` what alpha needs and their own omega, the mean of scores, shares and tables.

    All of it is of the same forms: those that hold the words of `where`, and have no blank in anything that is asked.
    """

    regions: dict[str, str] = Field(min_length=REGIONS)
    where: dict[str, Code] = {}
    scales: tuple[Scored, ...] = ()
    means: tuple[Scored, ...] = ()
    shares: tuple[Reached, ...] = ()
    tables: tuple[Foretold, ...] = ()

    @model_validator(mode="after")
    def _can_be_meant(self) -> Self:
        if not self.asked:
            raise ValueError("name at least one of: scales, means, shares, tables")
        pairs = [(table.name, table.outcome) for table in self.tables]
        names = [scored.name for scored in (*self.scales, *self.means)]
        shares = [(share.name, share.at_least) for share in self.shares]
        if any(len(set(one)) < len(one) for one in (pairs, names, shares)):
            raise ValueError("a score stands in one of scales and means, once per cut-off and in one table per outcome")
        wrong = sorted(name for name, key in self.regions.items() if not _is_key(key))
        if wrong or len(set(self.regions.values())) < len(self.regions):
            raise ValueError("regions: each has a public key of its own, as risico share --new-key shows it")
        return self

    @property
    def asked(self) -> tuple[Scored, ...]:
        """Every score that is asked, in the order of the plan."""
        return (*self.scales, *self.means, *self.shares, *self.tables)


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == BYTES
    except (binascii.Error, ValueError):
        return False
