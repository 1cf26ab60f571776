"""Start the pages on this machine alone, and print the link that opens them once."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from risico.errors import MissingExtra, UsageError
from risico.web.wording import Say
from risico.words import Language

if TYPE_CHECKING:
    from risico.dossier import Store
    from risico.web.guard import Guard
    from risico.web.screen import Screen
    from risico.web.team import TeamGuard

HERE = Path(__file__).parent
LOOPBACK = "127.0.0.1"


def application(
    port: int,
    language: Language,
    told: Callable[[str], None],
    store: Store | None = None,
    who: str = "",
    practice: Path | None = None,
) -> Guard:
    """Return the pages as an ASGI application, with its door as `.door`.

    `told` is called with each new start link. Without a store there are no cases; `who` is the code under which things
    are written in it. `practice` is a folder with practice cases of one's own. Raises MissingExtra without the extra
    `app`.
    """
    templates, say = _templates(), Say(language)
    from risico.web.guard import Door, Guard
    from risico.web.practice import Practice
    from risico.web.reading import Noted
    from risico.web.vignettes import vignettes

    practising = Practice(templates, say, store, who, store, "", vignettes(practice))
    pages = Noted(_app([practising, *_screens(templates, say, store, who)]), store, who)
    return Guard(pages, Door(port, told), say.part("door"))


def team_application(
    port: int, language: Language, store: Store, names: tuple[str, ...] = (), practice: Path | None = None
) -> TeamGuard:
    """Return the pages of a team as an ASGI application: everybody comes in with a code and a password.

    `names` are the host names under which a proxy with TLS passes pages on; with none it is for this machine alone.
    Raises MissingExtra without the extra `app`.
    """
    templates, say = _templates(), Say(language)
    from risico.dossier.people import Person
    from risico.web.accounts import Accounts
    from risico.web.practice import Practice
    from risico.web.reading import Noted
    from risico.web.sessions import TeamDoor
    from risico.web.team import TeamGuard, TeamPages, noted_in, seen_by
    from risico.web.vignettes import vignettes

    door, known = TeamDoor(port, names), vignettes(practice)

    def pages(person: Person | None) -> Any:
        seen, who = seen_by(store, person), person.code if person else ""
        accounts = Accounts(templates, say, seen, who, store, door)
        if person is None:
            return _app([accounts])
        practising = Practice(templates, say, seen, who, store, person.team, known)
        app = _app([accounts, practising, *_screens(templates, say, seen, who)])
        return Noted(app, noted_in(store, person), who)

    return TeamGuard(TeamPages(pages), door, store, say.part("door"))


def _templates() -> Any:
    try:
        import starlette  # noqa: F401  # pyright: ignore[reportUnusedImport]
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtra("The page", "app") from error
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


def _screens(templates: Any, say: Say, store: Store | None, who: str) -> list[Screen]:
    from risico.web.analysing import Analysing
    from risico.web.case_forms import CaseForms
    from risico.web.cases import Cases
    from risico.web.judging import Judging
    from risico.web.keeping import Keeping
    from risico.web.loose import Loose
    from risico.web.papers import Papers
    from risico.web.sharing import Sharing

    kinds = (Loose, Judging, CaseForms, Analysing, Papers, Sharing, Keeping, Cases)
    return [kind(templates, say, store, who) for kind in kinds]


def _app(screens: Sequence[Screen]) -> Any:
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    routes = [route for screen in screens for route in screen.routes()]
    return Starlette(routes=[*routes, Mount("/static", StaticFiles(directory=HERE / "static"))])


def serve(
    told: Callable[[str], None],
    port: int = 0,
    language: Language = "nl",
    dossier: str | None = None,
    who: str = "",
    practice: Path | None = None,
) -> None:
    """Serve the pages on the loopback address until stopped; port 0 takes a free one.

    `told` is called with each start link. `dossier` is the file (or the PostgreSQL address) that holds the cases;
    without it nothing is kept. `practice` is a folder with practice cases of one's own.

    Writes no log: an address holds the name of a form. Raises UsageError when
    the port is taken, MissingExtra without the extra `app`.
    """
    store = None
    if dossier is not None:
        from risico.dossier import Store as Kept

        store = Kept.open(dossier)
    with _listen(port) as listening:
        app = application(listening.getsockname()[1], language, told, store, who, practice)
        told(app.door.link())
        _run(app, listening)


def serve_team(
    told: Callable[[str], None],
    dossier: str,
    port: int = 0,
    language: Language = "nl",
    names: tuple[str, ...] = (),
    practice: Path | None = None,
) -> None:
    """Serve the pages to a team on the loopback address until stopped.

    `told` is called with the address. With `names`, the host names that a proxy on this machine answers to over TLS,
    cookies go over TLS alone; the proxy keeps the host name and adds the address of who asks (X-Forwarded-For). Raises
    UsageError when the port is taken or nobody may come in yet, MissingExtra without the extra `app`.
    """
    from risico.dossier import Store as Kept
    from risico.dossier.people import people

    store = Kept.open(dossier)
    if not people(store):
        raise UsageError(
            "Nobody may come in yet. Add the first one, who can add others on the page:\n"
            "  risico serve --dossier ADDRESS --add-user CODE --role administrator"
        )
    with _listen(port) as listening:
        app = team_application(listening.getsockname()[1], language, store, names, practice)
        told(f"https://{names[0]}/" if names else f"http://{LOOPBACK}:{listening.getsockname()[1]}/")
        _run(app, listening)


def _run(app: Any, listening: socket.socket) -> None:
    try:
        import uvicorn
    except ImportError as error:
        raise MissingExtra("The page", "app") from error
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, server_header=False, lifespan="off", proxy_headers=False
    )
    uvicorn.Server(config).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    found = socket.socket()
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((LOOPBACK, port))
        found.listen()  # from now on a browser waits: the link is told before the program is ready
    except OSError as problem:
        found.close()
        raise UsageError(
            f"Port {port} cannot be used ({type(problem).__name__}), so no page was started.\n"
            "Another program may hold it. Choose another one with --port, or none."
        ) from None
    return found
