"""`risico run`, `risico review` and `risico reviews`: from a plan to kept runs, and from runs to their pages."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from risico.cli.said import free, room, say, word
from risico.errors import UnreadableFile


def run_(asked: Namespace) -> None:
    """Carry out a plan and show what a reader looks for first."""
    plan = Path(asked.plan)
    if not plan.is_file():
        raise UnreadableFile(f"There is no plan {plan}. Plans are files such as experiments/NAME.yaml.")
    from risico.experiments import headline, run
    from risico.experiments.run import STORE

    room(Path(asked.store or STORE))
    kept = run(plan, role=asked.role, **_store(asked))
    first = headline(kept)
    say(str(first), "")
    if len(first) < len(kept.estimates):
        say(word("plans", "items", asked.lang, n=len(kept.estimates) - len(first)))
    say(word("plans", "ran", asked.lang, run=kept.id), word("plans", "next", asked.lang))


def review_(asked: Namespace) -> None:
    """Write the page of a run."""
    from risico.experiments import latest, write_review

    out = free(asked.out, force=asked.force) if asked.out else None
    path = write_review(latest(name=asked.run, **_store(asked)), out, language=asked.lang)
    say(word("plans", "wrote", asked.lang, path=path))


def reviews_(asked: Namespace) -> None:
    """Show the reviews of one plan in a row, and write them as a page when asked."""
    from risico.experiments import series, series_text, write_series

    out = free(asked.out, force=asked.force) if asked.out else None
    runs = series(name=asked.plan, **_store(asked))
    say(*series_text(runs, language=asked.lang))
    if out:
        say("", word("plans", "wrote", asked.lang, path=write_series(runs, out, language=asked.lang)))


def _store(asked: Namespace) -> dict[str, Any]:
    return {"store": Path(asked.store)} if asked.store else {}
