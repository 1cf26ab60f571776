"""Dutch and English, numbers as a reader of each writes them."""

from __future__ import annotations

import pytest

from risico.words import number, percent, pick


@pytest.mark.parametrize(
    ("text", "language", "picked"),
    [
        ({"nl": "angst", "en": "fear"}, "nl", "angst"),
        ({"nl": "angst", "en": "fear"}, "en", "fear"),
        ({"nl": "angst"}, "en", "angst"),
        ("as it is", "nl", "as it is"),
        (None, "en", ""),
        ({}, "en", ""),
    ],
)
def test_the_language_asked_for_else_the_other(text: object, language: str, picked: str) -> None:
    assert pick(text, language) == picked  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "digits", "nl", "en"),
    [
        (1234.5, 2, "1.234,50", "1,234.50"),
        (1234567, 2, "1.234.567", "1,234,567"),
        (7.0, 2, "7", "7"),
        (0, 2, "0", "0"),
        (0.125, 1, "0,1", "0.1"),
        (-0.5, 2, "-0,50", "-0.50"),
        (-1234, 0, "-1.234", "-1,234"),
        (0.9999, 2, "1,00", "1.00"),
        (None, 2, "–", "–"),
    ],
)
def test_numbers(value: float | None, digits: int, nl: str, en: str) -> None:
    assert number(value, "nl", digits) == nl
    assert number(value, "en", digits) == en


@pytest.mark.parametrize(
    ("share", "digits", "nl", "en"),
    [
        (0.125, 1, "12,5 %", "12.5%"),
        (0.5, 0, "50 %", "50%"),
        (0.0, 0, "0 %", "0%"),
        (1.0, 0, "100 %", "100%"),
        (-0.07, 0, "-7 %", "-7%"),
        (None, 0, "–", "–"),
    ],
)
def test_percentages(share: float | None, digits: int, nl: str, en: str) -> None:
    assert percent(share, "nl", digits) == nl
    assert percent(share, "en", digits) == en
