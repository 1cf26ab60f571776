"""Every check has a file in tests/bad that breaks for this reason alone; its first lines say what must be told."""

from __future__ import annotations

import ast
import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import polars as pl
import pytest

from risico.audit import check_instrument
from risico.errors import BrokenInstrument, UsageError
from risico.instrument import (
    Instrument,
    Test,
    beside,
    beside_checks,
    blanks,
    catalogue,
    checks,
    conditions,
    each,
    levels,
    list_checks,
    load,
    model,
    questions,
    shown,
    variant_checks,
)
from risico.scoring import score
from risico.strict import build, read_yaml

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.yaml"))
CHECKS = [check for stage in (*checks.STAGES, list_checks.CHECKS) for check in stage]


def told(path: Path, key: str) -> list[str]:
    """The values of the comment lines `# key: …` at the top of a file."""
    head = f"# {key}: "
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(head) for line in lines if line.startswith(head)]


@cache
def read(path: Path) -> Any:
    """What a file says, read once: reading takes longer than all checks together."""
    return read_yaml(path)


def built(path: Path) -> Instrument:
    """The instrument of a file before anything is checked that must fit together."""
    says = dict(read(path))
    sides = build(each.Each, {"each": says.pop("each", {})}, path.name).each
    return build(Instrument, each.write_out(says, sides), path.name)


def refused_by(path: Path) -> list[str]:
    """The names of the checks that refuse a file, all stages up to the first that finds something."""
    instrument = built(path)
    for stage in (*checks.STAGES, list_checks.CHECKS):
        found = [check.__name__ for check in stage if list(check(instrument))]
        if found:
            return found
    return []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_for_its_own_reason_alone(path: Path) -> None:
    messages = told(path, "message")
    assert messages, "a bad file says in its first line what must be told"
    with pytest.raises(BrokenInstrument) as caught:
        check_instrument(path)
    mistakes = [one for one in caught.value.mistakes if "'demonstration' is in no list" not in one]
    for message in messages:
        assert any(message in mistake for mistake in mistakes), mistakes
    for mistake in mistakes:
        assert any(message in mistake for message in messages), f"another mistake: {mistake}"
    assert str(caught.value).startswith(f"{path.name}: ")


@pytest.mark.parametrize("path", [path for path in BAD if told(path, "check")], ids=lambda path: path.stem)
def test_a_broken_file_is_refused_by_its_own_check_alone(path: Path) -> None:
    assert refused_by(path) == told(path, "check")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_no_check_without_a_bad_file(check: Any) -> None:
    assert any(check.__name__ in told(path, "check") for path in BAD)


def test_a_bad_file_is_one_change_away_from_a_sound_one(tmp_path: Path) -> None:
    """What the bad files have in common loads; so it is their own line that breaks them."""
    sound = (HERE / "bad" / "version_text.yaml").read_text().replace("version: 1_0", "version: 1")
    (tmp_path / "version_text.yaml").write_text(sound)
    assert load(tmp_path / "version_text.yaml").key == "version_text@1"


REFUSING = (
    checks,
    blanks,
    levels,
    questions,
    model,
    conditions,
    each,
    beside,
    beside_checks,
    variant_checks,
    shown,
    list_checks,
)


def refusals(module: ModuleType) -> set[int]:
    """The lines of a module on which a mistake is told: a `yield` of text, or a `raise ValueError`."""

    def tells(node: ast.AST) -> bool:
        if isinstance(node, ast.Yield):
            return isinstance(node.value, ast.JoinedStr | ast.Constant)
        return isinstance(node, ast.Raise) and "ValueError" in ast.unparse(node)

    return {node.lineno for node in ast.walk(ast.parse(inspect.getsource(module))) if tells(node)}


@contextmanager
def lines_run(modules: tuple[ModuleType, ...]) -> Iterator[dict[str, set[int]]]:
    """Note which lines of these modules are run."""
    run: dict[str, set[int]] = {str(module.__file__): set() for module in modules}

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        lines = run.get(frame.f_code.co_filename)
        if lines is None:
            return None
        lines.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield run
    finally:
        sys.settrace(before)


