"""One way to say a condition, everywhere: data, not text, and three-valued.

A condition asks something of an item's code, a score or a context column, or joins others with `all`, `any`, `not`
and `{of: […], at_least: k}`. It is true or false only when every possible filling-in of the blanks agrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from risico.strict import Frozen

Code = int | str
Value = bool | int | float | str
Number = int | float


def _rises(ends: tuple[Number, Number]) -> tuple[Number, Number]:
    if ends[0] > ends[1]:
        raise ValueError(f"the lower end comes first; here it is {ends[0]} to {ends[1]}")
    return ends


Range = Annotated[tuple[Number, Number], AfterValidator(_rises)]


class Test(Frozen):
    """What is asked of one value: exactly one of `is`, `in`, `at_least`, `below`."""

    __test__ = False  # not a test class for pytest

    is_: Value | None = Field(None, alias="is")
    in_: tuple[Value, ...] | None = Field(None, alias="in", min_length=1)
    at_least: int | float | None = None
    below: int | float | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        asked = [q for q in (self.is_, self.in_, self.at_least, self.below) if q is not None]
        if len(asked) != 1:
            raise ValueError("ask exactly one of is, in, at_least, below")
        return self

    @property
    def wanted(self) -> tuple[Value, ...] | None:
        """The values that fit, for `is` and `in`; None for a comparison."""
        return self.in_ if self.in_ is not None else None if self.is_ is None else (self.is_,)

    def holds(self, value: Value) -> bool:
        """Return whether a known value fits.

        >>> Test.model_validate({"at_least": 2}).holds(2), Test.model_validate({"in": ("a", "b")}).holds("c")
        (True, False)
        """
        if self.wanted is not None:
            return any(value == wanted and isinstance(value, str) == isinstance(wanted, str) for wanted in self.wanted)
        if isinstance(value, str):
            return False
        return value >= self.at_least if self.at_least is not None else value < (self.below or 0)


class Where(Test):
    """What a count counts: items whose code fits, or with `blank: true` the items that were not answered."""

    blank: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        asked = [q for q in (self.is_, self.in_, self.at_least, self.below, self.blank) if q is not None]
        if len(asked) != 1:
            raise ValueError("ask exactly one of is, in, at_least, below, blank")
        return self


class Condition(Test):
    """A question about one item, score or context column, or several conditions joined."""

    item: str | None = None
    score: str | None = None
    context: str | None = None
    all: tuple[Condition, ...] | None = Field(None, min_length=1)
    any: tuple[Condition, ...] | None = Field(None, min_length=1)
    not_: Condition | None = Field(None, alias="not")
    of: tuple[Condition, ...] | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        forms = [self.item, self.score, self.context, self.all, self.any, self.not_, self.of]
        if sum(form is not None for form in forms) != 1:
            raise ValueError("a condition asks of one item, score or context, or joins with one of all, any, not, of")
        asked = [q for q in (self.is_, self.in_, self.at_least, self.below) if q is not None]
        if self.of is not None:
            if self.at_least is None or len(asked) != 1:
                raise ValueError("{of: […]} needs at_least, and nothing else")
            if not 1 <= self.at_least <= len(self.of):
                raise ValueError(f"at_least: {self.at_least} of {len(self.of)} conditions is always the same answer")
        elif self.subject is None and asked:
            raise ValueError("all, any and not take no is, in, at_least or below")
        elif self.subject is not None and len(asked) != 1:
            raise ValueError("ask exactly one of is, in, at_least, below")
        return self

    @property
    def subject(self) -> str | None:
        """The name of the item, score or context column that a single question is about."""
        return self.item or self.score or self.context

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions that this one joins; empty for a single question."""
        return self.all or self.any or self.of or ((self.not_,) if self.not_ is not None else ())

    def leaves(self) -> Iterator[Condition]:
        """Yield every single question in this condition."""
        if self.subject is not None:
            yield self
        for part in self.parts:
            yield from part.leaves()
