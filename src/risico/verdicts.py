"""A number held against a limit that others set: COSMIN, COTAN and our own, each saying whether the limit was seen.

The limits stand in `_rules/standards.yaml`. A verdict is no mark of an instrument: it says what a named standard makes
of one number, from one sample, for one use.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.strict import Frozen, build, read_yaml
from risico.words import Language, pick

SHIPPED: Final = Path(__file__).parent / "_rules" / "standards.yaml"
Use = Literal["important", "less_important", "group"]
USES: tuple[Use, ...] = ("important", "less_important", "group")

UNSEEN: Final = "the limit is from memory; nobody here has read it in its source"
NO_LIMIT: Final = "nobody has said how large a change must be to matter"
NO_NUMBER: Final = "there is no number to judge"
NO_INTERVAL: Final = "the low end of an interval is judged, and there is no interval"
WIDE: Final = "the interval also reaches into: "


class Level(Frozen):
    """A level from its lower bound up; `above` leaves the bound itself to the level below."""

    name: str
    from_: float | None = Field(None, alias="from")
    above: float | None = None

    def holds(self, value: float, shift: float) -> bool:
        """Whether the value reaches this level; `shift` moves its bound."""
        if self.above is not None:
            return value > self.above + shift
        return self.from_ is None or value >= self.from_ + shift


class Limit(Frozen):
    """One limit of a standard: for which estimates, for which use, in which levels, and whether it was seen."""

    id: str
    standard: str
    about: dict[Literal["nl", "en"], str]
    of: tuple[str, ...]
    levels: tuple[Level, ...]
    use: Use | None = None
    judge: Literal["value", "low"] = "value"
    limit: Literal["smallest_that_matters"] | None = None
    needs: str | None = None
    seen: bool
    source: str

    @model_validator(mode="after")
    def _levels_rise(self) -> Self:
        bounds = [level.from_ if level.above is None else level.above for level in self.levels]
        known = [bound for bound in bounds[1:] if bound is not None]
        if not bounds or bounds[0] is not None or len(known) < len(bounds) - 1 or known != sorted(set(known)):
            raise ValueError("levels stand from the least number up; only the first has no bound")
        return self

    def level(self, value: float, shift: float = 0.0) -> str:
        """Return the highest level that a value reaches."""
        return next(level.name for level in reversed(self.levels) if level.holds(value, shift))


class Standards(Frozen):
    """All limits of one file."""

    limits: tuple[Limit, ...]


@cache
def limits(standards: Path = SHIPPED) -> tuple[Limit, ...]:
    """Read the limits of a file of standards. Raises BrokenInstrument with every mistake by its path."""
    return build(Standards, {"limits": read_yaml(standards)}, standards.name).limits


def verdicts(
    estimates: Sequence[Estimate],
    *,
    use: Use = "important",
    smallest_that_matters: float | None = None,
    standards: str | Path | None = None,
    language: Language = "en",
) -> Estimates:
    """Hold estimates against COSMIN, COTAN and our own limits; one row per limit and estimate.

    `use` says what hangs on the score: an `important` decision about a person (a measure, a level of risk), a
    `less_important` one (progress, what to talk about) or a statement about a `group`. `smallest_that_matters` is the
    least change that matters to people, in points, for the judgement of measurement error. `standards` is a file of
    your own, shaped as `_rules/standards.yaml`.

    Each row keeps the number, its interval and n, and has `by` with `of` (the name judged) and `verdict`: one of the
    levels of the limit, or `indeterminate` with the reason. COSMIN judges alpha only where one factor was seen to fit.
    `why` says that a limit is from memory, or that the interval reaches into another level. Raises UsageError for an
    unknown use.

    >>> alpha = Estimate(name="alpha", value=0.84, low=0.79, high=0.88, n=120)
    >>> for row in verdicts([alpha], use="less_important"):
    ...     print(row.name, row.by["verdict"])
    cosmin_internal_consistency indeterminate
    redundancy in_range
    cotan_reliability good
    """
    if use not in USES:
        raise UsageError(f"There is no use {use!r}; choose one of: {', '.join(USES)}.")
    rows: list[Estimate] = []
    for limit in limits(Path(standards) if standards else SHIPPED):
        if limit.use in (None, use):
            for estimate in estimates:
                if estimate.name in limit.of:
                    shown = None if limit.needs is None else _shown(limit.needs, rows, estimate)
                    rows.append(_verdict(limit, estimate, smallest_that_matters, shown, language))
    return Estimates(rows)


def _shown(needs: str, rows: Sequence[Estimate], estimate: Estimate) -> bool:
    """Whether what a limit rests on was found sufficient for the same score."""
    return any(
        row.name == needs
        and row.by["verdict"] == "sufficient"
        and all(row.by.get(key) == part for key, part in estimate.by.items())
        for row in rows
    )


def _verdict(
    limit: Limit, estimate: Estimate, smallest: float | None, shown: bool | None, language: Language
) -> Estimate:
    judged = estimate.value if limit.judge == "value" else estimate.low
    open_ = _open(limit, estimate, smallest, judged, shown)
    said = [open_] if open_ else []
    verdict = "indeterminate"
    if judged is not None and open_ is None:
        shift = smallest or 0.0 if limit.limit else 0.0
        verdict = limit.level(judged, shift)
        said += _also(limit, estimate, verdict, shift)
    said += [] if limit.seen else [UNSEEN]
    return Estimate(
        name=limit.id,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        confidence=estimate.confidence,
        n=estimate.n,
        by={**estimate.by, "of": estimate.name, "verdict": verdict},
        method=f"{limit.standard}: {pick(limit.about, language)}",
        source=limit.source,
        why="; ".join(said) or None,
    )


def _open(
    limit: Limit, estimate: Estimate, smallest: float | None, judged: float | None, shown: bool | None
) -> str | None:
    """Return why nothing can be said, None where something can."""
    if estimate.value is None:
        return f"{NO_NUMBER}: {estimate.why}"
    if judged is None:
        return NO_INTERVAL
    if limit.limit is not None and smallest is None:
        return NO_LIMIT
    return f"{limit.needs} was not found sufficient" if shown is False else None


def _also(limit: Limit, estimate: Estimate, verdict: str, shift: float) -> list[str]:
    """Return the other levels that the interval holds, in one sentence; none where the low end itself is judged."""
    if limit.judge == "low" or estimate.low is None or estimate.high is None:
        return []
    names = [level.name for level in limit.levels]
    first, last = (names.index(limit.level(end, shift)) for end in (estimate.low, estimate.high))
    others = [name for name in names[first : last + 1] if name != verdict]
    return [WIDE + ", ".join(others)] if others else []
