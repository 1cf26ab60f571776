"""The checks of the profile rule where they must be something known."""

from collections.abc import Callable
from typing import Any

import polars as pl

from collapses.made_up import Collapses, first, number
from risico.estimate import Estimates
from risico.profiles import load
from risico.profiles.checks import checks, profile_shares

ASKED = load().asked
COERCION = [item for item in ASKED if item.startswith("t")]


def forms(codes: dict[str, Any], **others: int) -> pl.DataFrame:
    """Twelve families with one code everywhere, but for these; `codes` may hold a list."""
    told: dict[str, Any] = dict.fromkeys(ASKED, [0] * 12) | others | codes
    columns = {name: value if isinstance(value, list) else [value] * 12 for name, value in told.items()}
    return pl.DataFrame({f"gezinsprofiel_{name}": values for name, values in columns.items()})


TERROR = forms(dict.fromkeys(COERCION, 2))
HALVES = forms({item: [2, 0] * 6 for item in COERCION})


def nothing_counted() -> Estimates:
    return checks(TERROR, sources={"idle": ["k7"]}, draws=10)


def alike() -> Estimates:
    return profile_shares(HALVES, ["a"] * 6 + ["b"] * 6, "team")


FORMS: dict[str, Callable[[], Estimates]] = {
    "checks": lambda: checks(HALVES, sources={"partner": COERCION}, draws=10),
    "profile_shares": alike,
}

COLLAPSES: Collapses = {
    "label_changed": lambda: (number(nothing_counted(), "label_changed", check="source_missing"), 0.0),
    "primary_changed": lambda: (number(nothing_counted(), "primary_changed", check="source_missing"), 0.0),
    "safety_lost": lambda: (
        number(checks(TERROR, sources={"partner": COERCION}, draws=10), "safety_lost", check="source_missing"),
        1.0,
    ),
    "label_moved": lambda: (
        number(nothing_counted().where(check="source_missing"), "label_moved", move="label_kept"),
        12.0,
    ),
    "weight_changed": lambda: (max(e.value or 0 for e in checks(forms({}), draws=10) if e.name == "weight_changed"), 0),
    "profile_share": lambda: (number(profile_shares(TERROR, ["a"] * 12, "team"), "profile_share"), 1.0),
    "indicators_open": lambda: (first(alike(), "indicators_open", team="a").value or 0.0, 0.0),
    "labels_differ_p": lambda: (number(alike(), "labels_differ_p"), 1.0),
}
