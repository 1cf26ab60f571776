"""What makes a plan a plan: the fingerprint of everything it says, and the smallest cell its readers may see."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Final, Literal

from risico.strict import Frozen

SMALLEST: Final = {"team": 5, "organisatie": 10, "buiten": 10}
"""Cells below this number are not shown to that audience; a plan may ask for more, never for less."""


class Locked(Frozen):
    """A file that is written before anybody looks: changed, it is another one."""

    @cached_property
    def locked(self) -> str:
        """The fingerprint (SHA-256) of everything it says; order, layout and comments do not count."""
        said = self.model_dump(mode="json", by_alias=True)
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class Shown(Locked):
    """A plan with readers; `small_number` asks for larger cells than they need."""

    audience: Literal["team", "organisatie", "buiten"]
    small_number: int | None = None

    @property
    def smallest(self) -> int:
        """The smallest cell that may be shown."""
        return SMALLEST[self.audience] if self.small_number is None else self.small_number
