"""What the records of help, follow-ups and continuity hold, counted: one row of a record is one of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.forms import enter
from risico.instrument import load

BLANK = "not_filled_in"
TABLES = {
    "continuity_risks": ("continuiteit", "stand", {}),
    "continuity_open_owner": ("continuiteit", "eigenaar", {"stand": ("open", "onderbroken")}),
    "continuity_open_sight": ("continuiteit", "zicht_intussen", {"stand": ("open", "onderbroken")}),
    "help_standing": ("hulp", "stand", {}),
    "help_ended": ("hulp", "hoe_geeindigd", {"stand": ("ended",)}),
    "follow_up_records": ("vervolgmeting", "uitkomst", {}),
}
"""Name of a table to its record, the question it counts, and which rows of it."""


def records(forms: Any) -> Estimates:
    """Return counts of what the records hold, for each record whose columns are there.

    `forms` hold rows of the records `continuiteit` (one row is one risk), `hulp` (one help) or `vervolgmeting` (one
    follow-up of one person), with columns as `continuiteit_stand`. Estimates, each a table that adds up to its n:

    - `continuity_risks`: risks seen, by where they stand (open, arranged, broken off, no longer at issue);
    - `continuity_open_owner` and `continuity_open_sight`: of the open ones, who solves it, and whether somebody keeps
      sight on safety meanwhile;
    - `help_standing`: help by where it stands; `help_ended`: ended help by how it ended: stopped early by the family
      or by the service is drop-out;
    - `follow_up_records`: follow-ups held, or why not.

    What is not filled in is counted as that. Raises UsageError where no record is there, or a column holds a code that
    its record does not have.

    >>> import polars as pl
    >>> seen = pl.DataFrame({"continuiteit_stand": ["open", "open", "geregeld", None]})
    >>> [(e.by["standing"], e.value, e.n) for e in records(seen)]
    [('open', 2.0, 3), ('geregeld', 1.0, 3), ('onderbroken', 0.0, 3), ('vervallen', 0.0, 3)]
    """
    wanted = sorted({f"{record}_{item}" for record, item, _ in TABLES.values()} | {"continuiteit_stand", "hulp_stand"})
    door = enter(forms, wanted)
    present = [name for name in wanted if name in door.columns]
    if not present:
        raise UsageError(f"The forms hold no record. Its columns are: {', '.join(wanted)}.")
    frame = door.inside.select(*present).collect(backend="polars")
    columns = {name: [_code(value) for value in frame[name].to_list()] for name in present}
    found: list[Estimate] = []
    for name, (record, item, only) in TABLES.items():
        needed = [f"{record}_{item}", *(f"{record}_{other}" for other in only)]
        if all(column in columns for column in needed):
            found += _table(name, record, item, only, columns)
    return Estimates(found)


def _code(value: object) -> str | None:
    """Return a code as text: 1.0 and 1 are the same code; blank, NaN and empty are None."""
    if value is None or value != value or value == "":
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _table(
    name: str, record: str, item: str, only: dict[str, tuple[str, ...]], columns: dict[str, list[str | None]]
) -> list[Estimate]:
    rows = range(len(columns[f"{record}_{item}"]))
    kept = [i for i in rows if all(columns[f"{record}_{other}"][i] in codes for other, codes in only.items())]
    if not only:  # a row of another form has nothing of this record
        kept = [i for i in kept if any(columns[c][i] is not None for c in columns if c.startswith(f"{record}_"))]
    found = Counter(columns[f"{record}_{item}"][i] for i in kept)
    instrument = load(record)
    codes = [str(code) for code in instrument.answers[instrument.items[item].answers].codes or ()]
    blanks = {None, *map(str, instrument.missing_codes)}
    if strange := set(found) - set(codes) - blanks:
        raise UsageError(f"{record}_{item}: {len(strange)} codes are none of {', '.join(codes)}. Map them first.")
    method, key = "count of records", KEYS[item]
    if not kept:
        return [Estimate(name=name, n=0, method=method, why="nothing of this is recorded")]
    cells = {code: found[code] for code in codes} | {BLANK: sum(found[blank] for blank in blanks)}
    return [
        Estimate(name=name, value=float(number), n=len(kept), method=method, by={key: code})
        for code, number in cells.items()
        if code != BLANK or number
    ]


KEYS = {
    "stand": "standing",
    "eigenaar": "owner",
    "zicht_intussen": "sight",
    "hoe_geeindigd": "ending",
    "uitkomst": "follow_up",
}
