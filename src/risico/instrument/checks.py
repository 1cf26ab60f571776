"""What must fit together in an instrument file. All mistakes are found at once, each with its path, reason and mend.

Every check is a function from an instrument to the mistakes it finds; `tests/bad/` holds a broken file for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from risico.errors import did_you_mean
from risico.instrument.conditions import Code, Condition, Test
from risico.instrument.model import MEMORY, Instrument, Levels, NumberContext, Score
from risico.instrument.reach import reach, tables

Mistakes = Iterator[str]
SLUG = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
TEXT_RULES = ("decide", "lookup", "judgement")


def names(it: Instrument) -> Mistakes:
    """Ids are slugs, and no two columns have one name."""
    for name in (it.id, *it.items, *it.scores, *it.bands, *it.alerts):
        if not SLUG.fullmatch(name):
            yield f"{name}: a name is lower case letters, digits and single underscores, as it becomes a column."
    seen = {"missing"}
    for block, entries in (("items", it.items), ("scores", it.scores), ("bands", it.bands), ("alerts", it.alerts)):
        for name in entries:
            if name in seen:
                yield f"{block}.{name}: this name is taken. Two columns would have one name. Choose another."
            seen.add(name)
    for score in it.scores:
        for taken in {f"{score}_low", f"{score}_high"} & seen:
            yield f"scores.{taken}: this name is needed for the bounds of '{score}'. Choose another."


def answers_exist(it: Instrument) -> Mistakes:
    """Each item names an answer set that exists."""
    for name, item in it.items.items():
        if item.answers not in it.answers:
            near = did_you_mean(item.answers, it.answers)
            sets = _list(it.answers)
            yield f"items.{name}.answers: there is no answer set '{item.answers}'. Sets are: {sets}.{near}"


def points_fit(it: Instrument) -> Mistakes:
    """Points stand for every code and no other; a text code needs points before it can be added or reversed."""
    for name, item in it.items.items():
        answers = it.answer_set(name)
        tables = it.point_tables(name)
        if answers.codes is None:
            if item.points or answers.points or item.reverse:
                yield f"items.{name}: a measured number is its own points. Remove reverse and points."
            continue
        for table in tables.values():
            if set(table) != set(answers.codes):
                yield (
                    f"items.{name}: points are given for {_list(table)}, but the codes are {_list(answers.codes)}. "
                    "An answer without points would count as nothing. Give points for each code."
                )
        if item.reverse and not tables:
            yield f"items.{name}.reverse: text codes cannot be reversed without points. Give points for each code."


def parts_exist(it: Instrument) -> Mistakes:
    """A score names items and scores that exist."""
    known = [*it.items, *it.scores]
    for name, score in it.scores.items():
        parts: tuple[str, ...] = (*score.of, *(score.terms or {}))
        for i, part in enumerate(parts):
            if part not in known:
                yield (
                    f"scores.{name}.of[{i}]: there is no item or score '{part}'. A score that names a missing item "
                    f"would silently add nothing. Known are: {', '.join(known)}.{did_you_mean(part, known)}"
                )
        if len(set(score.of)) != len(score.of):
            yield f"scores.{name}.of: an item stands twice. It would count double; give the item a weight if it should."


def no_circle(it: Instrument) -> Mistakes:
    """Scores do not rest on each other in a circle."""
    try:
        it.depths()
    except ValueError as circle:
        yield f"scores: {circle}. None of them could be worked out. Break the circle."


def rules_complete(it: Instrument) -> Mistakes:
    """Each rule has what it needs and nothing else."""
    needed = {"count": "where", "decide": "cases", "lookup": "table", "linear": "terms"}
    for name, score in it.scores.items():
        for rule, key in needed.items():
            given = bool(getattr(score, key))
            if (score.rule == rule) != given:
                what = f"rule {score.rule} needs '{key}'" if score.rule == rule else f"'{key}' belongs to rule {rule}"
                yield f"scores.{name}: {what}."
        if score.rule in ("sum", "mean", "count", "highest", "lowest", "lookup", "judgement") and not score.of:
            yield f"scores.{name}.of: rule {score.rule} needs the items or scores it is made of."
        if score.rule in ("lookup", "judgement") and len(score.of) > 1:
            yield f"scores.{name}.of: rule {score.rule} takes one item or score."
        if score.rule == "decide" and score.otherwise is None:
            yield f"scores.{name}.otherwise: say what holds when no case does."
        if score.where is not None and score.where.blank and not set(score.of) <= set(it.items):
            yield f"scores.{name}.of: blanks are counted among items."
        yield from _points_table(it, name, score)


def _points_table(it: Instrument, name: str, score: Score) -> Mistakes:
    for part in (*score.of, *(score.terms or {})):
        if part not in it.items or score.rule in ("count", "judgement"):
            continue
        tables = it.point_tables(part)
        if not tables and it.codes(part):
            yield f"scores.{name}.of: item '{part}' has text codes without points. They cannot be added up."
        elif tables and score.points not in tables:
            named = _list(table for table in tables if table)
            there_are = f"the point tables {named}. Name the one to use" if named else f"no table '{score.points}'"
            yield f"scores.{name}.points: item '{part}' has {there_are}."


def missing_fits(it: Instrument) -> Mistakes:
    """The way of treating blanks is possible for the score."""
    for name, score in it.scores.items():
        way, parts = score.missing, score.of or tuple(score.terms or ())
        items = [part for part in parts if part in it.items]
        where = f"scores.{name}.missing"
        most = len(it.items_of(name))
        if not 1 <= way.answered <= max(most, 1):
            yield f"{where}.answered: {way.answered} of {most} items cannot be asked for."
        if way.then in ("prorate", "at_least") and (len(items) < len(parts) or score.rule in TEXT_RULES):
            yield f"{where}.then: {way.then} is for a rule over items, not for {score.rule} over other scores."
        if way.then == "prorate":
            if score.rule not in ("sum", "mean"):
                yield f"{where}.then: only a sum or a mean can be prorated."
            ends = {it.point_range(item, score.points) for item in items}
            if len(ends) > 1:
                yield (
                    f"{where}.then: prorate needs items with the same lowest and highest points; here they are "
                    f"{_list(ends)}. A blank on a heavy item would weigh as a light one."
                )
        elif way.round != "none":
            yield f"{where}.round: only a prorated score is rounded."


def ranges_true(it: Instrument) -> Mistakes:
    """A declared range is the range that the declared codes really give."""
    for name, score in it.scores.items():
        true = reach(it, name)
        if score.range is not None and true is not None and tuple(score.range) != true:
            yield (
                f"scores.{name}.range: {list(score.range)} is declared, but the items give {list(true)}. An item is "
                "missing, doubled, or has other codes. Mend the items or the range."
            )


def directions(it: Instrument) -> Mistakes:
    """The declared worse end of each item and of the score agree, so that a forgotten reversal is caught."""
    for name, score in it.scores.items():
        if score.higher_is == "neutral" or score.rule not in ("sum", "mean", "highest", "lowest"):
            continue
        for item in (part for part in score.of if part in it.items):
            worse, codes = it.worse(item), it.codes(item)
            if worse is None:
                yield f"items.{item}: say which end is worse, as score '{name}' has a direction."
                continue
            if codes is None or any(isinstance(code, str) for code in codes):
                continue
            points = it.points(item, score.points)
            low, high = min(points, key=lambda c: float(c)), max(points, key=lambda c: float(c))
            rises = points[high] > points[low]
            if points[high] != points[low] and rises != ((worse == "high") == (score.higher_is == "worse")):
                yield (
                    f"items.{item}: its {worse} end is worse, but in '{name}', where higher is {score.higher_is}, it "
                    "points the other way. A reversal is forgotten, or one too many."
                )


def bands_fit(it: Instrument) -> Mistakes:
    """Levels rise, start at or below the lowest score, and can all be reached."""
    for name, band in it.bands.items():
        if band.of not in it.scores:
            yield f"bands.{name}.of: there is no score '{band.of}'.{did_you_mean(band.of, it.scores)}"
            continue
        ends = reach(it, band.of)
        if ends is None:
            yield f"bands.{name}.of: '{band.of}' is not a number, so it has no levels."
            continue
        for path, levels in band.tables().items():
            where = ".".join((f"bands.{name}.levels", *path))
            yield from _levels(where, levels, ends)
        yield from _by(it, f"bands.{name}", band.by, band.tables())


def _levels(where: str, levels: Levels, ends: tuple[float, float]) -> Mistakes:
    starts = [level.from_ for level in levels]
    if not levels:
        yield f"{where}: there are no levels."
        return
    if sorted(set(starts)) != starts:
        yield f"{where}: levels must rise, each with its own lower bound; here they start at {_list(starts)}."
    if starts[0] > ends[0]:
        yield (
            f"{where}: scores from {ends[0]} to below {starts[0]} have no level. Add one, or one with name: null and a "
            "meaning that says why there is none."
        )
    if starts[-1] > ends[1]:
        yield f"{where}: the level from {starts[-1]} can never be reached; the highest score is {ends[1]}."
    if len({level.value is None for level in levels}) > 1:
        yield f"{where}: levels have either names or values, not both."
    for level in levels:
        if level.name is None and level.value is None and level.meaning is None:
            yield f"{where}: the stretch from {level.from_} has neither name nor value. Say in its meaning why."


def _by(it: Instrument, where: str, by: tuple[str, ...], found: Iterable[tuple[str, ...]]) -> Mistakes:
    for column in by:
        if not isinstance(it.context.get(column), tuple):
            yield f"{where}.by: '{column}' is not a context column with named values. Declare it under context."
            return
    for path in found:
        if len(path) != len(by):
            yield f"{where}.levels: tables are nested {len(path)} deep, but `by` names {len(by)} columns."
            return
        for column, value in zip(by, path, strict=True):
            allowed = it.context[column]
            if isinstance(allowed, tuple) and value not in allowed:
                yield f"{where}.levels: '{value}' is not a value of {column}. Values are: {', '.join(allowed)}."


def tables_fit(it: Instrument) -> Mistakes:
    """A look-up names every value its score can take, for declared context values."""
    for name, score in it.scores.items():
        if score.rule != "lookup" or not score.table:
            continue
        if score.by is not None:
            yield from _by(it, f"scores.{name}", (score.by,), [(str(key),) for key in tables(score)])
        ends = reach(it, score.of[0]) if score.of and score.of[0] in {*it.items, *it.scores} else None
        for key, table in tables(score).items():
            missing = [v for v in range(int(ends[0]), int(ends[1]) + 1) if v not in table] if ends else []
            if missing:
                where = f"scores.{name}.table" + (f".{key}" if key else "")
                yield f"{where}: nothing is given for {_list(missing)}. Those forms would have no result."


def conditions_fit(it: Instrument) -> Mistakes:
    """Conditions ask of things that exist, with values that can occur."""
    for where, condition in conditions(it):
        for leaf in condition.leaves():
            yield from _leaf(it, where, leaf)
    for i, skip in enumerate(it.skip):
        targets = set(skip.then.items)
        for item in targets - set(it.items):
            yield f"skip[{i}].then.items: there is no item '{item}'.{did_you_mean(item, it.items)}"
        for item in targets & set(it.items):
            if skip.then.as_ not in (it.codes(item) or ()):
                yield f"skip[{i}].then.as: {skip.then.as_!r} is not a code of item '{item}'."
        filled = {item for later in it.skip[i:] for item in later.then.items}
        if any(leaf.item is None or leaf.item in filled for leaf in skip.when.leaves()):
            yield f"skip[{i}].when: ask only of items that neither this nor a later skip fills in; skips go in order."


def _leaf(it: Instrument, where: str, leaf: Condition) -> Mistakes:
    if leaf.item is not None:
        if leaf.item not in it.items:
            yield f"{where}: there is no item '{leaf.item}'.{did_you_mean(leaf.item, it.items)}"
        elif it.items[leaf.item].answers in it.answers:
            yield from _test(where, leaf, it.codes(leaf.item))
    elif leaf.score is not None and leaf.score not in it.scores:
        yield f"{where}: there is no score '{leaf.score}'.{did_you_mean(leaf.score, it.scores)}"
    elif leaf.context is not None:
        allowed = it.context.get(leaf.context)
        if allowed is None:
            yield f"{where}: '{leaf.context}' is not declared under context."
        else:
            yield from _test(where, leaf, None if isinstance(allowed, NumberContext) else allowed)


def _test(where: str, test: Test, codes: tuple[Code, ...] | None) -> Mistakes:
    if codes is None:
        return
    for value in test.wanted or ():
        if not any(value == code and isinstance(value, str) == isinstance(code, str) for code in codes):
            yield f"{where}: {value!r} is not among the codes {_list(codes)}. The condition could never be true."
    if test.wanted is None and any(isinstance(code, str) for code in codes):
        yield f"{where}: at_least and below need number codes; these are {_list(codes)}."


def counts_fit(it: Instrument) -> Mistakes:
    """What a count counts is among the codes of its items."""
    for name, score in it.scores.items():
        if score.rule == "count" and score.where is not None:
            for item in (part for part in score.of if part in it.items and it.items[part].answers in it.answers):
                yield from _test(f"scores.{name}.where", score.where, it.codes(item))


def sources_known(it: Instrument) -> Mistakes:
    """Each number names a source of the file, or `memory`."""
    cited = [("nl_status", it.nl_status.source)]
    cited += [(f"scores.{name}", score.source) for name, score in it.scores.items()]
    cited += [(f"bands.{name}", band.source) for name, band in it.bands.items()]
    cited += [(f"alerts.{name}", alert.source) for name, alert in it.alerts.items() if alert.source]
    cited += [(f"evidence[{i}]", entry.source) for i, entry in enumerate(it.evidence)]
    for name, band in it.bands.items():
        levels = (level for table in band.tables().values() for level in table)
        cited += [(f"bands.{name}", level.source) for level in levels if level.source]
    for where, source in cited:
        if source not in it.sources and source != MEMORY:
            known = [*it.sources, MEMORY]
            yield f"{where}.source: there is no source '{source}'. Sources are: {', '.join(known)}."


def judgement_kept(it: Instrument) -> Mistakes:
    """The rater's level is the result of a judged instrument; a sum is for research alone, without a band."""
    if it.status == "computed":
        return
    for name, score in it.scores.items():
        if score.rule in ("sum", "mean", "linear") and not score.research:
            yield f"scores.{name}: a {it.status} instrument is not added up; the rater's own level is the result."
        if score.research and any(band.of == name for band in it.bands.values()):
            yield f"scores.{name}: a research total has no band."


