"""One way in and one way out for files: CSV, Parquet, Excel and SPSS."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import polars as pl

from risico.errors import UnreadableFile, UsageError
from risico.exchange.columns import as_text, is_key

KINDS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".csv.gz": "csv",
    ".parquet": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".sav": "spss",
    ".zsav": "spss",
}
EMPTY: Mapping[str, Mapping[str, str]] = {}


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A frame with what its file says about it.

    `labels` has a text per column, `values` a text per code of a column, and `missing` the values of a column that
    the file itself declares missing (SPSS).
    """

    frame: pl.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    missing: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])


def read(path: str | Path) -> pl.DataFrame:
    """Read a file of answers as a Polars frame; the ending of its name says which kind it is.

    A blank is null. Case numbers stay text (`007`); ja and nee stay text until a mapping says what they mean; what
    SPSS calls user-missing stays a value of its own. Raises UnreadableFile with what is wrong and what to do.
    """
    return read_labelled(path).frame


def read_labelled(path: str | Path) -> Labelled:
    """Read a file as `read` does and keep the labels that an SPSS file carries."""
    path = Path(path)
    kind = kind_of(path)
    _refuse_unfit(path)
    if kind == "spss":
        from risico.exchange.spss import read_spss

        frame, labels, values, missing = read_spss(path)
        return Labelled(frame=frame, labels=labels, values=values, missing=missing)
    if kind == "excel":
        from risico.exchange.excel import read_excel

        return Labelled(frame=read_excel(path))
    if kind == "parquet":
        return Labelled(frame=_read_parquet(path))
    from risico.exchange.csvfile import read_csv

    return Labelled(frame=read_csv(path))


def write(
    frame: pl.DataFrame,
    path: str | Path,
    *,
    labels: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
    like: str | Path | None = None,
) -> None:
    """Write a frame to a file, of the kind its name ends in; `labels` and `values` go into an SPSS file.

    CSV is UTF-8 with the separator and decimal sign of the CSV file `like`, as that came from a program of the same
    reader; else comma-separated with a decimal point. No cell is ever a formula. Raises UsageError when the file
    cannot be written.
    """
    path = Path(path)
    kind = kind_of(path)
    frame = polars(frame)
    _refuse_unwritable(frame, path, kind)
    try:
        if kind == "csv":
            from risico.exchange.csvfile import dialect, write_csv

            write_csv(frame, path, dialect(Path(like)) if like is not None and kind_of(Path(like)) == "csv" else None)
        else:
            _write(frame, path, kind, labels or {}, values or EMPTY)
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise UsageError(
            f"{path.name} cannot be written ({type(problem).__name__}). Is it open in another program, does the folder "
            "exist, and may you write there?"
        ) from None


def polars(frame: object) -> pl.DataFrame:
    """Return the frame when it is one of Polars; another is refused with how to make it one.

    >>> polars([1, 2])
    Traceback (most recent call last):
    risico.errors.UsageError: This takes a Polars frame, as `risico.read` gives; this is list. See polars.from_pandas.
    """
    if not isinstance(frame, pl.DataFrame):
        raise UsageError(
            f"This takes a Polars frame, as `risico.read` gives; this is {type(frame).__name__}. "
            "See polars.from_pandas."
        )
    return frame


def kind_of(path: Path) -> str:
    """Return csv, parquet, excel or spss; another ending is refused with what can be done.

    >>> kind_of(Path("answers.csv.gz")), kind_of(Path("answers.SAV"))
    ('csv', 'spss')
    """
    name = path.name.lower()
    for ending, kind in KINDS.items():
        if name.endswith(ending):
            return kind
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Give the path of a file, such as {path / 'answers.csv'}.")
    old = " Open it in a spreadsheet program and save it as .xlsx." if name.endswith((".xls", ".ods")) else ""
    raise UsageError(f"{path.name}: this kind of file is not known. Known are: {', '.join(KINDS)}.{old}")


def _refuse_unfit(path: Path) -> None:
    if not path.exists():
        raise UnreadableFile(f"There is no file {path}. Check the name and the folder.")
    if path.is_dir():
        raise UnreadableFile(f"{path} is a folder. Name the file in it that holds the answers.")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as problem:
        raise UnreadableFile(f"{path} cannot be opened ({type(problem).__name__}). Is it open elsewhere?") from None
    if empty:
        raise UnreadableFile(f"{path.name} is empty. Export it again from the program it came from.")


def _refuse_unwritable(frame: pl.DataFrame, path: Path, kind: str) -> None:
    none = (pl.Object,) if kind == "parquet" else (pl.Object, pl.Binary, pl.Duration)
    nested = [
        name for name, type_ in frame.schema.items() if type_ in none or (kind != "parquet" and type_.is_nested())
    ]
    if nested:
        other = "" if kind == "parquet" else ", or write Parquet"
        raise UsageError(
            f"{path.name} was not written: {', '.join(nested[:5])} hold(s) lists, parts, bytes or durations, which "
            f"this kind of file cannot. Drop them{other}."
        )


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        raise UnreadableFile(f"{path.name} cannot be read as Parquet: it is damaged or of another kind.") from None
    keys = [as_text(frame[name]) for name in frame.columns if is_key(name) and frame[name].dtype.is_numeric()]
    kept = frame.with_columns(*keys)
    return kept.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String), pl.col(pl.Decimal).cast(pl.Float64))


def _write(
    frame: pl.DataFrame, path: Path, kind: str, labels: Mapping[str, str], values: Mapping[str, Mapping[str, str]]
) -> None:
    if kind == "parquet":
        frame.write_parquet(path)
    elif kind == "excel":
        from risico.exchange.excel import write_excel

        write_excel(frame, path)
    else:
        from risico.exchange.spss import write_spss

        write_spss(frame, path, labels, values)


def single(form: Any) -> pl.DataFrame:
    """Return one form, given as a mapping or as a frame with one row, as a frame of one row.

    >>> single({"phq9_1": 2, "phq9_2": None}).shape
    (1, 2)
    """
    rows = _rows(form)
    if len(rows) != 1:
        raise UsageError(f"One form is asked for; this is {len(rows)}. Take one row of the frame.")
    return pl.DataFrame(rows)


def _rows(form: Any) -> list[dict[str, Any]]:
    if isinstance(form, Mapping):
        return [_plain(cast(Mapping[str, Any], form))]
    for way in ("to_dicts", "to_pylist"):
        if hasattr(form, way):
            return getattr(form, way)()
    if hasattr(form, "to_dict"):
        one = getattr(form, "ndim", 2) == 1
        rows = [form.to_dict()] if one else form.to_dict(orient="records")
        return [_plain(row) for row in rows]
    raise UsageError(f"A form is a mapping or a frame with one row; this is {type(form).__name__}.")


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of one form, what pandas calls missing as None; a list or array stays what it is, and is no answer."""
    return {name: None if _absent(value) else value for name, value in row.items()}


def _absent(value: Any) -> bool:
    return type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and math.isnan(value))
