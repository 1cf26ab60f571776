"""Small legal instruments of every kind, and any answers that a column can hold.

instruments()          any instrument the checks accept, built as a file would be and loaded through them
forms(instrument)      columns of answers: legal, unknown, illegal, blank, of every type
crowd(instrument, n)   many legal forms at once, from a seed
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from risico.instrument import Instrument, Test
from risico.instrument.checks import mistakes
from risico.instrument.reach import outcomes, reach, whole
from risico.strict import build

Draw = Callable[[st.SearchStrategy[Any]], Any]
WORDS = {"nl": "iets", "en": "something"}
LEVELS = ("low", "raised", "high", "very_high")
SIDES = ("self", "partner")
HALVES = [n / 2 for n in range(-8, 25)]
FIXED: dict[str, Any] = {
    "id": "tiny",
    "version": 1,
    "status": "computed",
    "model": "formative",
    "title": WORDS,
    "domain": "demonstration",
    "informant": "self",
    "nl_status": {"value": "none", "source": "memory"},
    "administer": "open",
    "licence": {"kind": "free", "electronic": "allowed"},
    "qualification": WORDS,
    "context": {"side": SIDES, "norms": ("uk", "nl"), "age": {"number": (0, 120)}},
}


@dataclass
class Answer:
    """An answer set as it is being drawn: its codes, and under which names its points can be added up."""

    codes: list[Any] | None
    number: tuple[Any, Any] | None
    tables: set[str | None]
    entry: dict[str, Any] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return self.codes is not None and all(isinstance(code, int) for code in self.codes)


# --------------------------------------------------------------------------------------------- answers and items


@st.composite
def _answers(draw: Draw) -> Answer:
    kinds = ["yes_no", "codes", "codes", "points", "text", "text_points", "mixed", "named", "number"]
    kind = draw(st.sampled_from(kinds))
    if kind == "number":
        low = draw(st.sampled_from([0, -2, 0.5]))
        number = (low, draw(st.sampled_from([1, 4, 6.5])))
        return Answer(None, number, {None, "year", "ever"}, {"number": number})
    if kind == "yes_no":
        codes: list[Any] = [0, 1]
    elif kind in ("text", "text_points"):
        codes = draw(st.lists(st.sampled_from(["nee", "ja", "hoog", "N", "p 1"]), min_size=2, max_size=3, unique=True))
    elif kind == "mixed":
        codes = ["N", "Y", 0, 1]
    else:
        codes = draw(st.lists(st.integers(-3, 7), min_size=2, max_size=4, unique=True))
    entry: dict[str, Any] = {"codes": dict.fromkeys(codes, WORDS)}
    tables: set[str | None] = {None} if kind in ("yes_no", "codes", "points", "text_points") else set()
    if kind in ("points", "text_points"):
        entry["points"] = draw(_worth(codes))
    if kind == "named":
        entry["points"] = {"year": draw(_worth(codes)), "ever": draw(_worth(codes))}
        tables = {"year", "ever"}
    return Answer(codes, None, tables, entry)


def _worth(codes: list[Any]) -> st.SearchStrategy[dict[Any, Any]]:
    return st.fixed_dictionaries({code: st.sampled_from([0, 1, 2, 3, -1, 0.5, 5]) for code in codes})


@st.composite
def _item(draw: Draw, sets: dict[str, Answer]) -> tuple[dict[str, Any], Answer]:
    name = draw(st.sampled_from(sorted(sets)))
    answer = sets[name]
    entry: dict[str, Any] = {"label": WORDS, "answers": name}
    tables = answer.tables
    if answer.codes is not None and draw(st.integers(0, 9)) == 0:
        entry["points"], tables = draw(_worth(answer.codes)), {None}
    if tables and answer.number is None and draw(st.integers(0, 3)) == 0:
        entry["reverse"] = True
    if draw(st.integers(0, 3)) == 0:
        entry["weight"] = draw(st.sampled_from([2, 5, -1, -3, 0.5, 0.1, 40]))
    return entry, Answer(answer.codes, answer.number, tables)


# ----------------------------------------------------------------------------------------------------- conditions


@dataclass
class Draft:
    """What has been drawn so far: items, and scores with what they can give."""

    items: dict[str, Answer]
    scores: dict[str, dict[str, Any]] = field(default_factory=dict)
    gives: dict[str, Any] = field(default_factory=dict)
    """A score gives "number", or else the list of texts or Booleans it can take."""

    def askable(self) -> list[str]:
        """The scores a condition may ask of: not a word for an estimate."""
        return [name for name in self.scores if self.gives[name] == "number" or not self.words_an_estimate(name)]

    def words_an_estimate(self, name: str) -> bool:
        entry = self.scores[name]
        return entry["rule"] == "lookup" and entry["missing"]["then"] == "none" and self.estimated(entry["of"][0])

    def estimated(self, name: str) -> bool:
        """Whether a score, or one it is made of, is prorated or at least."""
        entry = self.scores.get(name)
        if entry is None:
            return False
        parts = [*entry.get("of", ()), *entry.get("terms", ())]
        return entry["missing"]["then"] in ("prorate", "at_least") or any(map(self.estimated, parts))

    def numbers(self) -> list[str]:
        return [name for name, gives in self.gives.items() if gives == "number"]


@st.composite
def _test(draw: Draw, values: list[Any], ordered: bool) -> dict[str, Any]:
    """A question about a value: `values` are those that can be asked for."""
    how = draw(st.sampled_from(["is", "in", *(["at_least", "below"] * 2 if ordered else [])]))
    if how == "is":
        return {"is": draw(st.sampled_from(values))}
    if how == "in":
        return {"in": draw(st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True))}
    return {how: draw(st.sampled_from([*(v for v in values if not isinstance(v, str)), 0.5, 1, 2]))}


def _asked_of(answer: Answer) -> st.SearchStrategy[dict[str, Any]]:
    values = list(answer.codes) if answer.codes is not None else [*(answer.number or ()), 1, 2.5]
    return _test(values, answer.whole or answer.codes is None).filter(lambda asked: not _of_every(asked, answer.codes))


def _of_every(asked: dict[str, Any], codes: list[Any] | None) -> bool:
    """Whether a question fits every code, and so a blank too: the checks refuse it."""
    return codes is not None and all(build(Test, asked, "asked").holds(code) for code in codes)


@st.composite
def _leaf(draw: Draw, draft: Draft, of: tuple[str, ...], items: list[str]) -> dict[str, Any]:
    kinds = [kind for kind in of if kind != "score" or draft.askable()]
    kind = draw(st.sampled_from(kinds))
    if kind == "item":
        item = draw(st.sampled_from(items))
        return {"item": item, **draw(_asked_of(draft.items[item]))}
    if kind == "context":
        name = draw(st.sampled_from(["side", "norms", "age"]))
        values: list[Any] = [18, 40] if name == "age" else list(FIXED["context"][name])
        return {"context": name, **draw(_test(values, name == "age"))}
    score = draw(st.sampled_from(draft.askable()))
    gives = draft.gives[score]
    values = HALVES if gives == "number" else gives
    return {"score": score, **draw(_test(values, gives == "number"))}


ANYTHING = ("item", "item", "score", "score", "context")


@st.composite
def _condition(
    draw: Draw, draft: Draft, of: tuple[str, ...] = ANYTHING, items: list[str] | None = None, depth: int = 2
) -> dict[str, Any]:
    join = draw(st.sampled_from(["leaf"] * 3 + (["all", "any", "not", "of"] if depth else [])))
    if join == "leaf":
        return draw(_leaf(draft, of, items or list(draft.items)))
    inner = _condition(draft, of, items, depth - 1)
    if join == "not":
        return {"not": draw(inner)}
    parts = draw(st.lists(inner, min_size=1, max_size=3))
    return {"of": parts, "at_least": draw(st.integers(1, len(parts)))} if join == "of" else {join: parts}


# --------------------------------------------------------------------------------------------------------- scores


def _some(names: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True)


@st.composite
def _arithmetic(draw: Draw, draft: Draft, rule: str) -> tuple[dict[str, Any], Any] | None:
    """Sum, mean, highest, lowest or linear over what can be added up under one table of points."""
    table = draw(st.sampled_from([None, None, "year", "ever"]))
    items = [name for name, answer in draft.items.items() if table in answer.tables]
    scores = draft.numbers() if draw(st.integers(0, 2)) == 0 else []
    if not items + scores:
        return None
    of = draw(_some(items + scores))
    entry: dict[str, Any] = {"rule": rule, "source": "memory", **({"points": table} if table else {})}
    if rule == "linear":
        entry["terms"] = {part: draw(st.sampled_from([1, -1, 2, 0.5, -0.25, 50])) for part in of}
        entry["constant"] = draw(st.sampled_from([0, 10, -0.5]))
    else:
        entry["of"] = of
    return entry, "number"


@st.composite
def _count(draw: Draw, draft: Draft) -> dict[str, Any]:
    how = draw(st.sampled_from(["one", "one", "number", "number", "blank"]))
    entry: dict[str, Any] = {"rule": "count", "source": "memory"}
    if how == "blank":
        return entry | {"of": draw(_some(list(draft.items))), "where": {"blank": True}}
    ordered = [name for name, answer in draft.items.items() if answer.whole or answer.codes is None]
    if how == "number" and ordered + draft.numbers():
        ask = draw(st.sampled_from(["at_least", "below"]))
        where = {ask: draw(st.sampled_from(HALVES))}
        coded = [name for name in ordered if _of_every(where, draft.items[name].codes)]
        of = [part for part in draw(_some(ordered + draft.numbers())) if part not in coded]
        if of:
            return entry | {"of": of, "where": where}
    first = draw(st.sampled_from(list(draft.items)))
    codes = draft.items[first].codes
    if codes is None:
        return entry | {"of": [first], "where": draw(_asked_of(draft.items[first]))}
    code = draw(st.sampled_from(codes))
    others = [name for name, answer in draft.items.items() if answer.codes is not None and code in answer.codes]
    return entry | {"of": sorted({first, *draw(_some(others))}), "where": {"is": code}}


@st.composite
def _results(draw: Draw, many: int) -> list[Any]:
    """Results of one type: numbers that rise, fall or do neither, levels, or true and false."""
    kind = draw(st.sampled_from(["rise", "fall", "numbers", "levels", "booleans"]))
    if kind == "booleans":
        return draw(st.lists(st.booleans(), min_size=many, max_size=many))
    if kind == "levels":
        return draw(st.lists(st.sampled_from(LEVELS), min_size=many, max_size=many))
    numbers = draw(st.lists(st.sampled_from([*range(-4, 15), -3.54, 7.3, 12.44]), min_size=many, max_size=many))
    return numbers if kind == "numbers" else sorted(numbers, reverse=kind == "fall")


def _given_by(results: list[Any]) -> Any:
    return sorted(set(results)) if isinstance(results[0], bool | str) else "number"


@st.composite
def _decide(draw: Draw, draft: Draft) -> tuple[dict[str, Any], Any]:
    thens = draw(_results(draw(st.integers(2, 4))))
    whens = [draw(_condition(draft)) for _ in thens[1:]]
    if not any(word in str(whens) for word in ("'item'", "'score'")):
        whens[0] = {"any": [whens[0], draw(_leaf(draft, ("item",), list(draft.items)))]}  # else it rests on no answer
    cases = [{"when": when, "then": then} for when, then in zip(whens, thens[1:], strict=True)]
    return {"rule": "decide", "source": "memory", "cases": cases, "otherwise": thens[0]}, _given_by(thens)


@st.composite
def _lookup(draw: Draw, draft: Draft, it: Instrument) -> tuple[dict[str, Any], Any] | None:
    items = [name for name, answer in draft.items.items() if None in answer.tables and _whole_points(it, name)]
    parts = [name for name in draft.numbers() if whole(it, name)]
    part = draw(st.sampled_from([*parts, *parts, *items] or [""]))
    low, high = reach(it, part) or (0, -1) if part else (0, -1)
    keys = list(range(int(low), int(high) + 1))
    if not 0 < len(keys) <= 60:
        return None
    entry: dict[str, Any] = {"rule": "lookup", "source": "memory", "of": [part]}
    table = draw(_results(len(keys)))
    if draw(st.integers(0, 2)):
        return entry | {"table": dict(zip(keys, table, strict=True))}, _given_by(table)
    turned = table[::-1]
    entry |= {"by": "side", "table": {"self": dict(zip(keys, table, strict=True))}}
    if draw(st.booleans()):
        entry["table"]["partner"] = dict(zip(keys, turned, strict=True))
    return entry, _given_by(table)


def _whole_points(it: Instrument, item: str) -> bool:
    return it.codes(item) is not None and all(isinstance(worth, int) for worth in it.points(item).values())


@st.composite
def _judgement(draw: Draw, draft: Draft) -> tuple[dict[str, Any], Any] | None:
    """The rater's own level; codes of two types would have no type of column."""
    levels = [n for n, a in draft.items.items() if a.codes and len({isinstance(c, str) for c in a.codes}) == 1]
    if not levels:
        return None
    item = draw(st.sampled_from(levels))
    return {"rule": "judgement", "source": "memory", "of": [item]}, [
        str(code) for code in draft.items[item].codes or ()
    ]


