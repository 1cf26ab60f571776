"""From forms to profiles: read the codes, refuse strange ones, apply the rule, leave empty forms empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risico import instrument as instruments
from risico.columns import Arrays, extend
from risico.errors import IllegalAnswers, UsageError, did_you_mean
from risico.forms import enter
from risico.profiles.assign import Floats, assign
from risico.profiles.rule import ProfileRule, load


def profile(forms: Any, rule: ProfileRule | None = None) -> Any:
    """Add what the rule says to each form: the same kind of frame, or a dict for one form given as a dict.

    Input columns are `gezinsprofiel_t1` … `gezinsprofiel_c6`, coded 0, 1, 2 or left open. Added per profile: `_p`
    points 0 to 100, `_p_low` and `_p_high` over every filling-in of the blanks, `_c` the share of weights assessed,
    `_core` and `_candidate`. Then `label` (a profile, gemengd or niet_ingedeeld), `primary`, `secondary` (joined by +),
    `status` (see STATUSES), `safety_leading` (empty while control was not assessed and could still make it so),
    `control_assessed`, `no_joint_sessions` and `ask_trauma`. A form without any indicator gets nothing.

    Raises IllegalAnswers for another code, UsageError when no column of the rule is there.

    >>> codes = {f"gezinsprofiel_{item}": 0 for item in load().asked}
    >>> found = profile(codes | {"gezinsprofiel_c1": 2, "gezinsprofiel_c2": 2, "gezinsprofiel_c3": 2})
    >>> found["gezinsprofiel_label"], found["gezinsprofiel_status"], found["gezinsprofiel_complexe_conflictscheiding_p"]
    ('complexe_conflictscheiding', 'one_profile', 64.28571428571429)
    """
    rule = rule or load()
    if isinstance(forms, Mapping):
        columns = {str(name): np.array([value], dtype=object) for name, value in forms.items()}
        _refuse_strange(columns, rule)
        return {name: _cell(values) for name, values in _judge(columns, rule).items()}
    _refuse_strange(enter(forms, rule.columns).columns, rule)
    return extend(forms, rule.columns, lambda arrays: _judge(arrays, rule))


def codes(forms: Any, rule: ProfileRule) -> dict[str, Floats]:
    """Return the codes in a frame by indicator, NaN where one is open. Raises as `profile` does."""
    door = enter(forms, rule.columns)
    _refuse_strange(door.columns, rule)
    inside = door.inside.collect(backend="polars")
    return read_codes({name: inside[name].to_numpy() for name in door.kinds}, rule)


def read_codes(columns: Arrays, rule: ProfileRule) -> dict[str, Floats]:
    """Return the codes in columns by indicator. Raises IllegalAnswers for what is no code."""
    length = len(next(iter(columns.values())))
    found = {name: np.full(length, np.nan) for name in rule.asked}
    illegal: dict[str, tuple[int, list[str]]] = {}
    for name in rule.asked:
        if (column := f"{rule.id}_{name}") in columns:
            found[name], strange = _read(columns[column], rule)
            if strange:
                illegal[column] = (len(strange), sorted(set(strange)))
    if illegal:
        raise IllegalAnswers(_complaint(illegal, rule))
    return found


def _judge(columns: Arrays, rule: ProfileRule) -> Arrays:
    """Read the codes, apply the rule, and leave forms empty that hold no indicator at all."""
    found = read_codes(columns, rule)
    nothing = np.all([np.isnan(values) for values in found.values()], axis=0)
    out: Arrays = {}
    for name, values in assign(found, rule).items():
        hidden = nothing | ((values == "") if values.dtype.kind in "UO" else False)
        out[f"{rule.id}_{name}"] = (
            np.where(nothing, np.nan, values) if values.dtype.kind == "f" else np.ma.MaskedArray(values, hidden)
        )
    return {name: _three_valued(name, values) for name, values in out.items()}


def _three_valued(name: str, values: NDArray[Any]) -> NDArray[Any]:
    """What blanks leave open is neither true nor false."""
    open_ = name.endswith(("_core", "_safety_leading"))
    return np.ma.MaskedArray(values == 1, np.isnan(values)) if open_ else values


def _refuse_strange(columns: Iterable[str], rule: ProfileRule) -> None:
    known, columns = set(rule.columns), set(columns)
    beside = _beside(rule)
    if not known & columns:
        raise UsageError(
            f"None of the columns of the profile rule is here ({rule.columns[0]} … {rule.columns[-1]}).\n"
            "Without indicators there is no profile. Rename your columns, or map them with `risico map`."
        )
    for name in sorted(columns):
        results = name.startswith(tuple(f"{rule.id}_{word}" for word in (*rule.profiles, *_RESULTS)))
        if name.startswith(f"{rule.id}_") and name not in known | beside and not results:
            raise UsageError(f"The profile rule has no indicator '{name}'.{did_you_mean(name, known)}")


def _beside(rule: ProfileRule) -> set[str]:
    """Return the columns of the form of this name that the rule does not read, such as the professional's judgement."""
    it = instruments.load(rule.id) if rule.id in instruments.catalogue() else None
    names = (*it.items, *it.kept, *it.scores, *it.alerts, "missing") if it else ()
    return {f"{rule.id}_{name}" for name in names}


_RESULTS: Final = ("label", "class", "primary", "secondary", "status", "safety_", "control_", "no_joint_", "ask_")


def _read(values: NDArray[Any], rule: ProfileRule) -> tuple[Floats, list[str]]:
    """Turn a column into codes with NaN for open, and list what is no code."""
    if values.dtype.kind in "iuf":
        codes = values.astype(np.float64)
        wrong = ~(np.isin(codes, list(rule.codes)) | np.isnan(codes))
        return np.where(wrong, np.nan, codes), [f"{value:g}" for value in codes[wrong]]
    legal: dict[str, float] = {str(code): float(code) for code in rule.codes}
    open_ = {"", "None", "nan", *rule.missing_codes}
    words = [_word(value) for value in values.tolist()]
    codes = np.array([legal.get(word, np.nan) for word in words])
    return codes, [word for word in words if word not in legal and word not in open_]


def _word(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _complaint(illegal: Mapping[str, tuple[int, list[str]]], rule: ProfileRule) -> str:
    """Name columns, counts and numeric codes; a word may be somebody's name and is only counted."""
    numbers = {name: sorted({w for w in found if _is_code(w)})[:12] for name, (_, found) in illegal.items()}
    lines = [
        f"{name}: {n} answers are no code" + (f" ({', '.join(numbers[name])})" if numbers[name] else "")
        for name, (n, _) in illegal.items()
    ]
    allowed = ", ".join([*map(str, rule.codes), *rule.missing_codes])
    return (
        "\n".join(lines) + "\nNo profile was assigned: a strange code read as 'absent' would hide what is there.\n"
        f"Codes are {allowed}, or empty. Correct them, or map them with `risico map`."
    )


def _is_code(word: str) -> bool:
    return word.lstrip("-").replace(".", "", 1).isdigit() and len(word) <= 4


def _cell(values: NDArray[Any]) -> Any:
    if values.dtype.kind == "f":
        return None if np.isnan(values[0]) else float(values[0])
    if np.ma.getmaskarray(values)[0]:
        return None
    return bool(values.data[0]) if values.dtype.kind == "b" else str(np.ma.getdata(values)[0])
