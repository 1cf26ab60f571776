"""What help consists of: the controlled list beside the plans, and that a plan uses no other word."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, Self

from pydantic import model_validator

from risico.errors import BrokenInstrument, did_you_mean
from risico.instrument import load as load_instrument
from risico.instrument.model import MEMORY
from risico.interventions import Said, Source
from risico.plan import ELEMENT, Plan
from risico.plan.files import find
from risico.plan.measures import Text
from risico.strict import Frozen, build, read_yaml

FILE: Final = "elements.yaml"


class Element(Frozen):
    """One element: when it counts as there, the question of the record `hulp` that asks it, and what was seen of it."""

    title: Text
    definition: Text
    record: str | None = None
    evidence: tuple[Said, ...] = ()


class Elements(Frozen):
    """The list of a folder of plans."""

    id: Literal["elements"]
    version: int
    sources: dict[str, Source]
    elements: dict[str, Element]

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Self:
        asked = load_instrument("hulp").items
        mistakes = [
            f"{name}: '{said.source}' is none of the sources"
            for name, one in self.elements.items()
            for said in one.evidence
            if said.source not in {*self.sources, MEMORY}
        ]
        mistakes += [
            f"{name}: the record hulp asks no '{one.record}'"
            for name, one in self.elements.items()
            if one.record is not None and one.record not in asked
        ]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self


def read_elements(path: Path | str) -> Elements:
    """Read the list; raises BrokenInstrument with every mistake, UnreadableFile when it is not there."""
    path = Path(path)
    return build(Elements, read_yaml(path), path.name)


def elements_known(plan: Plan, path: Path) -> None:
    """Refuse an element that is not in the list beside the plan: two words for one thing would be two groups."""
    rules = [*plan.rules.values(), *([plan.received] if plan.received else [])]
    asked = [rule.detail for rule in rules if rule.event == ELEMENT]
    if not asked:
        return
    known = read_elements(find(FILE, path)).elements
    wrong = [
        f"arms: there is no element '{name}' in {FILE}.{did_you_mean(name, known)} It would be a group of its own."
        for name in asked
        if name not in known
    ]
    if wrong:
        raise BrokenInstrument(path.name, wrong)