@st.composite
def _goals(draw: Draw, draft: Draft, it: Instrument) -> tuple[dict[str, Any], Any] | None:
    """Goals and their weights, which do not go below 0; an item may be both, and a weight may be shared."""
    numbers = [name for name, answer in draft.items.items() if None in answer.tables]
    weights = [name for name in numbers if it.point_range(name)[0] >= 0]
    if not weights:
        return None
    goals = {goal: draw(st.sampled_from(weights)) for goal in draw(_some(numbers))}
    rho = draw(st.sampled_from([0, 0.3, 1]))
    return {"rule": "goal_attainment", "source": "memory", "goals": goals, "rho": rho}, "number"


def _counts_blanks(it: Instrument, name: str) -> bool:
    """Whether a score is how many were not answered, or rests on that: a fact, which no filling-in leaves open."""
    score = it.scores.get(name)
    if score is None:
        return False
    return bool(score.where and score.where.blank) or any(
        _counts_blanks(it, part) for part in (*score.of, *(score.terms or {}))
    )


@st.composite
def _missing(draw: Draw, entry: dict[str, Any], it: Instrument, name: str) -> dict[str, Any]:
    """One of the ways that the checks allow, with as many answers as can be asked for."""
    parts = it.scores[name].of or tuple(it.scores[name].terms or ())
    ways = ["none", "certain", "certain"]
    if entry["rule"] not in ("decide", "lookup", "judgement") and set(parts) <= set(it.items):
        ways += ["at_least"]
        if entry["rule"] in ("sum", "mean") and len({it.point_range(part, entry.get("points")) for part in parts}) == 1:
            ways += ["prorate"] * 4
    fact = entry["rule"] == "goal_attainment" or _counts_blanks(it, name)
    then = draw(st.sampled_from(["none"] if fact else ways))
    way: dict[str, Any] = {"then": then}
    if then != "none" and draw(st.booleans()):
        way["answered"] = draw(st.integers(1, max(1, len(it.counted(name)))))
    if then == "prorate":
        way["round"] = draw(st.sampled_from(["none", "half_up"]))
    return way


