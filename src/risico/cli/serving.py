"""The command that opens the specialist's page."""

from __future__ import annotations

import argparse
import sys

from risico.cli.said import word


def serve_(asked: argparse.Namespace) -> None:
    """Serve the pages on this machine until stopped."""
    from risico.web import serve

    def told(link: str) -> None:
        sys.stdout.write(f"{word('serve', 'open', asked.lang)}\n  {link}\n")
        sys.stdout.flush()

    serve(told, asked.port, asked.lang, asked.dossier, asked.who)
