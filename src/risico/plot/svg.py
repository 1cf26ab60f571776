"""SVG that fits into a page: it says what it shows to who does not see it, and asks nothing of elsewhere."""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

FONTS = "DejaVu Sans, Verdana, sans-serif"


def svg_of(figure: Any) -> str:
    """Return a figure as SVG text, the same for the same figure, that names nobody."""
    from matplotlib import rc_context

    out = io.StringIO()
    look: dict[RcKeyType, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "risico",
        "font.family": "DejaVu Sans",
        "font.size": 10,
    }
    nobody = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with rc_context(look):
        figure.savefig(out, format="svg", transparent=True, metadata=nobody)
    return out.getvalue()


def accessible(svg: str, title: str, finding: str, key: str) -> str:
    """Make the SVG fit into a page: title and finding, own ids, attributes instead of styles, nothing from elsewhere.

    A page with a strict content policy refuses `style` attributes, so each becomes the attribute of the same name.
    """
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\sstyle="([^"]*)"', _attributes, svg)
    svg = re.sub(r'\bid="', f'id="{key}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{key}-", svg)
    view = re.search(r'viewBox="[^"]*"', svg)
    names = f'aria-labelledby="{key}-title" aria-describedby="{key}-desc"'
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {view[0] if view else ""} '
        f'role="img" {names} stroke-linejoin="round">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(finding)}</desc>'
    )
    return re.sub(r"^<svg[^>]*>", lambda _: root, svg)


def _attributes(style: re.Match[str]) -> str:
    """Turn `fill: x; font-family: a, b` into `fill="x" font-family="…"`."""
    pairs = (part.partition(":") for part in html.unescape(style[1]).split(";") if part.strip())
    found = {name.strip(): FONTS if name.strip() == "font-family" else value.strip() for name, _, value in pairs}
    return "".join(f' {name}="{html.escape(value)}"' for name, value in found.items())
