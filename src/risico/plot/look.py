"""How a picture looks and speaks: colours that hold in grey, words in both languages, labels and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from risico.errors import MissingExtra
from risico.estimate import Estimate
from risico.words import Language, number, pick

BLUE, VERMILION, GREY, INK = "#0072B2", "#D55E00", "#5F5F5F", "#1A1A1A"
WIDTH = 7.2  # inches; 72 points each

WORDS: dict[str, Mapping[str, str]] = {
    "zero": {"nl": "geen verschil", "en": "no difference"},
    "equal": {"nl": "als het voor iedereen gelijk is", "en": "if the same for all"},
    "none": {"nl": "geen getal te tonen", "en": "no number to show"},
    "finding": {"nl": "{label}: {value}, tussen {low} en {high}", "en": "{label}: {value}, between {low} and {high}"},
    "alone": {"nl": "{label}: {value}", "en": "{label}: {value}"},
    "centre": {"nl": "gemiddeld", "en": "mean"},
    "limit": {"nl": "grens", "en": "limit"},
    "chart": {
        "nl": "{n} perioden, {first} tot en met {last}; nu gemiddeld {value}, grenzen {low} en {high}. {marked}",
        "en": "{n} periods, {first} to {last}; now a mean of {value}, limits {low} and {high}. {marked}",
    },
    "no_limits": {"nl": "er zijn nog geen grenzen. {marked}", "en": "there are no limits yet. {marked}"},
    "marked": {"nl": "Wat opvalt: {periods}.", "en": "What stands out: {periods}."},
    "unmarked": {"nl": "Geen periode valt op.", "en": "No period stands out."},
    "funnel": {
        "nl": "{n} eenheden, van {low} tot {high} keer wat verwacht was; verder dan twee standaardfouten: {outside}",
        "en": "{n} units, from {low} to {high} times what was expected; further than two standard errors: {outside}",
    },
    "columns": {"nl": "wat|waarde|van|tot|n", "en": "what|value|from|to|n"},
}


class Picture(str):
    """The text of one SVG element; a notebook shows it, and `str` is what goes into a page."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a picture speaks: its language, title, labels and axis; `percent` writes shares as percentage points."""

    language: Language = "en"
    title: str = ""
    finding: str = ""
    axis: str = ""
    sides: tuple[str, str] = ("", "")
    percent: bool = False
    key: str = "plot"
    label: Callable[[Estimate], str] | None = None


def sentence(estimate: Estimate, look: Look) -> str:
    """Say an estimate in a few words."""
    if estimate.value is None:
        return f"{label(estimate, look)}: {pick(WORDS['none'], look.language)}"
    kind = "alone" if estimate.low is None or estimate.high is None else "finding"
    parts = {key: shown(getattr(estimate, key), look) for key in ("value", "low", "high")}
    return pick(WORDS[kind], look.language).format(label=label(estimate, look), **parts)


def label(estimate: Estimate, look: Look) -> str:
    """Name an estimate: as the page does, or by what it is of."""
    if look.label:
        return look.label(estimate)
    place = [] if estimate.at is None else [f"{estimate.at:g}"]
    return " · ".join([*estimate.by.values(), *place]) or estimate.name


def shown(value: float | None, look: Look) -> str:
    """Write a number as the reader does, shares as percentage points where asked."""
    if value is None or not look.percent:
        return number(value, look.language)
    return number(round(100 * value, 0 if abs(value) >= 0.01 else 1) + 0.0, look.language, 1)  # + 0.0: never "-0"


def figure_of(height: float) -> Any:
    """Return an empty figure of this height in inches. Raises MissingExtra without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("Drawing a picture", "report") from error
    return Figure(figsize=(WIDTH, height), layout="constrained")


def numbers(axis: Any, language: Language) -> None:
    """Write the numbers along an axis as readers of the language do."""
    comma = "," if language == "nl" else "."

    def write(value: float, _: int) -> str:
        return f"{value:g}".replace("-", "−").replace(".", comma)

    axis.set_major_formatter(write)
