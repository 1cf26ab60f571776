"""What comes out of a form: scores by a rule, levels of a score, and alerts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from risico.instrument.about import Normed
from risico.instrument.beside import Text
from risico.instrument.conditions import Code, Condition, Number, Range, Value, Where
from risico.strict import Frozen

Table = dict[Code, Value]
Rule = Literal[
    "sum", "mean", "count", "highest", "lowest", "decide", "lookup", "linear", "judgement", "goal_attainment"
]
Speaks = Literal["decision", "diagnosis"]
"""What a result is easily taken for: a decision, which is a person's to make, or a diagnosis, which no form makes."""


class Missing(Frozen):
    """What a score does with blanks: one of four named ways, `answered` items at the least.

    `source` is where that was read, when it is another than that of the score.
    """

    then: Literal["none", "certain", "prorate", "at_least"] = "none"
    answered: int = 1
    round: Literal["none", "half_up"] = "none"
    source: str | None = None


class Case(Frozen):
    """One case of a decision; the first case that is true decides."""

    when: Condition
    then: Value


class Score(Frozen):
    """One result: a rule over items or other scores, with its way of treating blanks, direction and range.

    `only` is a condition: unless it certainly holds there is no result, and nothing can be said of its ends. `goals`
    names for how far each goal came the weight of that goal, and `rho` is how much goals are taken to go together.
    `speaks` marks a result that looks like a decision or a diagnosis: whoever reads it is told that it is none.
    `helper` marks a step toward another score, and `research` a sum for research: columns, and on no page.
    """

    rule: Rule
    of: tuple[str, ...] = ()
    missing: Missing = Missing()
    only: Condition | None = None
    points: str | None = None
    where: Where | None = None
    cases: tuple[Case, ...] = ()
    otherwise: Value | None = None
    table: Table | dict[str, Table] | None = None
    by: str | None = None
    terms: dict[str, Number] | None = None
    constant: Number = 0
    goals: dict[str, str] | None = Field(default=None, min_length=1)
    rho: Annotated[Number, Field(ge=0, le=1)] | None = None
    higher_is: Literal["worse", "better", "neutral"] = "neutral"
    range: Range | None = None
    source: str
    title: Text | None = None
    speaks: Speaks | None = None
    helper: bool = False
    research: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The items and scores that the rule works on."""
        goals = self.goals or {}
        return (*self.of, *(self.terms or {}), *goals, *goals.values())

    def asked(self) -> Iterator[Condition]:
        """Yield every single question that the score asks: in its cases, and in `only`."""
        for when in (*(case.when for case in self.cases), *((self.only,) if self.only is not None else ())):
            yield from when.leaves()


class Level(Frozen):
    """One level of a band: its lower bound, and its name or its value. `name: null` is a stretch without a level.

    `never_low` says of the mildest level that it is no absence of a sign: nobody may read it as good news.
    """

    from_: Number = Field(alias="from")
    name: str | None = None
    value: bool | None = None
    meaning: Text | None = None
    source: str | None = None
    never_low: bool = False

    @property
    def result(self) -> str | bool | None:
        """What stands in the column."""
        return self.name if self.value is None else self.value


Levels = tuple[Level, ...]


class Band(Frozen):
    """Levels of a score as lower bounds, the same for all or `by` one or more context columns (nested).

    `normed` is on whom they were set, or that for each value of the first context column; `speaks` is as on a score.
    """

    of: str
    levels: Levels | dict[str, Levels] | dict[str, dict[str, Levels]]
    by: tuple[str, ...] = ()
    source: str
    normed: Normed | dict[str, Normed] | None = None
    title: Text | None = None
    speaks: Speaks | None = None

    def norm_group(self, path: tuple[str, ...]) -> Normed | None:
        """Return on whom the levels under these context values were set, None where the file does not say."""
        return self.normed.get(path[0]) if isinstance(self.normed, dict) else self.normed

    def tables(self) -> dict[tuple[str, ...], Levels]:
        """Return the level tables by their context values; without `by` under the empty key."""

        def walk(levels: object, path: tuple[str, ...]) -> dict[tuple[str, ...], Levels]:
            if not isinstance(levels, dict):
                return {path: levels}  # type: ignore[dict-item]
            return {k: v for key, inner in levels.items() for k, v in walk(inner, (*path, key)).items()}

        return walk(self.levels, ())


class Alert(Frozen):
    """Something that must be looked at, whatever the score: true, false, or unknown.

    `unsure` is what is said where it is unknown and the score may not hold for that.
    """

    when: Condition
    words: Text
    unsure: Text | None = None
    refer: Text | None = None
    source: str | None = None


def needs(score: Score) -> set[str]:
    """Return the names (items and scores alike) that a score reads directly."""
    return {*score.parts, *(leaf.subject or "" for leaf in score.asked() if leaf.context is None)}
