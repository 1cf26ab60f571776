"""`risico interventions`: which help there is, what is known of it, and when it must not be used."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

from risico.cli.said import say, table


def interventions_(asked: Namespace) -> None:
    """List the catalogue, or tell of one intervention."""
    from risico.pages.interventions import about, head, next_, rows

    if asked.name:
        say(*about(asked.name, date.today(), asked.lang))
        return
    say(head(asked.lang), "", *table(rows(date.today(), asked.lang)), "", next_(asked.lang))
