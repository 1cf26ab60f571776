"""The page of a study: question, expectation, results in one table, what they cannot say, method and small print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from risico.disclosure import OTHER
from risico.estimate import Estimate, Estimates
from risico.pages import in_time, monitoring
from risico.pages.parts import (
    Section,
    Table,
    came_true,
    capital,
    difference,
    for_researchers,
    margin,
    of_how_many,
    raw,
    verdict,
)
from risico.pages.wording import Voice, words
from risico.study import FIRST, SECOND, Study
from risico.words import number, percent, pick


def study_page(estimates: Estimates, study: Study, say: Voice) -> dict[str, Any]:
    """Return what the template needs, but for the small print."""
    shown = Estimates(e for e in estimates if e.name in (*FIRST[study.design], *SECOND[study.design]))
    first = [e for e in shown if e.name in FIRST[study.design] and "without" not in e.by]
    main = next((e for e in shown if e.name == study.estimand), None)
    arms = names_of_arms(study, say)
    expected = study.expected_value
    whole = (e for e in estimates if "without" not in e.by)
    asked = [e for e in whole if expected is not None and e.name == expected.estimand]
    limits = [pick(text, say.language) for text in study.limits]
    happened = [difference(main, arms, say), *raw(estimates, say)] if arms else [_sentence(e, say) for e in first]
    results = [Section(title=say("page", "results"), tables=[_results(shown, study, say)])]
    if study.monitoring is not None:
        happened = monitoring.happened(estimates, study.monitoring, say)
        results = monitoring.sections(estimates, study.monitoring, say)
    box = _box(main, study, arms, say)
    timed = study.design in in_time.NEEDS
    if timed:
        happened, box = in_time.happened(estimates, study, say), in_time.box(estimates, study, say)
    return {
        "name": say("page", "study"),
        "lead": study.id,
        "glossary": _glossary(study, say),
        "happened": happened,
        "came_true": came_true(expected, asked, in_time.voice(study, say), plain=main is None and not timed),
        "box": box,
        "sections": [
            *results,
            Section(title=say("page", "unknown"), points=[*limits, say("unknown", "group")]),
            _method(estimates, shown, study, say),
        ],
    }


def _box(main: Estimate | None, study: Study, arms: Mapping[str, str], say: Voice) -> list[str]:
    low = study.comparison is not None and study.comparison.worse == "high"
    found = verdict(main, study.design, say, arms, lower_is_better=low) if main else ""
    if not found or main is None:
        return []
    return [found + " " + say("box", "chance", margin=margin(main, say))] if main.low is not None else [found]


def _glossary(study: Study, say: Voice) -> list[tuple[str, str]]:
    keys = {
        "reliability": ("alpha", "margin"),
        "agreement": ("agreement", "margin"),
        "validity": ("auc", "found", "raised", "margin"),
        "profiles": ("profile_rule", "classes", "agreement", "margin"),
    }
    told = (say("glossary", key).partition(":") for key in keys.get(study.design, ("margin",)))
    return [(term, text.strip()) for term, _, text in told]


def names_of_arms(study: Study, say: Voice) -> Mapping[str, str]:
    """Return the two arms and the outcome of a comparison in words; nothing for another design."""
    told = study.comparison
    if told is None:
        return {}
    arm, reference, outcome = (pick(text, say.language) for text in (*told.arms, told.words))
    group = "itt" if study.design == "randomized" else "att"
    return {
        "arm": arm,
        "reference": reference,
        "who": say("who", group, arm=arm),
        "whose": say("who", group, arm=reference),
        "about": say("who", study.estimand or group, arm=arm),
        "outcome": capital(outcome),
        "people": say("happened", "persons"),
    }


def _label(estimate: Estimate, say: Voice) -> str:
    parts = (
        f"{say.label(key)} {_told(text, say)}"
        if key in ("at_least", "source", "day", "since", "without")
        else _told(text, say)
        for key, text in estimate.by.items()
        if not (key == "check" and "source" in estimate.by)
    )
    return capital(" · ".join((say.label(estimate.name), *parts)))


def _told(text: str, say: Voice) -> str:
    """Say one label, or two that stand together: from this profile to that, by one coder and by the other."""
    if text == OTHER:
        return say.label("other_labels")
    for between in (" → ", " / "):
        if between in text:
            return between.join(say.label(part) for part in text.split(between))
    return say.label(text)


def _sentence(estimate: Estimate, say: Voice) -> str:
    if estimate.value is None:
        return f"{_label(estimate, say)}: {say.why(estimate)}"
    value, low, high = _written(estimate, say)
    said = f"{_label(estimate, say)}: {value}"
    if estimate.low is None or estimate.high is None:
        return said + (f" ({say.caution(estimate)})." if estimate.why else ".")
    return said + say("results", "between", low=low, high=high)


def _written(e: Estimate, say: Voice) -> tuple[str, str, str]:
    """Write value and ends: a share of families per hundred, anything else as it is."""
    if e.method.startswith("share of families"):
        value, low, high = (percent(x, say.language, 1) for x in (e.value, e.low, e.high))
        return value, low, high
    if e.name == "coding_allows":
        return say.label(f"allows_{e.value:g}"), "–", "–"
    return _number(e.value, say), _number(e.low, say), _number(e.high, say)


def _number(value: float | None, say: Voice) -> str:
    """Write with three figures what is small, and whole numbers for what is large."""
    return number(value if value is None or abs(value) < 100 else round(value), say.language, 3)


def _results(shown: Estimates, study: Study, say: Voice) -> Table:
    rows: list[list[str]] = []
    for e in shown:
        value, low, high = _written(e, say)
        mind = f" ({say.caution(e)})" if e.why and e.value is not None and study.design == "profiles" else ""
        rows.append([_label(e, say) + mind, say.why(e) if e.value is None else value, low, high, of_how_many(e, say)])
    head = say("method", "all_head").split("|")[:-1]
    return Table(caption=pick(study.title, say.language), head=head, rows=rows, numbers=(1, 2, 3, 4))


def _method(estimates: Estimates, shown: Estimates, study: Study, say: Voice) -> Section:
    arms = names_of_arms(study, say)
    parts = [
        ("design", words()["designs"][study.design]["label"][say.language]),
        ("estimand", say("method", study.estimand or study.design)),
        ("outcome", arms.get("outcome", "")),
        ("compared", say("method", "versus", **arms) if arms else ""),
        ("cluster", pick(study.no_cluster, say.language) if study.no_cluster else ""),
        ("margin", say("method", "margin_is")),
    ]
    rows = [[say("method", key), text] for key, text in parts if text]
    how = Table(caption=say("method", "caption"), head=[say("method", "head"), say("method", "what")], rows=rows)
    fold = say("method", "all_fold", n=len(estimates))
    more = for_researchers(estimates, shown, say)
    return Section(title=say("page", "method"), tables=[how], fold=fold, warning=say("unknown", "group"), more=more)
