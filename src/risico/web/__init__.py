"""The specialist's page, on the own machine: fill in, read, copy, gone.

`application` makes the pages (Starlette), `serve` starts them on this machine alone; `team_application` and
`serve_team` for people who come in with a code and a password. Layers: pages and scoring below it
do the work; here are only the door (`guard`), what a browser sends (`filling`) and the screens.
"""

from __future__ import annotations

from risico.web.serving import serve, serve_team

__all__ = ["serve", "serve_team"]
