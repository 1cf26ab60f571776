"""What is kept of cases, on the own machine: nothing is ever changed, everything can be erased, and it is known which.

    store = Store.open("dossier.db")
    case = store.new_case("2026-114", by="rater 3")
    store.add(Note(kind="fact", text="…"), case=case, about="k1", by="rater 3")
    store.current(case, {"note"})

`store` keeps entries in order and chains them; `entries` says what an entry is and `bodies` what it can hold; `view`
makes of them what stands on a page; `erasing` takes a case or one person out of the store and its backups and leaves a
record of the destruction; `backup` copies and brings back.
"""

from __future__ import annotations

from risico.dossier.backup import back_up, restore
from risico.dossier.entries import Entry, Kind
from risico.dossier.erasing import Destroyed, erase
from risico.dossier.store import Store

__all__ = ["Destroyed", "Entry", "Kind", "Store", "back_up", "erase", "restore"]
