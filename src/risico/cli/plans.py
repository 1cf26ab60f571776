"""`risico run`, `risico review` and `risico reviews`: from a plan to kept runs, and from runs to their pages."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from risico.cli.said import free, room, say, word
from risico.errors import Refused, UnreadableFile


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
    """Write the page of a run, or its tables; or show a team its own numbers."""
    from risico.experiments import latest, write_review, write_tables

    if asked.team:
        _for_the_team(asked)
        return
    if asked.tables:
        place = Path(asked.tables)
        tables = free(asked.tables, force=asked.force) if place.suffix else room(place)
        written = write_tables(latest(name=asked.run, **_store(asked)), tables, language=asked.lang)
        say(*(word("plans", "tables", asked.lang, path=path) for path in written))
        return
    out = free(asked.out, force=asked.force) if asked.out else None
    path = write_review(latest(name=asked.run, **_store(asked)), out, language=asked.lang)
    say(word("plans", "wrote", asked.lang, path=path))


def _for_the_team(asked: Namespace) -> None:
    """Show a team its own numbers on its own screen, and nowhere else."""
    if asked.out or asked.tables or not sys.stdout.isatty():
        raise Refused(
            "The numbers of a team are for its own screen: cells from 5 are shown, and nothing of it is saved, sent on "
            "or printed.\nIn a file they would be read by others, who may see cells from 10.\n"
            "Leave out -o and --tables, and do not send the answer to a file or another program."
        )
    if not asked.run or not Path(asked.run).is_file():
        raise UnreadableFile("--team carries out a plan: name its file, such as experiments/NAME.yaml.")
    from risico.experiments import headline, look

    say(str(headline(look(asked.run))), "", word("plans", "screen", asked.lang))


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
