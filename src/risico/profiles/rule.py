"""The profile rule as a file: indicators, weights, cores and thresholds."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from risico.instrument.conditions import Condition
from risico.strict import Frozen, build, read_yaml

Text = dict[Literal["nl", "en"], str]
RULE: Final = Path(__file__).parents[1] / "_rules" / "gezinsprofiel.yaml"


class Indicator(Frozen):
    """What one indicator counts for; what it asks stands in the form of the same name in the library.

    It is coded 0 absent, 1 possible, 2 clearly present, or left open. `reverse` lets presence lower the points.
    `reverse_of` takes another indicator's code turned round and is not asked itself. `check` is a question that is
    printed and not counted.
    """

    profile: str
    weight: float | int = Field(ge=0)
    reverse: bool = False
    reverse_of: str | None = None
    check: Text | None = None


class Decision(Frozen):
    """The thresholds of the rule; without `gates` every core counts as met, which only an experiment asks for."""

    candidate_from: float | int
    completeness: float
    cap: float | int
    mixed_within: float | int
    gates: bool = True


class Named(Frozen):
    """One profile: its title, the core that must hold, and whether it leads for safety."""

    title: Text
    core: Condition
    safety_leading: bool = False


class ProfileRule(Frozen):
    """The rule as a file; `kind` can be nothing but a proposal."""

    id: str
    version: int
    kind: Literal["proposal"]
    unit: Literal["household"]
    title: Text
    label: Text
    qualification: Text
    codes: dict[int, Text]
    missing_codes: tuple[str, ...]
    decision: Decision
    control: str
    words: dict[str, Text]
    profiles: dict[str, Named]
    indicators: dict[str, Indicator]
    limits: tuple[Text, ...]
    sources: dict[str, dict[str, str]]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        asked = {name for profile in self.profiles.values() for leaf in profile.core.leaves() if (name := leaf.item)}
        turned = {one.reverse_of for one in self.indicators.values() if one.reverse_of}
        unknown = sorted((asked | turned | {self.control}) - set(self.asked))
        lost = sorted({one.profile for one in self.indicators.values()} - set(self.profiles))
        if unknown or lost:
            raise ValueError(f"there are no indicators or profiles named {', '.join([*unknown, *lost])}")
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """The indicators that a professional codes, in the order of the file."""
        return tuple(name for name, one in self.indicators.items() if one.reverse_of is None)

    @property
    def checks(self) -> tuple[str, ...]:
        """The indicators that only ask a question."""
        return tuple(name for name, one in self.indicators.items() if one.check)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns they stand in."""
        return tuple(f"{self.id}_{name}" for name in self.asked)


@lru_cache(maxsize=8)
def load(path: Path = RULE) -> ProfileRule:
    """Return the rule in a file; without a path the one that is shipped.

    >>> load().decision.candidate_from, len(load().asked), load().kind
    (50, 34, 'proposal')
    """
    return build(ProfileRule, read_yaml(path), path.name)
