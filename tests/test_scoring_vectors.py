"""The vectors of each instrument, worked out by somebody who had not seen its file, on every engine."""

from collections.abc import Sequence
from typing import Any

import pytest

from engines import ENGINES
from oracle import results
from risico.instrument import Instrument, catalogue, load
from test_scoring_oracle import same, scored, shipped

WITH_VECTORS = [name for name in catalogue() if load(name).vectors]


def wrong(it: Instrument, found: Sequence[dict[str, Any]]) -> list[str]:
    """Return every expectation that is not met, with the note of its vector."""
    return [
        f"{vector.note} {it.id}_{name} is {row[f'{it.id}_{name}']!r}, expected {expected!r}"
        for vector, row in zip(it.vectors, found, strict=True)
        for name, expected in vector.expect.items()
        if not same(expected, row[f"{it.id}_{name}"])
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", WITH_VECTORS)
def test_the_vectors_of_an_instrument_hold(name: str, engine: str) -> None:
    it = load(name)
    assert not wrong(it, scored(name, engine)[: len(it.vectors)])


@pytest.mark.parametrize("name", WITH_VECTORS)
def test_the_oracle_meets_the_vectors_too(name: str) -> None:
    it = load(name)
    assert not wrong(it, [results(form, it) for form in shipped(it)[: len(it.vectors)]])


def test_every_computed_instrument_has_vectors() -> None:
    computed = [load(name) for name in catalogue() if load(name).status == "computed"]
    assert computed
    assert [it.id for it in computed if not it.vectors] == []
