"""Which columns are raters."""

from __future__ import annotations

from collections.abc import Sequence

from risico.errors import UsageError

KEYS = ("case", "person", "moment", "rater", "date")


def only_raters(found: Sequence[str], named: Sequence[str] | None) -> None:
    """Raise UsageError where nobody named the raters and a key of the forms would be taken for one.

    >>> only_raters(["ann", "bob"], None)
    >>> only_raters(["case", "ann", "bob"], ["case", "ann", "bob"])
    """
    keys = [name for name in found if name in KEYS] if named is None else []
    if keys:
        raise UsageError(
            f"{', '.join(keys)} is a key of the forms and no rater; counted as one it would change every number.\n"
            "Name the raters: columns=[…]. One row per form? `risico.tally.ratings` puts the raters side by side."
        )
