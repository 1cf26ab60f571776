"""Strict YAML and strict models: what a file does not say plainly is refused by path.

YAML guesses. `no` becomes false, `010` becomes eight and ODARA's level `5_6` becomes 56. Here a plain word is text
unless it is `true`, `false`, `null` or an ordinary decimal number, and nothing else is interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from risico.errors import BrokenInstrument, UnreadableFile, did_you_mean

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?")
"""Longer ones are no numbers but codes (of a case, an account): a computer would round them."""
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
    except YAMLError:
        raise BrokenInstrument(where, ["this is not YAML: it holds characters that cannot be printed."]) from None
    except RecursionError:
        raise BrokenInstrument(where, ["this is nested deeper than anything that can be meant."]) from None
    value = _construct(node, "", mistakes) if node is not None else None
    if mistakes:
        raise BrokenInstrument(where, mistakes)
    return value


def _construct(node: Node, path: str, mistakes: list[str]) -> Any:
    line = node.start_mark.line + 1
    if node.anchor is not None:  # nothing within is read: it may hold itself
        mistakes.append(f"line {line}: anchors and aliases (& and *) are not used here. Write the value out.")
        return None
    if node.start_mark.buffer[node.start_mark.pointer] == "!":
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
        mark = node.start_mark  # of nothing, it stands at the next word
        line = mark.buffer[: mark.pointer].rstrip().count("\n") + 1
        mistakes.append(f"line {line}: '{path}' is empty. Write a value, null, or \"\" for an empty text.")
        return None
    if text in WORDS:
        return WORDS[text]
    if NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def build(model: type[Model], data: Any, where: str) -> Model:
    """Make a model from what was read, or raise BrokenInstrument with every mistake and its path."""
    told = _tuples(data)
    try:
        return model.model_validate(told)
    except ValidationError as problem:
        raise BrokenInstrument(where, _mistakes(problem, model, told)) from None


def _tuples(data: Any) -> Any:
    """Lists become tuples, so that strict frozen models take them and nobody can change them."""
    if isinstance(data, dict):
        return {key: _tuples(value) for key, value in data.items()}
    return tuple(_tuples(value) for value in data) if isinstance(data, list | tuple) else data


@dataclass
class _Error:
    """One complaint of pydantic: `steps` lead to it through the data; `branches` are the kinds that were tried on the
    way, each with the number of steps before it.
    """

    steps: tuple[str, ...]
    branches: tuple[tuple[int, str], ...]
    kind: str
    message: str


def _mistakes(problem: ValidationError, model: type[BaseModel], data: Any) -> Iterator[str]:
    for error in _likeliest([_error(error, data) for error in problem.errors()]):
        path = ".".join(error.steps) or "the file"
        if error.kind == "extra_forbidden":
            yield f"{path}: there is no key '{error.steps[-1]}' here. It would be ignored.{_known(model, error.steps)}"
        elif error.kind == "missing":
            yield f"{path}: this is missing."
        elif error.kind == "value_error":
            yield f"{path}: {error.message.removeprefix('Value error, ').rstrip('.')}."
        elif error.kind == "key":
            above = ".".join(error.steps[:-1])
            quotes = " Write it with quotes." if error.message.endswith("string") else ""
            yield f"{above}: the key '{error.steps[-1]}' {error.message.removeprefix('Input ')}.{quotes}"
        else:
            yield f"{path}: {error.message.replace('Input ', 'this ', 1)}."


def _error(error: Any, data: Any) -> _Error:
    """Part the way through the data from the kinds that pydantic tried on the way (`tuple[Level, ...]`, `int`)."""
    steps: list[str] = []
    branches: list[tuple[int, str]] = []
    kind, here = str(error["type"]), data
    for i, step in enumerate(error["loc"]):
        if step in (here if isinstance(here, dict) else range(len(here) if isinstance(here, tuple) else 0)):
            here = here[step]
        elif step == "[key]":
            kind = "key"
            continue
        elif not (kind == "missing" and i == len(error["loc"]) - 1):
            branches.append((len(steps), str(step)))
            continue
        steps.append(str(step))
    return _Error(tuple(steps), tuple(branches), kind, _plain(error["msg"]))


def _plain(message: str) -> str:
    """Say what is wrong in the words of a file: no tuple and no dictionary."""
    words = re.sub(r"valid dictionary( or instance of \w+)?", "mapping (key: value)", message)
    words = re.sub(r"valid tuple", "list", words)
    words = re.sub(
        r"^(Tuple|Dictionary) should have (.*) after validation, not (\d+)$", r"\1 should have \2, not \3", words
    )
    return words.replace("Tuple", "this list").replace("Dictionary", "this mapping")


def _likeliest(errors: list[_Error]) -> Iterator[_Error]:
    """Where several kinds were possible, yield the complaints of the one that fitted furthest: that one was meant."""
    groups: dict[Any, dict[str, list[_Error]]] = {}
    for i, error in enumerate(errors):
        if error.branches:
            (depth, name), *deeper = error.branches
            tried = groups.setdefault(error.steps[:depth], {})
            tried.setdefault(name, []).append(replace(error, branches=tuple(deeper)))
        else:
            groups[i] = {"": [error]}
    for tried in groups.values():
        meant = max(reversed(tried.values()), key=_fit)
        yield from _likeliest(meant) if any(error.branches for error in meant) else meant


def _fit(errors: list[_Error]) -> tuple[int, int]:
    """How far a kind fitted: the depth of its deepest mistake, and how few places are wrong."""
    deepest = max(len(error.steps) - (error.kind == "key") for error in errors)
    return deepest, -len({(error.steps, error.kind == "key") for error in errors})


def _known(model: type[BaseModel], steps: Sequence[str]) -> str:
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
