"""Start the pages on this machine alone, and print the link that opens them once."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from risico.errors import MissingExtra, UsageError
from risico.web.wording import Say
from risico.words import Language

if TYPE_CHECKING:
    from risico.dossier import Store
    from risico.web.guard import Guard

HERE = Path(__file__).parent
LOOPBACK = "127.0.0.1"


def application(
    port: int, language: Language, told: Callable[[str], None], store: Store | None = None, who: str = ""
) -> Guard:
    """Return the pages as an ASGI application, with its door as `.door`.

    `told` is called with each new start link. Without a store there are no cases; `who` is the code under which things
    are written in it. Raises MissingExtra without the extra `app`.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from starlette.applications import Starlette
        from starlette.routing import Mount
        from starlette.staticfiles import StaticFiles
    except ImportError as error:
        raise MissingExtra("The page", "app") from error
    from risico.web.analysing import Analysing
    from risico.web.case_forms import CaseForms
    from risico.web.cases import Cases
    from risico.web.guard import Door, Guard
    from risico.web.judging import Judging
    from risico.web.loose import Loose
    from risico.web.papers import Papers

    say = Say(language)
    templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
    screens = [kind(templates, say, store, who) for kind in (Loose, Judging, CaseForms, Analysing, Papers, Cases)]
    routes = [route for screen in screens for route in screen.routes()]
    app = Starlette(routes=[*routes, Mount("/static", StaticFiles(directory=HERE / "static"))])
    return Guard(app, Door(port, told), say.part("door"))


def serve(
    told: Callable[[str], None], port: int = 0, language: Language = "nl", dossier: str | None = None, who: str = ""
) -> None:
    """Serve the pages on the loopback address until stopped; port 0 takes a free one.

    `told` is called with each start link. `dossier` is the file (or the PostgreSQL address) that holds the cases;
    without it nothing is kept. Writes no log: an address holds the name of a form. Raises UsageError when
    the port is taken, MissingExtra without the extra `app`.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise MissingExtra("The page", "app") from error
    store = None
    if dossier is not None:
        from risico.dossier import Store as Kept

        store = Kept.open(dossier)
    listening = _listen(port)
    place = listening.getsockname()[1]
    app = application(place, language, told, store, who)
    told(app.door.link())
    config = uvicorn.Config(app, log_level="critical", access_log=False, server_header=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    found = socket.socket()
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((LOOPBACK, port))
    except OSError as problem:
        found.close()
        raise UsageError(
            f"Port {port} cannot be used ({type(problem).__name__}), so no page was started.\n"
            "Another program may hold it. Choose another one with --port, or none."
        ) from None
    return found
