"""The vectors of each instrument, worked out by somebody who had not seen its file, on every engine."""

from collections.abc import Sequence
from typing import Any

import pytest

from engines import ENGINES, make
from oracle import results
from risico.forms import enter
from risico.instrument import Instrument, catalogue, load
from risico.scoring.program import compile_
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


@pytest.mark.parametrize("name", ["sdq", "rses", "cts2s", "gas", "audit"])
def test_what_a_form_says_is_read_without_working_out_a_score(name: str) -> None:
    """The stages before any score give the same codes and points as all of them, also of another version."""
    it = load(name)
    columns = {f"{name}_{item}": [vector.answers.get(item) for vector in it.vectors] for item in it.items}
    columns |= {said: [vector.context.get(said) for vector in it.vectors] for said in it.context}
    door = enter(make("polars", columns), columns)
    program = compile_(it, door.kinds)
    wanted = [*program.codes.values(), *dict.fromkeys(c for items in program.points.values() for c in items.values())]
    read, ran = (way(door.inside).select(wanted).collect().to_native() for way in (program.read, program.run))
    assert program.reading < len(program.stages)
    assert read.equals(ran)
