"""Who notices a mistake that was made in an instrument file on purpose (see `mutants`)?

load         the checks on reading a file
vectors      the file's own vectors, or a form that contradicts itself and is no longer refused
proof        a claim of `risico prove`
equivalent   nobody, and nobody can: it gives every form what the file gives it, which is shown on states of forms in
             which the rule and its mutant can both be told (see `risico.proof`), not assumed
survives     nobody: a vector is missing
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from engines import make
from mutants import Mutant
from risico.errors import BrokenInstrument, IllegalAnswers
from risico.forms import enter
from risico.instrument import Condition, Instrument, Score, load
from risico.instrument.checks import mistakes
from risico.instrument.model import needs
from risico.instrument.reach import outcomes
from risico.instrument.variants import told_by, versions
from risico.proof.claims import Claims
from risico.proof.seen import see
from risico.proof.shipped import Shipped, only, words
from risico.proof.states import SMALL, States
from risico.proof.table import Forms, Table, TooMany
from risico.scoring import score
from risico.scoring.score import run
from risico.strict import build, read_yaml

Fate = Literal["load", "vectors", "proof", "equivalent", "survives"]
NEAR = 1e-9


def fate(name: str, mutant: Mutant) -> Fate:
    """Return who notices a mutant, the cheapest first; a mutant that is equivalent is tried on no claim."""
    it = load(name)
    try:
        other = build(Instrument, mutant.data, name)
    except (BrokenInstrument, ValueError):
        return "load"
    if mistakes(other):
        return "load"
    touched = Touched(it, other)
    for names in (touched.itself, touched.names):  # a few rules are run sooner than all that rest on them
        if names and missed_vectors(touched.only(other, names), it):
            return "vectors"
    if it.refuse != other.refuse and any(accepts(other, form) for form in contradictions().get(name, ())):
        return "vectors"
    if alike(touched):
        return "equivalent"
    seen = see(Shipped(touched.only(other, touched.names)))
    return "survives" if all(line.holds for one in seen for line in Claims(one, "en").lines()) else "proof"


class Touched:
    """The results that a mistake can change: only these are looked at, the others are as they were."""

    def __init__(self, it: Instrument, other: Instrument) -> None:
        self.it, self.other = it, other
        self.everything = any(getattr(it, part) != getattr(other, part) for part in ("skip", "refuse", "variants"))
        self.items = {i for i in it.items if it.items[i] != other.items[i] or it.answer_set(i) != other.answer_set(i)}
        self.rules = {s for s in it.scores if it.scores[s] != other.scores[s]}
        """The scores that say something else; what rests on them is touched as well."""
        self.scores = set(it.scores) if self.everything else set(self.rules)
        for layer in other.depths():
            self.scores |= {s for s in layer if needs(other.scores[s]) & (self.scores | self.items)}
        self.bands = {b for b in it.bands if it.bands[b] != other.bands[b] or it.bands[b].of in self.scores}
        self.alerts = {a for a in other.alerts if self.everything or self._alert(a)}
        self.names = self.scores | self.bands | self.alerts
        self.itself = self.rules | {name for name in self.bands | self.alerts if self.says_else(name)}

    def says_else(self, name: str) -> bool:
        """Whether a band or an alert itself says something else."""
        it, other = self.it, self.other
        return it.bands.get(name) != other.bands.get(name) or it.alerts.get(name) != other.alerts.get(name)

    def _alert(self, name: str) -> bool:
        asked = {leaf.subject for leaf in self.other.alerts[name].when.leaves()}
        return self.it.alerts.get(name) != self.other.alerts[name] or bool(asked & (self.items | self.scores))

    def only(self, of: Instrument, names: set[str]) -> Instrument:
        """The instrument with some of what was touched, and all that this rests on."""
        bands = {name: band for name, band in of.bands.items() if name in names}
        alerts = {name: alert for name, alert in of.alerts.items() if name in names}
        scores = self._scores(of, names)
        kept = {name: score for name, score in of.scores.items() if name in scores}
        return only(of, scores=kept, bands=bands, alerts=alerts, items=self._items(of, names))

    def _scores(self, of: Instrument, names: set[str]) -> set[str]:
        """The scores that results rest on."""
        found: set[str] = set()
        left = {name for name in names if name in of.scores}
        left |= {of.bands[name].of for name in names & set(of.bands)}
        left |= {leaf.score for name in names & set(of.alerts) for leaf in of.alerts[name].when.leaves() if leaf.score}
        while left:
            found |= left
            left = {part for name in left for part in needs(of.scores[name]) & set(of.scores)} - found
        return found

    def _items(self, of: Instrument, names: set[str]) -> dict[str, Any]:
        """The items that results rest on, in the file or in the mutant; skipping and refusing included."""
        found: set[str] = set()
        for it in (self.it, self.other):
            scores = self._scores(it, names)
            moved = any(version.numbers for version in versions(it, told_by(it)))
            if moved or any(it.scores[name].where and it.scores[name].where.blank for name in scores):
                return of.items
            whens = [one.when for one in (*it.skip, *it.refuse)]
            whens += [it.alerts[name].when for name in names & set(it.alerts)]
            found |= {leaf.item for when in whens for leaf in when.leaves() if leaf.item}
            found |= {item for skip in it.skip for item in skip.then.items}
            for name in scores:
                found |= set(it.items_of(name))
        return {name: item for name, item in of.items.items() if name in found}


# ------------------------------------------------------------------------------------------------ vectors


def missed_vectors(of: Instrument, it: Instrument) -> bool:
    """Whether some vector of the file gives something else."""
    if not it.vectors:
        return False
    columns = {f"{it.id}_{item}": [vector.answers.get(item) for vector in it.vectors] for item in of.items}
    columns |= {name: [vector.context.get(name) for vector in it.vectors] for name in it.context}
    scored = run(enter(make("polars", columns), columns), of)
    for name in {key for vector in it.vectors for key in vector.expect if _belongs(key, of)}:
        if f"{it.id}_{name}" not in scored.columns:
            return True
        for vector, found in zip(it.vectors, scored[f"{it.id}_{name}"].to_list(), strict=True):
            if name in vector.expect and not equal(vector.expect[name], found):
                return True
    return False


def _belongs(name: str, of: Instrument) -> bool:
    """Whether a result, or the end of one, is about a score, level or alert of these."""
    stems = {name, name.removesuffix("_low"), name.removesuffix("_high")}
    return bool(stems & {*of.scores, *of.bands, *of.alerts})


@cache
def contradictions() -> dict[str, list[dict[str, Any]]]:
    """Forms that must be refused, by instrument."""
    return read_yaml(Path(__file__).parent / "contradictions.yaml")


def accepts(it: Instrument, form: dict[str, Any]) -> bool:
    """Whether a form is scored."""
    told = {f"{it.id}_{item}": [form.get(item)] for item in it.items} | {name: [form.get(name)] for name in it.context}
    try:
        score(make("polars", told), it)
    except IllegalAnswers:
        return False
    return True


def equal(expected: Any, found: Any) -> bool:
    if isinstance(expected, int | float) and isinstance(found, int | float) and not isinstance(found, bool):
        return abs(expected - found) < NEAR
    return expected == found


# ------------------------------------------------------------------------------------------------ equivalent


def alike(touched: Touched) -> bool:
    """Whether the mutant gives every form what the file gives it.

    It is enough to look at each rule, level and alert that says something else: what rests on these reads nothing of
    them but their values, and how low and how high they can still become.
    """
    if touched.everything or touched.items:
        return not touched.names or _alike_everywhere(touched)
    try:
        return all(_alike_score(touched, name) for name in sorted(touched.rules)) and all(
            _alike_shown(touched, name) for name in sorted(touched.itself - touched.rules)
        )
    except TooMany:
        return False


def _alike_everywhere(touched: Touched) -> bool:
    """All forms one by one, where they are few."""
    it, other = (touched.only(each, touched.names) for each in (touched.it, touched.other))
    states = States(Shipped(it))
    if states.many(states.shipped.variables) > SMALL**2 or any(map(states.shipped.measured, it.items)):
        return False
    return _same_results(it, other, states.every(states.shipped.variables).forms, touched.names)


def _alike_score(touched: Touched, name: str) -> bool:
    """A rule and its mutant, on states in which both can be told: their values, and what they can still become."""
    it, other = touched.it, touched.other
    one, two = it.scores[name], other.scores[name]
    shipped = Shipped(it), Shipped(other)
    forms = _both(shipped[0], name, one, two)
    steps = [value for value in dict.fromkeys((*outcomes(one), *outcomes(two))) if type(value) in (int, float)]
    asked = [Condition.model_validate({"score": name, "at_least": value}) for value in steps]
    ours, theirs = (_in_words(each, forms, name, asked) for each in shipped)
    if not ours.keys() <= theirs.keys():
        return False
    beside = dict.fromkeys(theirs, ours[name]) | ours  # ends that the file does not give must be the value itself
    return theirs == beside


def _both(shipped: Shipped, name: str, one: Score, two: Score) -> Forms:
    """Forms of every state in which a rule and its mutant can be told apart."""
    states = States(shipped)
    columns = states.rests_on(one) | states.rests_on(two)
    if states.many(columns) <= SMALL and _exhausted(shipped, (one, two), columns):
        return states.every(columns).forms
    parts = ("rule", "of", "points", "where", "terms", "constant", "table", "by")
    if any(map(shipped.measured, columns)) or any(getattr(one, part) != getattr(two, part) for part in parts):
        raise TooMany
    if one.cases == two.cases:  # they differ in what they do with blanks, and each state tells how many there are
        return _forms(states.of_score(name))
    if states.rests_on(one) != states.rests_on(two):  # how many answers each counts cannot be told from one number
        raise TooMany
    return _forms(states.decision(case.when for case in (*one.cases, *two.cases)))


def _forms(table: Table) -> Forms:
    """Two forms of each state."""
    return np.concatenate((table.forms, table.twins))


def _exhausted(shipped: Shipped, rules: tuple[Score, ...], columns: frozenset[str]) -> bool:
    """Whether the choices stand for all: of a measured line they do where rules only ask on which side it is."""
    if not any(map(shipped.measured, columns)):
        return True
    asking = all(rule.rule == "decide" for rule in rules)
    return asking and not any(leaf.score for rule in rules for case in rule.cases for leaf in case.when.leaves())


def _in_words(shipped: Shipped, forms: Forms, name: str, asked: list[Condition]) -> dict[str, list[Any]]:
    """A score as it stands in its columns, and whether it certainly is as high as each of some values."""
    it = shipped.instrument
    found = shipped.asked(forms, asked, {name: it.scores[name]})
    named = words(it, name)
    told: dict[str, list[Any]] = {}
    for column, values in found.items():
        shown = [None if np.isnan(value) else value for value in values.tolist()]
        told[column] = [named[int(v)] if named and v is not None and column == name else v for v in shown]
    return told


def _alike_shown(touched: Touched, name: str) -> bool:
    """Levels of a score, or an alert, on states in which those of the file and of the mutant can both be told."""
    it, other = touched.it, touched.other
    kept = only(it, **_only_this(it, name)), only(other, **_only_this(other, name))
    if name in it.bands:
        seen = next(one for one in see(Shipped(kept[1])) if one.name == it.bands[name].of)
        if seen.way == "sampled":
            return False
        return _same_results(*kept, seen.rows.forms[seen.sound], {name})
    whens = it.alerts[name].when, other.alerts[name].when
    states = States(Shipped(it))
    columns = states.rests_on(whens[0]) | states.rests_on(whens[1])
    if any(map(states.shipped.measured, columns)):
        return False
    forms = states.every(columns).forms if states.many(columns) <= SMALL else _forms(states.decision(whens))
    return _same_results(*kept, forms, {name})


def _only_this(it: Instrument, name: str) -> dict[str, Any]:
    return {
        "bands": {band: entry for band, entry in it.bands.items() if band == name},
        "alerts": {alert: entry for alert, entry in it.alerts.items() if alert == name},
    }


def _same_results(it: Instrument, other: Instrument, forms: Forms, names: set[str]) -> bool:
    ours, theirs = (dict(_shown(Shipped(each), forms, names)) for each in (it, other))
    return ours == theirs


def _shown(shipped: Shipped, forms: Forms, names: set[str]) -> Iterator[tuple[str, list[Any]]]:
    """Results as they stand in a column: the place of a word may differ between a file and its mutant."""
    sound = ~shipped.refused(forms) if shipped.instrument.refuse else np.ones(len(forms), dtype=bool)
    for name, values in shipped.results(forms[sound]).items():
        if name.removesuffix("_low").removesuffix("_high") in names or name in names:
            named = words(shipped.instrument, name)
            shown = [None if np.isnan(value) else value for value in values.tolist()]
            yield name, [None if v is None else named[int(v)] for v in shown] if named else shown
