"""What must fit together in an instrument file. All mistakes are found at once, each with its path, reason and mend.

Every check is a function from an instrument to the mistakes it finds; `tests/bad/` holds a broken file for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from risico.errors import did_you_mean
from risico.instrument.aside import place, without
from risico.instrument.beside_checks import applies_fit, clocks_run, evidence_fits, hints_point, kept_apart
from risico.instrument.blanks import missing_fits, skips_agree
from risico.instrument.levels import bands_fit, tables_fit
from risico.instrument.model import MEMORY, Instrument, Score
from risico.instrument.questions import conditions_fit, counts_fit, listed
from risico.instrument.reach import outcomes, reach
from risico.instrument.shown import helpers_fit, marks_fit, outcomes_worded
from risico.instrument.variant_checks import variants_fit, versions_fit

Mistakes = Iterator[str]
SLUG = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
KEYS = {
    "sum": ("of", "points"),
    "mean": ("of", "points"),
    "highest": ("of", "points"),
    "lowest": ("of", "points"),
    "count": ("of where", ""),
    "decide": ("cases otherwise", ""),
    "lookup": ("of table", "by points"),
    "linear": ("terms", "constant points"),
    "judgement": ("of", ""),
    "goal_attainment": ("goals rho", ""),
}
"""What each rule needs, and what it may have besides."""


def names(it: Instrument) -> Mistakes:
    """Ids are slugs, and no two columns have one name."""
    blocks = {"items": it.items, "scores": it.scores, "bands": it.bands, "alerts": it.alerts}
    named = [("id", it.id), *((f"context.{name}", name) for name in it.context)]
    named += [(f"{block}.{name}", name) for block, entries in blocks.items() for name in entries]
    for where, name in named:
        if not SLUG.fullmatch(name):
            yield f"{where}: a name is lower case letters, digits and single underscores, as it becomes a column."
    seen = {"missing", "outside"}
    for block, entries in blocks.items():
        for name in entries:
            if name in seen:
                yield f"{block}.{name}: this name is taken. Two columns would have one name. Choose another."
            seen.add(name)
    for name in (*it.scores, *it.bands):
        for taken in (f"{name}_low", f"{name}_high"):
            if taken in seen:
                yield f"{taken}: this name is needed for the bounds of '{name}'. Choose another."


def outcomes_named(it: Instrument) -> Mistakes:
    """Levels and outcomes are slugs, as they stand in a column; the outcomes of one score are all of one kind."""
    words = [
        (f"bands.{name}.levels", level.name)
        for name, band in it.bands.items()
        for table in band.tables().values()
        for level in table
        if level.name is not None
    ]
    for name, score in it.scores.items():
        found = [value for value in outcomes(score) if value is not None]
        words += [(f"scores.{name}", value) for value in found if isinstance(value, str)]
        if (
            len(
                {
                    float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
                    for value in found
                }
            )
            > 1
        ):
            yield f"scores.{name}: the outcomes are of several kinds ({listed(found)}), but stand in one column."
    for where, word in dict.fromkeys(words):
        if not SLUG.fullmatch(word):
            yield f"{where}: '{word}' is not lower case letters, digits and single underscores. Say more under meaning."


def answers_exist(it: Instrument) -> Mistakes:
    """Each item names an answer set that exists."""
    for name, item in it.items.items():
        if item.answers not in it.answers:
            near = did_you_mean(item.answers, it.answers)
            sets = listed(it.answers)
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
                    f"items.{name}: points are given for {listed(table)}, but the codes are {listed(answers.codes)}. "
                    "An answer without points would count as nothing. Give points for each code."
                )
        if item.reverse and not tables:
            yield f"items.{name}.reverse: text codes cannot be reversed without points. Give points for each code."


def parts_exist(it: Instrument) -> Mistakes:
    """There is a score, and each names items and scores that exist."""
    if not it.scores:
        yield "scores: there is none, so nothing comes out of a form. Give one; a judgement copies what a rater gave."
    known = [*it.items, *it.scores]
    for name, score in it.scores.items():
        for i, part in enumerate(score.parts):
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
    every = {key for keys in KEYS.values() for key in " ".join(keys).split()}
    for name, score in it.scores.items():
        needed, allowed = (keys.split() for keys in KEYS[score.rule])
        given = {key for key in every & score.model_fields_set if getattr(score, key) not in (None, (), {})}
        for key in needed:
            if key not in given:
                yield f"scores.{name}.{key}: rule {score.rule} needs it."
        for key in sorted(given - {*needed, *allowed}):
            yield f"scores.{name}.{key}: rule {score.rule} does not use it. It would be ignored."
        if score.rule in ("lookup", "judgement") and len(score.of) > 1:
            yield f"scores.{name}.of: rule {score.rule} takes one item or score."
        if score.rule == "judgement" and not set(score.of) <= set(it.items):
            yield f"scores.{name}.of: a judgement is an item, in which the rater gave a level."
        if score.rule == "decide" and not any(leaf.context is None for leaf in score.asked()):
            yield f"scores.{name}.cases: they ask of no item and no score. A result that no answer changes is none."
        if score.where is not None and score.where.blank and not set(score.of) <= set(it.items):
            yield f"scores.{name}.of: blanks are counted among items."
        if score.rule == "goal_attainment" and not set(score.parts) <= set(it.items):
            yield f"scores.{name}.goals: a goal is an item for how far it came, with an item for its weight."
        yield from _points_table(it, name, score)


def _points_table(it: Instrument, name: str, score: Score) -> Mistakes:
    for part in score.parts:
        if part not in it.items or score.rule in ("count", "judgement"):
            continue
        tables = it.point_tables(part)
        if not tables and it.codes(part):
            yield f"scores.{name}.of: item '{part}' has text codes without points. They cannot be added up."
        elif tables and score.points not in tables:
            named = listed(table for table in tables if table)
            there_are = f"the point tables {named}. Name the one to use" if named else f"no table '{score.points}'"
            yield f"scores.{name}.points: item '{part}' has {there_are}."


def parts_numeric(it: Instrument) -> Mistakes:
    """What is added up, counted or looked up is a number."""
    for name, score in it.scores.items():
        for part in score.parts:
            if part in it.scores and reach(it, part) is None:
                yield f"scores.{name}.of: score '{part}' is not a number. Ask about it in the cases of a decision."


def ranges_true(it: Instrument) -> Mistakes:
    """A declared range is the range that the declared codes really give."""
    for name, score in it.scores.items():
        true = reach(it, name)
        if score.range is None or true is None:
            continue
        if score.only is not None and true[0] <= score.range[0] <= score.range[1] <= true[1]:
            continue  # its condition may keep it from one end; the proof looks whether it does
        if tuple(score.range) != true:
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


def sources_known(it: Instrument) -> Mistakes:
    """Each number names a source of the file, or `memory`."""
    cited = [("nl_status", it.nl_status.source)]
    cited += [(f"scores.{name}", score.source) for name, score in it.scores.items()]
    cited += [(f"scores.{name}.missing", e.missing.source) for name, e in it.scores.items() if e.missing.source]
    cited += [(f"bands.{name}", band.source) for name, band in it.bands.items()]
    cited += [(f"alerts.{name}", alert.source) for name, alert in it.alerts.items() if alert.source]
    cited += [(f"evidence[{i}]", entry.source) for i, entry in enumerate(it.evidence)]
    for name, band in it.bands.items():
        levels = (level for table in band.tables().values() for level in table)
        cited += [(f"bands.{name}", level.source) for level in levels if level.source]
        groups = band.normed.values() if isinstance(band.normed, dict) else [band.normed] if band.normed else []
        cited += [(f"bands.{name}.normed", group.source) for group in groups]
    for where, source in cited:
        if source not in it.sources and source != MEMORY:
            known = [*it.sources, MEMORY]
            yield f"{where}.source: there is no source '{source}'. Sources are: {', '.join(known)}."


def judgement_kept(it: Instrument) -> Mistakes:
    """The rater's level is the result of a judged instrument; a sum is for research alone, without a band."""
    if it.status == "computed":
        return
    for name, score in it.scores.items():
        if score.rule in ("sum", "mean", "linear") and not score.research and not _is_gap(it, score):
            yield f"scores.{name}: a {it.status} instrument is not added up; the rater's own level is the result."
        if score.research and any(band.of == name for band in it.bands.values()):
            yield f"scores.{name}: a research total has no band."