@st.composite
def _score(draw: Draw, draft: Draft, data: dict[str, Any], name: str) -> None:
    """Add one more score to the draft and the data: a count where the rule drawn has nothing to work on."""
    arithmetic = ["sum", "sum", "mean", "highest", "lowest", "linear"]
    rule = draw(st.sampled_from([*arithmetic, "count", "count", "decide", "decide", "lookup", "judgement", "goals"]))
    found: tuple[dict[str, Any], Any] | None = None
    if rule == "decide":
        found = draw(_decide(draft))
    elif rule == "lookup":
        found = draw(_lookup(draft, _built(data)))
    elif rule == "goals":
        found = draw(_goals(draft, _built(data)))
    elif rule == "judgement":
        found = draw(_judgement(draft))
    elif rule in arithmetic:
        found = draw(_arithmetic(draft, rule))
    entry, gives = found or (draw(_count(draft)), "number")
    data["scores"][name] = entry
    if draw(st.integers(0, 3)) == 0:
        entry["only"] = draw(_condition(draft))
    entry["missing"] = draw(_missing(entry, _built(data), name))
    draft.scores[name], draft.gives[name] = entry, gives


# ------------------------------------------------------------------------------------------- bands, skips, alerts


@st.composite
def _levels(draw: Draw, low: float, high: float, booleans: bool) -> list[dict[str, Any]]:
    """Levels that start at or below the lowest score and can all be reached; a name may return further up."""
    inside = [low, *(cut for cut in HALVES if low < cut <= high)]
    starts = sorted({low - draw(st.sampled_from([0, 0, 2])), *draw(st.lists(st.sampled_from(inside), max_size=3))})
    if booleans:
        return [{"from": start, "value": draw(st.booleans())} for start in starts]
    names = st.sampled_from([*LEVELS, *LEVELS, None])
    return [{"from": start, "name": draw(names), "meaning": WORDS} for start in starts]


