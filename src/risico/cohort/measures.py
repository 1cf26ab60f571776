"""What was known at time zero: a value per case, joined over people as the plan says, never dated later."""

from __future__ import annotations

import narwhals.stable.v2 as nw

from risico.cohort.sources import Frame, as_known, day_of
from risico.errors import Refused
from risico.plan import Known
from risico.plan.measures import Measure


def known(rows: Frame, forms: Frame, events: Frame, measure: Known) -> Frame:
    """Return the rows with a column named after the measure; empty where nothing is known.

    Raises Refused when forms it is read from are dated after time zero, have no date, or differ while the
    plan does not say which counts.
    """
    if measure.event is not None:
        return _count(rows, events, measure)
    part = day_of(rows, answered(forms, measure))
    not_late(part, measure.id, as_known(measure))
    return rows.join(joined(part, measure), on="case", how="left")


def not_late(part: Frame, name: str, read: str) -> None:
    """Raise Refused when forms are dated after time zero, or not dated at all."""
    late = part.filter((nw.col("day") > 0) | nw.col("day").is_null()).shape[0]
    if late:
        raise Refused(
            f"{name}: {late} of {part.shape[0]} forms with {read} are dated after time zero, or have no date.\n"
            "What is measured after the start may be a result of the help, and adjusting for it hides or invents an "
            "effect.\nRead an earlier moment, choose a later time zero, or set these forms aside and report that."
        )


def answered(forms: Frame, measure: Measure) -> Frame:
    """Return the forms of this moment and these context values on which the column is filled in, as `value`."""
    return given(forms, measure).filter(~nw.col("value").is_null())


def given(forms: Frame, measure: Measure) -> Frame:
    """Return the forms of this moment and these context values, with the column as `value`, filled in or not.

    Raises Refused when there is none: a moment that is misspelt would read as nobody having answered.
    """
    part = forms.filter(nw.col("moment") == measure.moment)
    for name, wanted in measure.where.items():
        part = part.filter(nw.col(name) == wanted)
    if not part.shape[0]:
        where = "".join(f", {name}: {wanted}" for name, wanted in measure.where.items())
        raise Refused(
            f"{measure.id}: no form has moment {measure.moment}{where}.\n"
            "Read as it stands, everybody would be unknown. Correct the moment, or where, in the plan."
        )
    return part.select("case", "person", "date", nw.col(str(measure.column)).alias("value"))


def joined(part: Frame, measure: Measure) -> Frame:
    """Join several values per case to one, in a column named after the measure: only, any or the worst.

    `any` and `worst` are of those who answered; who did not answer is not counted as a no.
    """
    value = nw.col("value")
    if measure.combine in ("any", "worst"):
        worst = value.min() if low_is_worse(measure) and measure.combine == "worst" else value.max()
        found = coded(part, measure).group_by("case").agg(worst.alias(measure.id))
        if not measure.levels:
            return found
        words = dict(enumerate(map(str, measure.levels)))
        position = nw.col(measure.id).cast(nw.Int64)
        return found.with_columns(position.replace_strict(words, return_dtype=nw.String).alias(measure.id))
    found = part.group_by("case").agg(value.n_unique().alias("different"), value.max().alias(measure.id))
    differ = found.filter(nw.col("different") > 1).shape[0]
    if differ:
        raise Refused(
            f"{measure.id}: {differ} of {found.shape[0]} cases have several forms whose values differ.\n"
            "Which of them counts changes the result, and an average is nobody's answer.\n"
            "Let the plan say it: where: {…} to keep one kind of form, or combine: any or worst."
        )
    return found.drop("different")


def low_is_worse(measure: Measure) -> bool:
    """Say whether the lowest number is the worst; levels always run from good to bad."""
    return measure.worse == "low" and not measure.levels


def coded(part: Frame, measure: Measure) -> Frame:
    """Return the part with `value` as a number: the place of a level, else the number itself.

    Raises Refused for text that is none of the levels.
    """
    kind = part.schema["value"]
    if measure.levels:
        places = {word: place for place, word in enumerate(measure.levels)}
        place = nw.col("value").cast(nw.String).replace_strict(places, default=None, return_dtype=nw.Int64)
        out = part.with_columns(place.alias("value"))
        strange = out.filter(nw.col("value").is_null()).shape[0]
        if strange:
            raise Refused(
                f"{measure.id}: {strange} values are none of the levels {', '.join(measure.levels)}.\n"
                "They would silently be left out. Correct them, or add the level to the plan."
            )
        return out.with_columns(nw.col("value").cast(nw.Float64))
    if not (kind.is_numeric() or kind == nw.Boolean):
        raise Refused(
            f"{measure.id}: the column holds text, of which there is no worst. Give its words as levels, good to bad."
        )
    return part.with_columns(nw.col("value").cast(nw.Float64))


def _count(rows: Frame, events: Frame, measure: Measure) -> Frame:
    """Count the events of a window of days; a case without any has none."""
    found = in_days(day_of(rows, recorded(events, measure)), *measure.window_days or (0, 0))
    counts = found.group_by("case").agg(nw.len().alias(measure.id))
    return rows.join(counts, on="case", how="left").with_columns(nw.col(measure.id).fill_null(0))


def recorded(events: Frame, measure: Measure) -> Frame:
    """Return the events of a measure; refused when nobody ever had one, which a misspelt name would read as none."""
    found = named(events, measure.event, measure.detail)
    if not found.shape[0]:
        detail = f" with detail '{measure.detail}'" if measure.detail else ""
        raise Refused(
            f"{measure.id}: no case has an event '{measure.event}'{detail}.\n"
            "Everybody would count as free of it.\n"
            "Look at how the events are spelt; if it is not recorded, leave it out."
        )
    return found


def named(events: Frame, event: str | None, detail: str | None) -> Frame:
    """Return the events of this name, and of this detail when one is given."""
    part = events.filter(nw.col("event") == event)
    return part if detail is None else part.filter(nw.col("detail") == detail)


def in_days(part: Frame, first: int, last: int) -> Frame:
    """Return what lies within these days from time zero, both included."""
    return part.filter(nw.col("day") >= first, nw.col("day") <= last)
