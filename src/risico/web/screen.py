"""What every screen needs: the templates, the language, who is filling in, and the store where there is one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from risico.dossier import Store
from risico.pages.explain_rules import word
from risico.web.wording import Say
from risico.words import Language


@dataclass(frozen=True)
class Part:
    """One part of an explanation, as the page lays it out: the result open, what it rests on folded."""

    name: str
    title: str
    lines: tuple[str, ...]

    @property
    def folded(self) -> bool:
        """Whether it is folded at first."""
        return self.name in ("points", "rules", "limits", "sources")

    @property
    def points(self) -> tuple[str, ...]:
        """The lines as points of a list; none where some line is no point."""
        listed = all(line.startswith("- ") for line in self.lines)
        return tuple(line[2:] for line in self.lines) if listed else ()


def laid_out(parts: Mapping[str, Sequence[str]], language: Language) -> list[Part]:
    """Return the parts of an explanation with their titles."""
    return [Part(name, word("parts", name, language), tuple(lines)) for name, lines in parts.items()]


@dataclass(frozen=True)
class Screen(ABC):
    """A group of pages. Without a store nothing is kept and there are no cases; `who` is the code of who works here."""

    templates: Any
    say: Say
    store: Store | None = None
    who: str = ""

    @abstractmethod
    def routes(self) -> list[Route]:
        """Return the addresses of the pages."""

    def page(self, request: Request, name: str, status: int = 200, **told: object) -> Response:
        """Fill a template; everything is escaped."""
        told |= {
            "say": self.say,
            "lang": self.say.language,
            "csrf": request.scope["csrf"],
            "kept": self.store is not None,
            "person": request.scope.get("person"),
        }
        return HTMLResponse(self.templates.get_template(name).render(told), status_code=status)