@st.composite
def _bands(draw: Draw, draft: Draft, it: Instrument) -> dict[str, Any]:
    bands: dict[str, Any] = {}
    for name in draft.numbers():
        ends = reach(it, name)
        if ends is None or not draw(st.integers(0, 2)):
            continue
        levels = _levels(*ends, draw(st.integers(0, 2)) == 0)
        by = draw(st.sampled_from([(), (), ("norms",), ("norms", "side")]))
        table: Any = draw(levels) if not by else {"uk": draw(levels)}
        if len(by) == 2:
            table = {"uk": {"self": draw(levels), "partner": draw(levels)}, "nl": {"self": draw(levels)}}
        bands[f"{name}_band"] = {"of": name, "by": by, "levels": table, "source": "memory"}
    return bands


@st.composite
def _skips(draw: Draw, draft: Draft) -> list[dict[str, Any]]:
    """Up to two skips in order: each asks only of items that neither it nor a later one fills in."""
    names, skips = list(draft.items), []
    cuts = sorted(draw(st.lists(st.integers(1, max(len(names) - 1, 1)), min_size=0, max_size=2)))
    for cut in cuts if len(names) > 1 else ():
        coded = [name for name in names[cut:] if draft.items[name].codes]
        if coded:
            first = draw(st.sampled_from(coded))
            code = draw(st.sampled_from(draft.items[first].codes))
            filled = {name for skip in skips if skip["then"]["as"] != code for name in skip["then"]["items"]}
            targets = [name for name in coded if code in (draft.items[name].codes or ()) and name not in filled]
            if not targets:
                continue
            when = draw(_condition(draft, ("item",), names[:cut], 1))
            skips.append({"when": when, "then": {"items": draw(_some(targets)), "as": code}})
    return skips


