"""Strict YAML and strict models: what a file does not say plainly is refused by path.

YAML guesses. `no` becomes false, `010` becomes eight and ODARA's level `5_6` becomes 56. Here a plain word is text
unless it is `true`, `false`, `null` or an ordinary decimal number, and nothing else is interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from risico.errors import BrokenInstrument, UnreadableFile, did_you_mean

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
WORDS = {"true": True, "false": False, "null": None}


class Frozen(BaseModel):
    """Base of everything read from a file: unknown keys are refused, and nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=False)


Model = TypeVar("Model", bound=BaseModel)


def read_yaml(source: Path | str) -> Any:
    """Read strict YAML 1.2 from a path, or from text.

    Raises UnreadableFile when there is no such file, BrokenInstrument when a key stands twice, a value is empty, or
    the text uses anchors or tags.

    >>> read_yaml("{band: 5_6, answer: no, code: 010, size: 1e3, cut: 10, share: 0.5, none: null}")
    {'band': '5_6', 'answer': 'no', 'code': '010', 'size': '1e3', 'cut': 10, 'share': 0.5, 'none': None}
    """
    where = source.name if isinstance(source, Path) else "text"
    try:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    except (OSError, UnicodeDecodeError) as problem:
        reason = type(problem).__name__
        raise UnreadableFile(f"{source} cannot be read ({reason}). Give the path of a YAML file.") from None
    mistakes: list[str] = []
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise BrokenInstrument(where, [f"{line}this is not YAML: {problem.problem}."]) from None
    value = _construct(node, "", mistakes) if node is not None else None
    if mistakes:
        raise BrokenInstrument(where, mistakes)
    return value


def _construct(node: Node, path: str, mistakes: list[str]) -> Any:
    line = node.start_mark.line + 1
    if node.anchor is not None:
        mistakes.append(f"line {line}: anchors and aliases (& and *) are not used here. Write the value out.")
    if node.tag.rpartition(":")[0] != "tag:yaml.org,2002":
        mistakes.append(f"line {line}: tags such as {node.tag} are not used here. Write the plain value.")
    if isinstance(node, MappingNode):
        return _mapping(node, path, mistakes)
    if isinstance(node, SequenceNode):
        return [_construct(child, f"{path}[{i}]", mistakes) for i, child in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return _scalar(node, path, mistakes)


def _mapping(node: MappingNode, path: str, mistakes: list[str]) -> dict[Any, Any]:
    out: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = _construct(key_node, path, mistakes)
        line = key_node.start_mark.line + 1
        if isinstance(key, list | dict):
            mistakes.append(f"line {line}: a key must be a word or a number.")
            continue
        if key in out:
            below = f" below {path}" if path else ""
            mistakes.append(f"line {line}: {key!r} stands twice{below}. Only one of them would count. Remove one.")
            continue
        out[key] = _construct(value_node, f"{path}.{key}" if path else str(key), mistakes)
    return out


def _scalar(node: ScalarNode, path: str, mistakes: list[str]) -> Any:
    text: str = node.value
    if node.style is not None:
        return text
    if text == "":
        line = node.start_mark.line + 1
        mistakes.append(f"line {line}: '{path}' is empty. Write a value, null, or \"\" for an empty text.")
        return None
    if text in WORDS:
        return WORDS[text]
    if NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def build(model: type[Model], data: Any, where: str) -> Model:
    """Make a model from what was read, or raise BrokenInstrument with every mistake and its path."""
    try:
        return model.model_validate(_tuples(data))
    except ValidationError as problem:
        raise BrokenInstrument(where, _mistakes(problem, model)) from None


def _tuples(data: Any) -> Any:
    """Lists become tuples, so that strict frozen models take them and nobody can change them."""
    if isinstance(data, dict):
        return {key: _tuples(value) for key, value in data.items()}
    return tuple(_tuples(value) for value in data) if isinstance(data, list | tuple) else data


def _mistakes(problem: ValidationError, model: type[BaseModel]) -> Iterable[str]:
    for error in problem.errors():
        steps = [str(step) for step in error["loc"] if not str(step).startswith(("function-", "tagged-union"))]
        path = ".".join(steps) or "the file"
        if error["type"] == "extra_forbidden":
            yield f"{path}: there is no key '{steps[-1]}' here. It would be ignored.{_known(model, steps)}"
        elif error["type"] == "missing":
            yield f"{path}: this is missing."
        elif error["type"] == "value_error":
            yield f"{path}: {error['msg'].removeprefix('Value error, ')}"
        else:
            yield f"{path}: {error['msg']}."


def _known(model: type[BaseModel], steps: list[str]) -> str:
    """Name the keys that are known at the place of a wrong one."""
    here: Any = model
    for step in steps[:-1]:
        if isinstance(here, type) and issubclass(here, BaseModel) and step in here.model_fields:
            here = _model_within(here.model_fields[step].annotation)
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return ""
    keys = [field.alias or name for name, field in here.model_fields.items()]
    return f" Known keys are: {', '.join(keys)}.{did_you_mean(steps[-1], keys)}"


def _model_within(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_within(inner)
        if found is not None:
            return found
    return None
