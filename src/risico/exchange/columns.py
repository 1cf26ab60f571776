"""Columns of text become numbers, dates or Booleans only where every value says so; all else stays as it was."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from risico.errors import RisicoWarning, UnreadableFile, UsageError

KEYS = frozenset({"case", "person", "rater"})
_IDENTITY = re.compile(
    r"(case|casus|person|persoon|rater|beoordelaar|dossier|client|cliënt|patient|patiënt|zaak|bsn|postcode|telefoon)"
    r"[ _.-]?(id|nr|no|nummer|number|code)?"
)
_DATE_NAME = re.compile(r"(^|[ _.-])(date|datum|dat|dob|geboren)([ _.-]|$)|datum$|date$")
_INTEGER = r"^-?(0|[1-9][0-9]{0,17})$"
_POINT = r"^-?[0-9]{1,15}(\.[0-9]+([eE][+-]?[0-9]{1,3})?|[eE]-[0-9]{1,3})?$"  # a bare 1E5 is a name, not a number
_COMMA = r"^-?[0-9]{1,15}(,[0-9]+)?$"
_TWOFOLD = r"^-?[1-9][0-9]{0,2}[.,][0-9]{3}$"  # 1.000 is a thousand, or one with three decimals
_THREE = r"^(-?[1-9][0-9]{0,2}\.[0-9]{3})$"
_LEADING_ZERO = r"^-?0[0-9]"
_NOT_AVAILABLE = ("NA", "NaN", "nan", "NULL", "#NULL!", ".")
_DATES = {
    r"^[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}$": "%d-%m-%Y",
    r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$": "%d/%m/%Y",
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "%Y-%m-%d",
}


def settle(frame: pl.DataFrame) -> pl.DataFrame:
    """Give each text column the narrowest type that keeps every value.

    Empty and blank text becomes null. Whole numbers, decimal numbers (point or comma, one kind per column), dates in
    columns named for a date (day-month-year or ISO) and true/false are recognised when *all* values fit. A value with
    a leading zero keeps its whole column text, and so does the name of a key (`case`, `dossiernummer` …). So does
    `1.000` or `12,500`, with a warning, unless another value of the column shows that the sign is a decimal one.

    >>> settle(pl.DataFrame({"case": ["12", "7"], "code": ["01", "2"], "hours": ["1,5", " "]})).rows()
    [('12', '01', 1.5), ('7', '2', None)]
    """
    return frame.with_columns(_settle(frame[name]) for name in frame.columns)


def as_text(column: pl.Series) -> pl.Series:
    """Write a column as text, whole numbers without decimals; the text of a code is the same in every kind of file.

    Raises UsageError for a column whose values are no numbers, texts, truths or dates.

    >>> as_text(pl.Series([2.0, None, 0.5])).to_list()
    ['2', None, '0.5']
    """
    if column.dtype.is_nested() or isinstance(column.dtype, pl.Binary | pl.Duration | pl.Object):
        raise UsageError(
            f"Column '{column.name}' holds lists, parts, bytes or durations. None of these is an answer or a key, and "
            "none is read as one. Make it a column of numbers or text, or leave it out."
        )
    if column.dtype.is_decimal():
        return column.cast(pl.String).str.replace(r"(\.[0-9]*?)0+$", "$1").str.strip_suffix(".")
    if not column.dtype.is_float():
        return column.cast(pl.String)
    whole = (column == column.floor()) & (column.abs() < 2**53)
    texts = pl.select(
        pl.when(whole)
        .then(column.cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(column.fill_nan(None).cast(pl.String).str.replace(_THREE, "${1}0"))  # 1.125 is no 1125 in text
    ).to_series()
    return texts.alias(column.name)


def as_answers(column: pl.Series, codes: Iterable[object] | None) -> pl.Series:
    """Write a column of answers as text; true and false are 1 and 0 only where those are all the codes there are.

    >>> as_answers(pl.Series([True, None, False]), [0, 1]).to_list()
    ['1', None, '0']
    >>> as_answers(pl.Series([True, None, False]), [0, 1, 2]).to_list()
    ['true', None, 'false']
    """
    yes_no = column.dtype == pl.Boolean and set(codes or ()) == {0, 1}
    return as_text(column.cast(pl.Int64) if yes_no else column)


def names(header: Sequence[str], path: Path) -> list[str]:
    """Return the names of the columns, a nameless one as `column_3`; a name that stands twice is refused.

    >>> names(["case", " ", "phq9_1"], Path("x.csv"))
    ['case', 'column_2', 'phq9_1']
    """
    if not any(name.strip() for name in header):
        raise UnreadableFile(
            f"{path.name} has no first row with the names of its columns, so no answer can be found by its question. "
            "Add that row and save the file again."
        )
    found = [name.strip() or f"column_{place}" for place, name in enumerate(header, start=1)]
    times = Counter(found)
    twice = [place for place, name in enumerate(found, start=1) if times[name] > 1]
    if any(re.fullmatch(_POINT, found[place - 1]) for place in twice):
        raise UnreadableFile(
            f"The first row of {path.name} holds answers instead of the names of its columns, so no answer can be "
            "found by its question. Add a row with names and save the file again."
        )
    if twice:  # by their place: without a row of names, these are answers or a case number
        shown = ", ".join(map(str, twice[:6])) + (" …" if len(twice) > 6 else "")
        raise UnreadableFile(
            f"{path.name}: {len(twice)} columns have a name that stands more than once (columns {shown}). It cannot be "
            "told which of them holds the answers. Give each column its own name in the first row."
        )
    return found


def code_text(code: object) -> str:
    """Write one code as text, as `as_text` writes a column of them.

    >>> code_text(2.0), code_text("ja"), code_text(True)
    ('2', 'ja', 'true')
    """
    if isinstance(code, bool):
        return str(code).lower()
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


def is_key(name: str) -> bool:
    """Tell whether a column holds names or numbers of people or cases, which are text whatever they look like."""
    return name in KEYS or _IDENTITY.fullmatch(name.strip().lower()) is not None


def _settle(column: pl.Series) -> pl.Series:
    if column.dtype != pl.String:
        return as_text(column) if is_key(column.name) and column.dtype.is_numeric() else column
    text = column.str.strip_chars()
    text = text.set(text == "", None)
    if is_key(column.name) or text.null_count() == len(text):
        return text
    if _DATE_NAME.search(column.name.strip().lower()):
        return _dates(text)
    return _numbers(text)


def _numbers(text: pl.Series) -> pl.Series:
    without = text.set(text.is_in(_NOT_AVAILABLE), None)
    if without.null_count() == len(without):
        return text
    if _all(without, r"(?i)^(true|false)$"):
        return without.str.to_lowercase() == "true"
    if bool(without.str.contains(_LEADING_ZERO).any()):
        return text
    if _all(without, _INTEGER):
        return without.cast(pl.Int64)
    sign = "." if _all(without, _POINT) else "," if _all(without, _COMMA) else None
    if sign is None:
        return text
    if twofold(without):
        warnings.warn(
            f"Column '{text.name}' holds numbers with three signs after a point or comma, and nothing shows whether "
            "that is a thousand or a decimal. It was kept as text, so that none is read a thousand times too large or "
            "small. Write them without a thousands sign, or with four decimals.",
            RisicoWarning,
            stacklevel=2,
        )
        return text
    return without.str.replace(",", ".", literal=True).cast(pl.Float64)


def twofold(text: pl.Series) -> bool:
    """Tell whether a column holds a number such as 1.000 and no other that settles what the point or comma is.

    >>> twofold(pl.Series(["1.000", "2"])), twofold(pl.Series(["1.000", "2.5"])), twofold(pl.Series(["0.125"]))
    (True, False, False)
    """
    doubt = text.str.contains(_TWOFOLD)
    return bool(doubt.any()) and not bool((text.str.contains(r"[.,]") & ~doubt).any())


def _dates(text: pl.Series) -> pl.Series:
    for pattern, layout in _DATES.items():
        if _all(text, pattern):
            dates = text.str.to_date(layout, strict=False)
            if dates.null_count() == text.null_count():
                return dates
    warnings.warn(
        f"Column '{text.name}' is named for a date, but not all of its values are dates written day-month-year "
        "(31-12-2025) or year-month-day (2025-12-31). It was kept as text, so nothing can be counted from it. "
        "Correct the dates in the file to use them.",
        RisicoWarning,
        stacklevel=2,
    )
    return text


def _all(text: pl.Series, pattern: str) -> bool:
    return bool(text.str.contains(pattern).all())