# --------------------------------------------------------------------------------------------------- instruments


def _built(data: dict[str, Any]) -> Instrument:
    """Build an instrument with the same words for all that its rules can say."""
    it = build(Instrument, data, "tiny.yaml")
    said = [value for score in it.scores.values() for value in outcomes(score) if isinstance(value, str)]
    return it.model_copy(update={"outcomes": dict.fromkeys(said, WORDS)})


def small(items: dict[str, Any], scores: dict[str, Any], answers: dict[str, Any], **blocks: Any) -> Instrument:
    """Return an instrument written by hand, with all that any file must say besides."""
    return loaded(
        {
            **FIXED,
            "answers": answers,
            "items": {name: {"label": WORDS, "answers": next(iter(answers)), **entry} for name, entry in items.items()},
            "scores": {name: {"source": "memory", **entry} for name, entry in scores.items()},
            **blocks,
        }
    )


def codes(*legal: int | str, **more: Any) -> dict[str, Any]:
    """Return a set of answers with these codes."""
    return {"codes": dict.fromkeys(legal, WORDS), **more}


def loaded(data: dict[str, Any]) -> Instrument:
    """Return an instrument from data as a file gives it; the checks must find nothing."""
    it = _built(data)
    found = mistakes(it)
    assert not found, found
    return it


