"""The command that opens the specialist's page, or that of a team."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from risico.cli.said import word
from risico.errors import UsageError


def serve_(asked: argparse.Namespace) -> None:
    """Serve the pages on this machine until stopped, or let somebody in."""
    from risico.web import serve, serve_team

    if (asked.team or asked.add_user) and asked.dossier is None:
        raise UsageError("A team works in a store: name it with --dossier.")
    if asked.host and not asked.team:
        raise UsageError("--host is for a team, whose page a proxy passes on: add --team.")
    if asked.add_user:
        _added(asked)
        return

    def told(link: str) -> None:
        words = word("serve", "open_team" if asked.team else "open", asked.lang)
        sys.stdout.write(f"{words}\n  {link}\n")
        sys.stdout.flush()

    if asked.team:
        serve_team(told, asked.dossier, asked.port, asked.lang, tuple(asked.host), _own(asked))
        return
    serve(told, asked.port, asked.lang, asked.dossier, asked.who, _own(asked))


def _own(asked: argparse.Namespace) -> Path | None:
    return Path(asked.practice) if asked.practice else None


def _added(asked: argparse.Namespace) -> None:
    from risico.dossier import Store
    from risico.dossier.people import TERMINAL, add_person

    if asked.role is None:
        raise UsageError("Say with --role what this person may do.")
    given = add_person(Store.open(asked.dossier), asked.add_user, asked.role, team=asked.of_team, by=TERMINAL)
    sys.stdout.write(f"{word('serve', 'added', asked.lang, code=asked.add_user)}\n  {given}\n")
