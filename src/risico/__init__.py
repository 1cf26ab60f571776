"""Score, check and learn from instruments on violence and abuse in dependent relationships.

An instrument is a function from a form to scores. A statistic is a function from scored forms to estimates. A review
is a function from estimates to a page.

The names here are those of the daily work; statistics live in `risico.reliability` and `risico.validity`, effects in
`risico.effects`, tracked plans in `risico.experiments`. Nothing heavy is imported before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from risico.estimate import Estimate as Estimate
    from risico.estimate import Estimates as Estimates
    from risico.exchange import read as read
    from risico.exchange import write as write
    from risico.instrument import Instrument as Instrument
    from risico.instrument import catalogue as catalogue
    from risico.instrument import load as load
    from risico.pages.explain import explain as explain
    from risico.scoring import check as check
    from risico.scoring import points as points
    from risico.scoring import score as score
    from risico.scoring import set_aside as set_aside

_HOMES = {
    "Estimate": "estimate",
    "Estimates": "estimate",
    "Instrument": "instrument",
    "catalogue": "instrument",
    "check": "scoring",
    "explain": "pages.explain",
    "load": "instrument",
    "points": "scoring",
    "read": "exchange",
    "score": "scoring",
    "set_aside": "scoring",
    "write": "exchange",
}

__all__ = [
    "Estimate",
    "Estimates",
    "Instrument",
    "catalogue",
    "check",
    "explain",
    "load",
    "points",
    "read",
    "score",
    "set_aside",
    "write",
]
__version__ = "0.1.0.dev0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'risico' has no attribute '{name}'")
    return getattr(import_module(f"risico.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
