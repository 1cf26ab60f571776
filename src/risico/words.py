"""Dutch and English: one place that picks the language and writes numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from risico.errors import UsageError

Language = Literal["nl", "en"]


def pick(text: Mapping[Any, str] | str | None, language: Language) -> str:
    """Return the text in the language asked for, else in the other one. Raises UsageError for a third.

    >>> pick({"nl": "angst", "en": "fear"}, "en")
    'fear'
    """
    if language not in ("nl", "en"):
        raise UsageError(f"language: this is nl or en, and not {language!r}. There are words in Dutch and in English.")
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    return text.get(language) or next((words for words in text.values() if words), "")


def number(value: float | None, language: Language, digits: int = 2) -> str:
    """Write a number as a reader of that language does; whole numbers without decimals, nothing as a dash.

    >>> number(1234.5, "nl"), number(7.0, "nl"), number(None, "en")
    ('1.234,50', '7', '–')
    """
    if value is None:
        return "–"
    rounded = round(value, digits) + 0.0  # no minus before a nought
    text = f"{value:,.0f}" if float(value).is_integer() else f"{rounded:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text


def percent(share: float | None, language: Language, digits: int = 0) -> str:
    """Write a share between 0 and 1 as a percentage.

    >>> percent(0.125, "nl", 1), percent(0.5, "en")
    ('12,5 %', '50%')
    """
    if share is None:
        return "–"
    text = f"{round(100 * share, digits) + 0.0:.{digits}f}"
    return text.replace(".", ",") + " %" if language == "nl" else text + "%"
