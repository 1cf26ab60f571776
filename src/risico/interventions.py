"""The catalogue of interventions: what was seen of each in a source, for whom, and when it must not be used.

It ranks nothing and recommends nothing. The link from a family profile to help is our own and is named so; sizes of
before-and-after studies and of comparisons are kept apart, and only those of comparisons can be taken together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from risico.instrument import load as load_instrument
from risico.instrument.model import MEMORY
from risico.plan.measures import Day, Text
from risico.strict import Frozen, build, read_yaml

RULES: Final = Path(__file__).parent / "_rules"
CATALOGUE: Final = RULES / "interventions.yaml"
OWN: Final = "own"
CONTROLLED: Final = ("rct", "quasi", "meta_analysis")


class Source(Frozen):
    """What was read."""

    cite: str


class Recognition(Frozen):
    """A level of the databank of effective youth interventions, and since when.

    `said_expired` where the source that was read says that its term is over without giving the date.
    """

    label: str
    since: Day | None = None
    said_expired: bool = False
    source: str

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = read_yaml(RULES / "design_grade.yaml")["recognitions"]
        if self.label not in known:
            raise ValueError(f"'{self.label}' is no label of a recognition; give one of: {', '.join(known)}")
        if self.since is not None and self.said_expired:
            raise ValueError("with a date (since) the term is computed: leave out said_expired")
        return self


class Said(Frozen):
    """One sentence of what is known, and the source it was read in; `memory` is none."""

    source: str
    nl: str
    en: str


class Size(Frozen):
    """One published size. `between` is against a comparison, which it names; `within` is before and after, without one.

    A difference between shares or in points is with minus without help (after minus before); `d` as it was published.
    """

    outcome: Text
    kind: Literal["between", "within"]
    metric: Literal["d", "risk_difference", "points"]
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = Field(None, ge=2)
    design: Literal["rct", "quasi", "meta_analysis", "uncontrolled"]
    comparator: Text | None = None
    follow_up_months: int | None = Field(None, ge=0)
    country: str | None = None
    source: str

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.source in (MEMORY, OWN):
            raise ValueError("a size that nobody read in a source is not kept; say it in evidence, without using it")
        if (self.kind == "between") != (self.comparator is not None):
            raise ValueError("a between-group size names its comparator; a within-group size has none")
        if self.kind == "between" and self.design not in CONTROLLED:
            raise ValueError("a study without a comparison gives no between-group size: it is kind: within")
        if (self.low is None) != (self.high is None):
            raise ValueError("give both ends of the interval, or neither")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise ValueError("the value lies outside its interval")
        return self


class ContraIndication(Frozen):
    """When help must not be used, or not yet; `kinds` are the kinds of help for which it holds in any programme."""

    nl: str
    en: str
    kinds: tuple[str, ...]
    source: str


class Intervention(Frozen):
    """One intervention; `kinds` are its codes in the record `hulp`, `profiles_ours` the profiles that we link it to."""

    title: Text
    domain: Literal["protection", "perpetrator", "child", "parenting", "family", "separation"]
    for_whom: Text
    ages: tuple[int, int] | None = None
    kinds: tuple[str, ...] = ()
    profiles_ours: tuple[str, ...] = ()
    contra: tuple[str, ...] = ()
    recognition: Recognition | None = None
    evidence: tuple[Said, ...] = ()
    effects: tuple[Size, ...] = ()

    @model_validator(mode="after")
    def _ages_run_up(self) -> Self:
        if self.ages is not None and self.ages[0] > self.ages[1]:
            raise ValueError(f"ages run from {self.ages[0]} back to {self.ages[1]}")
        return self

    @property
    def studied(self) -> bool:
        """Whether a size against a comparison was seen."""
        return any(size.kind == "between" for size in self.effects)


class Catalogue(Frozen):
    """All of it, with the day on which it was looked up: a recognition or a finding may be newer."""

    id: Literal["interventions"]
    version: int
    looked_up: Day
    sources: dict[str, Source]
    contra_indications: dict[str, ContraIndication]
    interventions: dict[str, Intervention]

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Self:
        mistakes = [*self._unknown_sources(), *self._unknown_words()]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    def _unknown_sources(self) -> Iterator[str]:
        known = {*self.sources, MEMORY}
        for name, one in self.interventions.items():
            parts: list[Recognition | Said | Size] = [*one.evidence, *one.effects]
            parts += [one.recognition] if one.recognition else []
            for part in parts:
                if part.source not in known:
                    yield f"{name}: '{part.source}' is none of the sources"
        for name, flag in self.contra_indications.items():
            if flag.source not in {*known, OWN}:
                yield f"{name}: '{flag.source}' is none of the sources"

    def _unknown_words(self) -> Iterator[str]:
        profiles = read_yaml(RULES / "gezinsprofiel.yaml")["profiles"]
        kinds = load_instrument("hulp").answers["kind"].codes or {}
        for name, one in self.interventions.items():
            yield from _absent(name, "profile", one.profiles_ours, profiles)
            yield from _absent(name, "kind of help", one.kinds, kinds)
            yield from _absent(name, "contra-indication", one.contra, self.contra_indications)
        for name, flag in self.contra_indications.items():
            yield from _absent(name, "kind of help", flag.kinds, kinds)

    def contra_indications_of(self, help_: str) -> dict[str, ContraIndication]:
        """Return when this help must not be used: by the name of an intervention, or of a kind of help.

        >>> list(catalogue().contra_indications_of("mediation")), list(catalogue().contra_indications_of("schuldhulp"))
        (['samen_bij_controle'], [])
        """
        own = self.interventions[help_].contra if help_ in self.interventions else ()
        return {k: flag for k, flag in self.contra_indications.items() if k in own or help_ in flag.kinds}


def _absent(name: str, what: str, given: Iterable[str], known: Iterable[object]) -> Iterator[str]:
    there = {str(one) for one in known}
    yield from (f"{name}: there is no {what} '{one}'" for one in given if one not in there)


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that comes with the package.

    >>> catalogue().interventions["eigen_kracht"].effects[0].comparator["en"]
    'regular case management'
    """
    return load(CATALOGUE)


def load(path: Path) -> Catalogue:
    """Read a catalogue; raises BrokenInstrument with every mistake and its place."""
    return build(Catalogue, read_yaml(path), path.name)
