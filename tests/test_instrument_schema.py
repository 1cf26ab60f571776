"""The schema for editors: up to date, true of every shipped file, and against what is broken in shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from risico.instrument import files
from risico.instrument import schema as made
from risico.strict import read_yaml

jsonschema = pytest.importorskip("jsonschema", reason="the schema is tried with jsonschema")
BAD = Path(__file__).parent / "bad"


def as_json(data: Any) -> Any:
    """What an editor sees: in JSON every key is text."""
    if isinstance(data, dict):
        return {str(key): as_json(value) for key, value in data.items()}
    return [as_json(part) for part in data] if isinstance(data, list) else data


@pytest.fixture(scope="module")
def validator() -> Any:
    found = made.schema()
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


def test_the_written_schema_is_up_to_date() -> None:
    written = made.SHIPPED / made.NAME
    assert written.read_text(encoding="utf-8") == made.text(), "renew it: python -m risico.instrument.schema"


def test_it_is_written_where_the_instruments_are(tmp_path: Path) -> None:
    assert made.write(tmp_path).read_text(encoding="utf-8") == made.text()
    assert made.write(tmp_path).name == "schema.json"


@pytest.mark.parametrize(
    "path", [*files().values(), Path(__file__).parent / "good" / "demo3.yaml"], ids=lambda p: p.stem
)
def test_an_editor_finds_no_fault_in_a_sound_file(path: Path, validator: Any) -> None:
    assert [error.message for error in validator.iter_errors(as_json(read_yaml(path)))] == []


IN_SHAPE = [
    "key_missing", "key_unknown", "key_unknown_deep", "key_unknown_level", "version_text", "status_unknown",
    "rule_unknown", "formula", "missing_unknown", "language_unknown", "words_none", "items_none", "codes_none",
    "points_text", "source_missing", "each_no_list", "each_empty", "condition_joins_nothing", "condition_text",
]  # fmt: skip


@pytest.mark.parametrize("name", IN_SHAPE)
def test_an_editor_underlines_what_is_broken_in_shape(name: str, validator: Any) -> None:
    assert list(validator.iter_errors(as_json(read_yaml(BAD / f"{name}.yaml"))))


def test_words_of_the_models_help_while_typing() -> None:
    found = made.schema()
    assert found["description"].startswith("One instrument file")
    assert ">>>" not in str(found)
    assert "each" in found["properties"]
    assert set(found["$defs"]["Condition"]["properties"]) >= {"is", "in", "at_least", "below", "item", "not", "of"}


def test_every_file_is_yaml_to_any_reader() -> None:
    """A bare question mark or the like is YAML to one reader and a mistake to another: quote it."""
    yaml = pytest.importorskip("yaml", reason="the second reader is PyYAML")
    for path in files().values():
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["id"]
