"""What a plan reads of each case: a column of the forms or a number of events; and what counts as the outcome."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from risico.instrument.conditions import Test, Value
from risico.strict import Frozen

Window = tuple[int, int]
Day = Annotated[date, BeforeValidator(lambda day: date.fromisoformat(day) if isinstance(day, str) else day)]


def _in_both(words: dict[Literal["nl", "en"], str]) -> dict[Literal["nl", "en"], str]:
    missing = [language for language in ("nl", "en") if not words.get(language, "").strip()]
    if missing:
        raise ValueError(f"the words in {missing[0]} are missing; a page is made in Dutch and in English")
    return words


Text = Annotated[dict[Literal["nl", "en"], str], AfterValidator(_in_both)]
"""Words in both languages."""


class Measure(Frozen):
    """One value per case: a column of the forms of one moment, or the number of events in a window of days.

    `where` keeps only the forms with these context values. `combine` says how the forms of several people become one
    value: `only` (they must not differ), `any` (yes when anybody has it), `worst` (by `worse`, for text by `levels`,
    which run from good to bad) or `each` (outcomes only: one row per person). Nothing is ever averaged.
    """

    id: str
    column: str | None = None
    moment: str | None = None
    where: dict[str, Value] = {}
    combine: Literal["only", "any", "worst", "each"] = "only"
    worse: Literal["high", "low"] | None = None
    levels: tuple[str, ...] = ()
    event: str | None = None
    detail: str | None = None
    window_days: Window | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.column is None) == (self.event is None):
            raise ValueError(f"'{self.id}' needs either a column of the forms or an event")
        if self.column is not None and self.moment is None:
            raise ValueError(f"'{self.id}' is a column of the forms: name the moment of the forms it is read from")
        if self.event is not None and self.window_days is None:
            raise ValueError(f"'{self.id}' is an event: say in which days it counts (window_days)")
        if self.combine == "worst" and not (self.worse or self.levels):
            raise ValueError(f"'{self.id}' takes the worst: say what is worse (worse: high or low, or levels)")
        if self.window_days and self.window_days[0] > self.window_days[1]:
            raise ValueError(f"'{self.id}': window_days runs from {self.window_days[0]} back to {self.window_days[1]}")
        return self


class Known(Measure):
    """A measure that must be known at time zero: events are counted before it, forms may not be dated after it."""

    @model_validator(mode="after")
    def _before(self) -> Self:
        if self.combine == "each":
            raise ValueError(f"'{self.id}' must give one value per case: combine is only, any or worst")
        if self.window_days and self.window_days[1] > 0:
            raise ValueError(f"'{self.id}' reaches after time zero. What comes later may be a result of the help")
        return self


class Criterion(Known, Test):
    """One condition for taking part: a known measure and what is asked of it. Unknown does not take part."""

    words: Text


class NegativeControl(Known):
    """Something from before time zero that the help cannot have changed, a number: groups that differ in it after all
    that was known is adjusted for also differ in something that was not. `words` say what it is.
    """

    words: Text


class Outcome(Measure):
    """What is compared. `yes` turns it into yes or no; `baseline` is the moment of the same column at the start.

    The four kinds are never merged. `worse` or `levels` must say which way is worse. `words` say what a yes is, and
    `words_if_not` what it is when it is not so: a page that can only say the good half will leave the other half out.
    `meaning` says what counts for it, when and according to whom; without it the page says that this is not told.
    """

    kind: Literal["veiligheid", "herstel", "omstandigheden", "ervaring"]
    words: Text
    words_if_not: Text | None = None
    meaning: Text | None = None
    yes: Test | None = None
    baseline: str | None = None

    @model_validator(mode="after")
    def _after(self) -> Self:
        if self.window_days is None or self.window_days[0] < 1:
            raise ValueError("an outcome needs window_days, counted from time zero and starting at 1 or later")
        if not (self.worse or self.levels):
            raise ValueError("an outcome says which way is worse: worse: high or low, or levels from good to bad")
        if self.column is not None and self.baseline is None:
            raise ValueError("an outcome from the forms needs baseline: the moment that says who should be asked again")
        if self.combine == "any" and self.column is not None and self.yes is None:
            raise ValueError("combine: any needs yes: what counts as yes for one person")
        if self.levels and self.yes is not None:
            strange = [str(value) for value in self.yes.wanted or () if value not in self.levels]
            if self.yes.wanted is None:
                raise ValueError("the levels are words: ask yes with is or in, not at_least or below")
            if strange:
                raise ValueError(
                    f"yes asks for {', '.join(strange)}, which is none of the levels {', '.join(self.levels)}"
                )
        if self.combine == "each" and self.event is not None:
            raise ValueError("an event counts for its case; combine: each is for answers on forms")
        return self