def _is_gap(it: Instrument, score: Score) -> bool:
    """Return whether a score of a record is one answer less another: how far apart two answers are, no total."""
    return it.status == "record" and score.constant == 0 and sorted((score.terms or {}).values()) == [-1, 1]


def missing_codes_apart(it: Instrument) -> Mistakes:
    """A code for unknown is not also an answer."""
    for name, answers in it.answers.items():
        for code in it.missing_codes:
            inside = answers.number and isinstance(code, int) and answers.number[0] <= code <= answers.number[1]
            if inside or str(code) in map(str, answers.codes or ()):
                yield f"missing_codes: {code!r} is also an answer in '{name}'. Unknown would count as an answer."


def vectors_fit(it: Instrument) -> Mistakes:
    """Vectors name items, context and results that exist."""
    extra = [f"{name}_{end}" for name in (*it.scores, *it.bands) for end in ("low", "high")]
    results = {*it.scores, *it.bands, *it.alerts, "missing", *extra}
    for i, vector in enumerate(it.vectors):
        for name in (*vector.answers, *vector.context):
            if name not in (it.items if name in vector.answers else it.context):
                yield f"vectors[{i}] ({vector.note}): there is no item or context column '{name}'."
        for name in vector.expect:
            if name not in results:
                yield f"vectors[{i}] ({vector.note}): there is no result '{name}'.{did_you_mean(name, results)}"


STAGES: tuple[tuple[Callable[[Instrument], Mistakes], ...], ...] = (
    (names, answers_exist, parts_exist, no_circle),
    (points_fit, rules_complete, outcomes_named, variants_fit),
    (conditions_fit, counts_fit, parts_numeric),
    (missing_fits, skips_agree, ranges_true, directions, bands_fit, tables_fit, versions_fit),
    (outcomes_worded, marks_fit, helpers_fit),
    (
        sources_known,
        judgement_kept,
        missing_codes_apart,
        vectors_fit,
        applies_fit,
        evidence_fits,
        kept_apart,
        clocks_run,
        hints_point,
    ),
)
"""The checks in stages: those of a later stage can only run on what passed the earlier ones; the last on anything."""


def mistakes(instrument: Instrument) -> list[str]:
    """Return every mistake, each once; empty when the instrument is sound.

    What a stage finds broken is set aside with all that rests on it, and the next stage looks at what is left.
    """
    found: list[str] = []
    here = instrument
    for stage in STAGES[:-1]:
        told = [mistake for check in stage for mistake in check(here)]
        here = without(here, map(place, told))
        found += told
    found += [mistake for check in STAGES[-1] for mistake in check(instrument)]
    return list(dict.fromkeys(found))
