"""What is kept of cases, on the own machine: nothing is ever changed, everything can be erased, and it is known which.

    store = Store.open("dossier.db")
    entry = store.add(Note(case="2026-114", about="k1", text="…"), by="rater 3")
    store.notes("2026-114")

`store` keeps entries in order and chains them; `entries` says what an entry can hold; `erasing` takes a case or one
person out of the store and its backups and leaves a record of the destruction; `backup` copies and brings back.
"""

from __future__ import annotations

from risico.dossier.backup import back_up, restore
from risico.dossier.entries import Entry, Kind
from risico.dossier.erasing import Destroyed, erase
from risico.dossier.store import Store

__all__ = ["Destroyed", "Entry", "Kind", "Store", "back_up", "erase", "restore"]