def test_no_refusal_without_a_bad_file() -> None:
    """Not only each check, but each thing that a check can say, is said for some file."""
    in_shape = [path for path in BAD if isinstance(readable(path), dict)]
    with lines_run(REFUSING) as run:
        for path in in_shape:
            with suppress(BrokenInstrument, ValueError):
                checks.mistakes(built(path))
                list_checks.unlisted(built(path))
        with pytest.raises(ValueError, match="exactly one"):
            Test.model_validate({})
    never = [(module.__name__, line) for module in REFUSING for line in refusals(module) - run[str(module.__file__)]]
    assert not never, "these lines refuse something, but no file in tests/bad breaks that way"


def readable(path: Path) -> Any:
    """What a file says, or nothing where it cannot even be read."""
    with suppress(BrokenInstrument):
        return read(path)
    return None


@pytest.mark.parametrize("instrument", catalogue())
def test_every_shipped_file_is_sound(instrument: str) -> None:
    assert load(instrument).id == instrument
    assert list_checks.unlisted(load(instrument)) == []


BROKEN = {  # mistakes of shape, of every stage, and of the lists, each in another part of one file
    "version: 1": ("version: one", "version"),
    "sleeps badly}, answers: often": ("sleeps badly}, answers: oftn", "items.c.answers"),
    "en: Example}": ("fr: Exemple}", "title"),
    "domain: demonstration": ("domain: demonstrations", "domain"),
    "alerts:": ("alerts:\n  any_b: {when: {item: b, is: 7}, words: {nl: b, en: b}}", "alerts.any_b.when"),
    "bands:": ("bands:\n  low_b: {of: only_b, source: r9, levels: [{from: 0, name: low}]}", "bands.low_b.source"),
    "scores:": ("scores:\n  only_b: {rule: sum, of: [b], range: [0, 9], source: r1}", "scores.only_b.range"),
}


def test_all_mistakes_are_told_at_once_and_none_for_what_another_broke(tmp_path: Path) -> None:
    text = (HERE / "good" / "demo3.yaml").read_text()
    for sound, (broken, _) in BROKEN.items():
        assert text.count(f"{sound}") >= 1, sound
        text = text.replace(sound, broken, 1)
    (tmp_path / "demo3.yaml").write_text(text)
    with pytest.raises(BrokenInstrument) as caught:
        check_instrument(tmp_path / "demo3.yaml")
    places = {mistake.split(":")[0] for mistake in caught.value.mistakes}
    assert places == {place for _, place in BROKEN.values()}


def test_an_id_that_is_not_there_and_one_that_nearly_is() -> None:
    with pytest.raises(UsageError, match="Did you mean 'phq9'"):
        load("phq")


def test_an_edited_file_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "demo3.yaml"
    text = (HERE / "good" / "demo3.yaml").read_text()
    path.write_text(text)
    assert load(path).version == 1
    path.write_text(text.replace("version: 1", "version: 2"))
    os.utime(path, ns=(1, 1))
    assert load(path).version == 2


def test_a_private_folder_comes_before_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "demo3.yaml").write_text((HERE / "good" / "demo3.yaml").read_text())
    own = (HERE / "good" / "demo3.yaml").read_text().replace("id: demo3", "id: phq9").replace("en: Example", "en: Mine")
    (tmp_path / "phq9.yaml").write_text(own)
    monkeypatch.setenv("RISICO_INSTRUMENTS", str(tmp_path))
    assert "demo3" in catalogue()
    assert load("phq9").title["en"] == "Mine"
    monkeypatch.delenv("RISICO_INSTRUMENTS")
    assert load("phq9").title["en"].startswith("Patient")


DEMO = load(HERE / "good" / "demo3.yaml")


@pytest.mark.parametrize("vector", DEMO.vectors, ids=lambda vector: vector.note)
def test_the_example_of_the_format_scores_as_it_says(vector: Any) -> None:
    filled = {f"demo3_{item}": [vector.answers.get(item)] for item in DEMO.items}
    (row,) = score(pl.DataFrame(filled, strict=False), DEMO).rows(named=True)
    assert {name: row[f"demo3_{name}"] for name in vector.expect} == vector.expect
