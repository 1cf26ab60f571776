"""Writing a block once for several sides: ids with `{side}` are written out before anything is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from risico.strict import Frozen


class Each(Frozen):
    """The names that stand between braces in a file, each with the values that it is written out for."""

    each: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = {}


def write_out(data: Any, each: Mapping[str, tuple[str, ...] | list[str]]) -> Any:
    """Return the data with every `{name}` written once per value of `each`.

    An entry of a mapping whose key holds the name is repeated with the name replaced all through it; so is an element
    of a list. Raises ValueError for a name that stands nowhere, and for an entry that is there already.

    >>> write_out({"hit_{side}": {"of": ["1_{side}"]}, "both": ["1_{side}"]}, {"side": ["self", "partner"]})
    {'hit_self': {'of': ['1_self']}, 'hit_partner': {'of': ['1_partner']}, 'both': ['1_self', '1_partner']}
    """
    for name, values in each.items():
        mark = "{" + name + "}"
        if not _holds(data, mark):
            raise ValueError(f"each.{name}: {mark} stands nowhere in the file. Use it or remove it.")
        data = _write_out(data, mark, list(values))
    return data


def _write_out(data: Any, mark: str, values: list[str]) -> Any:
    if isinstance(data, dict):
        out: dict[Any, Any] = {}
        for key, value in data.items():
            if not (isinstance(key, str) and mark in key):
                _put(out, key, _write_out(value, mark, values))
                continue
            for one in values:
                _put(out, key.replace(mark, one), _replace(value, mark, one))
        return out
    if isinstance(data, list | tuple):
        written: list[Any] = []
        for element in data:
            repeated = [_replace(element, mark, one) for one in values] if _holds(element, mark) else None
            written += repeated if repeated is not None else [_write_out(element, mark, values)]
        return written
    return data


def _put(out: dict[Any, Any], key: Any, value: Any) -> None:
    if key in out:
        raise ValueError(f"each: '{key}' stands there already when it is written out. Only one of them would count.")
    out[key] = value


def _holds(data: Any, mark: str) -> bool:
    if isinstance(data, dict):
        return any(_holds(part, mark) for pair in data.items() for part in pair)
    if isinstance(data, list | tuple):
        return any(_holds(part, mark) for part in data)
    return isinstance(data, str) and mark in data


def _replace(data: Any, mark: str, value: str) -> Any:
    if isinstance(data, dict):
        return {_replace(key, mark, value): _replace(inner, mark, value) for key, inner in data.items()}
    if isinstance(data, list | tuple):
        return [_replace(part, mark, value) for part in data]
    return data.replace(mark, value) if isinstance(data, str) else data