def missing_codes_apart(it: Instrument) -> Mistakes:
    """A code for unknown is not also an answer."""
    for name, answers in it.answers.items():
        for code in set(it.missing_codes) & set(answers.codes or {}):
            yield f"missing_codes: {code!r} is also an answer in '{name}'. Unknown would count as an answer."


def vectors_fit(it: Instrument) -> Mistakes:
    """Vectors name items, context and results that exist."""
    extra = [f"{name}_{end}" for name in (*it.scores, *it.bands) for end in ("low", "high")]
    results = {*it.scores, *it.bands, *it.alerts, "missing", *extra}
    for i, vector in enumerate(it.vectors):
        for name in (*vector.answers, *vector.context):
            if name not in (it.items if name in vector.answers else it.context):
                yield f"vectors[{i}] ({vector.note}): there is no item or context column '{name}'."
        for name in set(vector.expect) - results:
            yield f"vectors[{i}] ({vector.note}): there is no result '{name}'.{did_you_mean(name, results)}"


STAGES: tuple[tuple[Callable[[Instrument], Mistakes], ...], ...] = (
    (names, answers_exist, parts_exist, no_circle),
    (points_fit, conditions_fit, rules_complete, counts_fit),
    (missing_fits, ranges_true, directions, bands_fit, tables_fit),
    (sources_known, judgement_kept, missing_codes_apart, vectors_fit),
)
"""The checks in stages: those of a later stage can only run on what passed the earlier ones."""


def mistakes(instrument: Instrument) -> list[str]:
    """Return every mistake that can be seen at once; empty when the instrument is sound."""
    for stage in STAGES[:-1]:
        found = [mistake for check in stage for mistake in check(instrument)]
        if found:
            return found + [mistake for check in STAGES[-1] for mistake in check(instrument)]
    return [mistake for check in STAGES[-1] for mistake in check(instrument)]


def conditions(it: Instrument) -> Iterator[tuple[str, Condition]]:
    """Yield every condition of a file with its path."""
    for i, skip in enumerate(it.skip):
        yield f"skip[{i}].when", skip.when
    for i, refuse in enumerate(it.refuse):
        yield f"refuse[{i}].when", refuse.when
    for name, score in it.scores.items():
        for i, case in enumerate(score.cases):
            yield f"scores.{name}.cases[{i}].when", case.when
    for name, alert in it.alerts.items():
        yield f"alerts.{name}.when", alert.when


def _list(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values)
