"""That it is known who looked: each page of a case that is opened on the own machine is an entry of that case."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from risico.dossier import Store
from risico.dossier.bodies import Read


@dataclass(frozen=True)
class Noted:
    """Stands before the pages; without a store there is nothing to note."""

    app: ASGIApp
    store: Store | None
    who: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.store is not None and scope["type"] == "http" and scope["method"] == "GET":
            await run_in_threadpool(self._note, self.store, str(scope["path"]))
        await self.app(scope, receive, send)

    def _note(self, store: Store, path: str) -> None:
        """Note who opens what before it is shown: what cannot be noted is not shown."""
        _, part, case, *rest = [*path.split("/"), "", ""]
        if part != "casus" or not any(entry.body is not None for entry in store.entries(case, {"case"})):
            return
        people = {entry.about for entry in store.entries(case, {"member"}) if entry.body is not None}
        about = rest[1] if rest[0] == "persoon" and rest[1] in people else None
        store.add(Read(page="/".join(filter(None, rest))[:200]), case=case, by=self.who, about=about)
