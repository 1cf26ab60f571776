"""What can go wrong, each kind with its own exit code.

    RisicoError                     1   anything of ours
    ├── UsageError                  2   a command or call that cannot be meant
    ├── UnreadableFile              3   a file that cannot be opened or understood
    ├── BrokenInstrument            4   an instrument or plan file with mistakes (all of them at once)
    ├── IllegalAnswers              5   answers that the instrument does not know; nothing was scored
    ├── Refused                     6   something this package will not do, with the reason
    └── MissingExtra                7   an optional part that is not installed

A message says what, where, why it matters and what to do now. It may name columns and the set of codes in
a column; never a row, a name, a case number or free text.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class RisicoError(Exception):
    """Base of every error a user can meet; `exit_code` is what the command line returns."""

    exit_code = 1


class UsageError(RisicoError):
    """A command or call that cannot be meant."""

    exit_code = 2


class UnreadableFile(RisicoError):
    """A file that cannot be opened or understood."""

    exit_code = 3


class BrokenInstrument(RisicoError):
    """An instrument or plan file with mistakes; `mistakes` lists every one of them."""

    exit_code = 4

    def __init__(self, where: str, mistakes: Iterable[str]) -> None:
        self.where = where
        self.mistakes = tuple(mistakes)
        super().__init__("\n\n".join(f"{where}: {mistake}" for mistake in self.mistakes))

    def __reduce__(self) -> tuple[type[BrokenInstrument], tuple[str, tuple[str, ...]]]:
        return type(self), (self.where, self.mistakes)


class IllegalAnswers(RisicoError):
    """Answers that the instrument does not know; nothing was scored."""

    exit_code = 5


class Refused(RisicoError):
    """Something this package will not do; the message says why and what can be done instead."""

    exit_code = 6


class MissingExtra(RisicoError):
    """An optional part that is not installed."""

    exit_code = 7

    def __init__(self, what: str, extra: str) -> None:
        self.what, self.extra = what, extra
        super().__init__(
            f"{what} needs the optional part '{extra}'. Install it, in the folder of risico: pip install '.[{extra}]'"
        )

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        return type(self), (self.what, self.extra)


class RisicoWarning(UserWarning):
    """Something that was done, but that the user should know of."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest known word, whatever its capitals, or an empty text.

    >>> did_you_mean("phq", ["phq9", "sdq"])
    " Did you mean 'phq9'?"
    """
    by_letters = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), list(by_letters), n=1)
    return f" Did you mean '{by_letters[near[0]]}'?" if near else ""


def cluster_or_why(cluster: object | None, why_no_cluster: str | None) -> str:
    """Return why there are no clusters (nothing where there are), or refuse an interval that knows neither.

    Raises Refused without both, UsageError with both.
    """
    if cluster is None and not why_no_cluster:
        raise Refused(
            "cluster: there is none. Families with the same worker or team are alike, and an interval that does "
            "not know this is too narrow. Give the worker, team or region of each family as `cluster`, or say "
            "in `why_no_cluster` why families are independent here."
        )
    if cluster is not None and why_no_cluster:
        raise UsageError("cluster: give either `cluster` or `why_no_cluster`, not both.")
    return why_no_cluster or ""
