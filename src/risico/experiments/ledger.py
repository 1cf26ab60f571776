"""The ledger of releases, beside the runs of a store: what was shown, to whom, of which data. Nothing hidden is in it.

    <store>/releases.jsonl     one line for each release, only ever added to

A new release is compared with all that are in it (`risico.disclosure.earlier`): one more family must not be readable
from two pages. Whoever deletes a run does not delete what was read; so the ledger stands apart from the runs. Data from
files in one store are taken to overlap: two registrations that do not, have two stores.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from risico.disclosure import Earlier
from risico.errors import Refused
from risico.experiments.tracking import from_table, to_table
from risico.plan import Data

NAME = "releases.jsonl"


class Ledger:
    """The releases of a store."""

    def __init__(self, store: Path | str) -> None:
        self.path = Path(store) / NAME

    def read(self, registration: str) -> list[Earlier]:
        """Return the releases of these data. Raises Refused for a line that cannot be read: then nothing is sure."""
        if not self.path.is_file():
            return []
        found: list[Earlier] = []
        for place, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                told = json.loads(line)
                if told["registration"] == registration:
                    numbers = from_table(told["estimates"])
                    found.append(Earlier(audience=told["audience"], data=told["data"], estimates=numbers))
            except (ValueError, KeyError, TypeError):
                raise Refused(
                    f"{self.path}, line {place}: this line of the ledger of releases cannot be read.\n"
                    "Without it nobody can say what earlier pages told, and a small number could be worked out.\n"
                    "Put back the ledger from a backup."
                ) from None
        return found

    def add(self, registration: str, release: Earlier, plan: str, locked: str) -> None:
        """Write down a release."""
        told: dict[str, Any] = {
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "plan": plan,
            "plan_sha256": locked,
            "audience": release.audience,
            "registration": registration,
            "data": release.data,
            "estimates": to_table(release.estimates),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told, ensure_ascii=False) + "\n")


def overlapping(data: Data) -> str | None:
    """Return by what other releases are known to be of the same or overlapping data; None for public data.

    >>> overlapping(Data(source="synthetic", seed=1, households=50))
    'synthetic 1'
    """
    if data.public:
        return None
    return f"synthetic {data.seed}" if data.source == "synthetic" else "registration"