@st.composite
def instruments(draw: Draw, most_items: int = 5, most_scores: int = 5) -> Instrument:
    """Any small instrument that the checks accept."""
    sets = {f"set_{i}": answer for i, answer in enumerate(draw(st.lists(_answers(), min_size=1, max_size=3)))}
    drawn = draw(st.lists(_item(sets), min_size=1, max_size=most_items))
    draft = Draft({str(i): answer for i, (_, answer) in enumerate(drawn, 1)})
    data = {
        **FIXED,
        "answers": {name: answer.entry for name, answer in sets.items()},
        "missing_codes": draw(st.lists(st.sampled_from(["unknown", "not asked", 99, -9]), max_size=3, unique=True)),
        "items": {str(i): entry for i, (entry, _) in enumerate(drawn, 1)},
        "scores": {},
    }
    for i in range(draw(st.integers(1, most_scores))):
        draw(_score(draft, data, f"s{i}"))
    data["skip"] = draw(_skips(draft))
    data["bands"] = draw(_bands(draft, _built(data)))
    data["alerts"] = {
        f"a{i}": {"when": when, "words": WORDS} for i, when in enumerate(draw(st.lists(_condition(draft), max_size=2)))
    }
    if draw(st.integers(0, 2)) == 0:
        data["applies"] = draw(_applies())
    if draw(st.integers(0, 3)) == 0:
        data["refuse"] = [{"when": draw(_condition(draft, ("item", "context"))), "words": WORDS}]
    return loaded(data)


@st.composite
def _applies(draw: Draw) -> dict[str, Any]:
    """For whom a file is meant, and what a form may not be scored without."""
    ages, needs = (
        draw(st.sampled_from([None, (18, 120), (2, 17)])),
        draw(st.sets(st.sampled_from(["cohabited", "partner"]))),
    )
    asked = [*sorted(needs), "informant", *(["age"] if ages else [])]
    refuse = draw(st.sets(st.sampled_from(asked), max_size=2)) if draw(st.booleans()) else set()
    return {"needs": sorted(needs), "refuse": dict.fromkeys(sorted(refuse), WORDS), **({"age": ages} if ages else {})}


# ----------------------------------------------------------------------------------------------------------- forms


def legal(it: Instrument, item: str) -> list[Any]:
    """Return legal answers to an item: its codes, or some numbers of a measured one."""
    answers = it.answers[it.items[item].answers]
    if answers.codes is not None:
        return list(answers.codes)
    assert answers.number is not None
    low, high = answers.number
    return [low, high, *(n for n in (0.5, 1, 2, 2.5) if low < n < high)]


def _pools(it: Instrument, item: str) -> dict[str, list[Any]]:
    """What a column of each kind may hold, legal answers the most often."""
    good, unknown = legal(it, item), list(it.missing_codes)
    numbers = [code for code in good if not isinstance(code, str)]
    known = [value for value in unknown if isinstance(value, int)]
    words = [str(value) for value in good + unknown]
    pools: dict[str, list[Any]] = {
        "text": [*words * 3, "", "  ", "\t\n", "2.0", " 1", "1e0", "0x1", "True", "Jan woont hier", "99999", None],
        "empty": [None],
        "nan": [float("nan")],
        "boolean": [True, False, None],
        "integer": [*(n for n in numbers if isinstance(n, int)), *known, None, 1, 7, 300, -40],
        "mixed": [*(v for v in good + unknown if not isinstance(v, float)), "", "unknown", "nee", 3, None],
    }
    floats = [float(n) for n in numbers + known]
    pools["float"] = [*floats * 2, float("nan"), None, 2.5, 1e9, float("inf")]
    return pools


@st.composite
def forms(draw: Draw, it: Instrument, most: int = 12, only_legal: bool = False) -> dict[str, list[Any]]:
    """Columns of any answers, with `case` and the context; a column may be of any type, or not be there.

    With `only_legal` a column holds codes, unknown and blanks alone, in a type that can hold them all.
    """
    n = draw(st.integers(1, most))
    columns: dict[str, list[Any]] = {"case": list(range(n))}
    for i, item in enumerate(it.items):
        if only_legal:
            pool: list[Any] = [*legal(it, item), *it.missing_codes, None]
        else:
            pools = _pools(it, item)
            named = ["text"] if isinstance(legal(it, item)[0], str) else ["integer", "float", "text"]
            kind = draw(st.sampled_from([*named * 3, *pools, *(["absent"] if i else [])]))
            if kind == "absent":
                continue
            pool = pools[kind]
        columns[f"{it.id}_{item}"] = draw(st.lists(st.sampled_from(pool), min_size=n, max_size=n))
    for name, pool in _context(it).items():
        if draw(st.integers(0, 4)):
            columns[name] = draw(st.lists(st.sampled_from(pool), min_size=n, max_size=n))
    for name, pools in speaking(it).items():
        if draw(st.booleans()):
            pool = draw(st.sampled_from(pools))
            columns[name] = draw(st.lists(st.sampled_from(pool), min_size=n, max_size=n))
    columns["note"] = ["kept as it was"] * n
    return columns


def speaking(it: Instrument) -> dict[str, list[list[Any]]]:
    """What the columns may hold that say for whom a form is, each in several types; none that the file reads itself."""
    ages = [
        [17, 18, 1, 120, 121, -1, None],
        [17.9, 2.0, 1.9, 18.0, float("nan"), None],
        ["17", "18.5", "oud", " ", None],
    ]
    needs: list[list[Any]] = [
        ["ja", "nee", "x", "", None],
        [True, False, None],
        [0, 1, 2, None],
        [1.0, 0.0, None],
        [None],
    ]
    who: list[list[Any]] = [["self", "ouder", "teacher", "professional", "buurvrouw", "", None], [None], [1, 2, None]]
    pools = {"age": ages} if it.applies.age is not None else {}
    pools |= dict.fromkeys(it.applies.needs, needs) | {"informant": who}
    return {name: pool for name, pool in pools.items() if name not in it.context}


def _context(it: Instrument) -> dict[str, list[Any]]:
    named = {
        name: [*allowed * 2, "other", "", None] for name, allowed in it.context.items() if isinstance(allowed, tuple)
    }
    return named | {name: [0, 17, 18, 40, 121, None] for name in it.context if name not in named}


def crowd(it: Instrument, n: int, seed: int, blanks: tuple[float, ...] = (0, 0, 0.05, 0.3, 1)) -> dict[str, list[Any]]:
    """Many forms of legal and unknown answers; each form has its own share of blanks."""
    rng = random.Random(seed)
    share = [rng.choice(blanks) for _ in range(n)]
    columns: dict[str, list[Any]] = {"case": list(range(n))}
    for item in it.items:
        codes, none = legal(it, item), [None, *it.missing_codes]
        columns[f"{it.id}_{item}"] = [rng.choice(none) if rng.random() < s else rng.choice(codes) for s in share]
    for name, pool in _context(it).items():
        columns[name] = [rng.choice(pool) for _ in range(n)]
    return columns


def form(columns: dict[str, list[Any]], i: int) -> dict[str, Any]:
    """Return one form of a batch."""
    return {name: values[i] for name, values in columns.items()}
