"""One assignment in plain sentences, in Dutch or English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from risico.profiles.assign import MIXED, TINY, UNCLASSIFIED
from risico.profiles.form import profile
from risico.profiles.rule import ProfileRule, load
from risico.words import Language, number, percent, pick

OWN, UNKNOWN = "eigen_oordeel", "unknown"


def explain(codes: Mapping[str, Any], language: Language = "nl", rule: ProfileRule | None = None) -> tuple[str, ...]:
    """Say the assignment of one form step by step, in plain sentences; the first line is always the proposal label.

    >>> explain({"gezinsprofiel_t1": 0}, "en")[0].split(".")[0]
    'Proposal'
    """
    rule = rule or load()
    found = {name.removeprefix(f"{rule.id}_"): value for name, value in profile(codes, rule).items()}
    label = pick(rule.label, language)
    if found["label"] is None:
        return (label, _WORDS[language]["nothing"])
    lines = [_sentence(slug, found, rule, language) for slug in rule.profiles]
    warnings = [
        ("control_not_assessed", not found["control_assessed"]),
        ("safety_leading", found["safety_leading"]),
        ("no_joint_sessions", found["no_joint_sessions"]),
    ]
    said = [pick(rule.words[name], language) for name, holds in warnings if holds]
    checks = [pick(rule.indicators[name].check, language) for name in rule.checks if found["ask_trauma"]]
    last = pick(rule.words["not_a_risk_level"], language)
    return (label, *lines, _outcome(found, rule, language), *said, *checks, last)


def second_opinion(
    form: Mapping[str, Any], language: Language = "nl", rule: ProfileRule | None = None
) -> tuple[str, ...]:
    """Say what the rule makes of a form, beside the professional's own judgement: never before it is there.

    >>> print(*second_opinion({"gezinsprofiel_t1": 2}, "en"))
    First name the profile that fits best (gezinsprofiel_eigen_oordeel). The rule is a second opinion.
    """
    rule, said = rule or load(), _WORDS[language]
    own = form.get(f"{rule.id}_{OWN}")
    if own is None or own in (UNKNOWN, ""):
        return (said["own_first"].format(column=f"{rule.id}_{OWN}"),)
    title = pick(rule.profiles[own].title, language) if own in rule.profiles else str(own).replace("_", " ")
    codes = {name: value for name, value in form.items() if name in rule.columns}
    if not codes:
        return (said["own"].format(title), said["nothing"])
    return (said["own"].format(title), *explain(codes, language, rule), said["yours"])


def _sentence(slug: str, found: Mapping[str, Any], rule: ProfileRule, language: Language) -> str:
    """Points with their bounds, share assessed, core, and what follows from them."""
    said = _WORDS[language]
    points, low, high, share, core, candidate = (
        found[f"{slug}_{name}"] for name in ("p", "p_low", "p_high", "c", "core", "candidate")
    )
    shown = [number(value, language, 0) for value in (points, low, high)]
    parts = [
        said["points"].format(*shown),
        said["assessed"].format(percent(share, language)),
        said["core"][{True: 0, False: 1, None: 2}[core]],
    ]
    if share < rule.decision.completeness - TINY:
        parts.append(said["too_little"])
    elif candidate:
        parts.append(said["candidate"])
    return f"{pick(rule.profiles[slug].title, language)}: {', '.join(parts)}."


def _outcome(found: Mapping[str, Any], rule: ProfileRule, language: Language) -> str:
    said = _WORDS[language]
    if found["label"] == UNCLASSIFIED:
        return said["unclassified"]
    slugs = [found["primary"], *(found["secondary"] or "").split("+")]
    first, *others = [pick(rule.profiles[slug].title, language) for slug in slugs if slug]
    if found["label"] == MIXED:
        return said["mixed"].format(", ".join([first, *others]))
    beside = said["beside"].format(", ".join(others)) if others else ""
    return said["profile"].format(first) + beside + (said["open"] if found["status"] == "open" else "") + "."


_WORDS: dict[str, dict[str, Any]] = {
    "nl": {
        "points": "{0} punten (tussen {1} en {2})",
        "assessed": "{} beoordeeld",
        "core": ("kern aanwezig", "kern ontbreekt", "kern open"),
        "too_little": "te weinig informatie",
        "candidate": "kandidaat",
        "unclassified": "Niet ingedeeld.",
        "mixed": "Gemengd: {}.",
        "profile": "Profiel volgens het voorstel: {}",
        "beside": "; daarnaast: {}",
        "open": "; wat open staat kan dit nog veranderen",
        "nothing": "Er is niets ingevuld.",
        "own_first": "Noem eerst zelf het profiel dat het best past ({column}). De regel is daarna een tweede mening.",
        "own": "Uw eigen oordeel: {}.",
        "yours": "Uw oordeel geldt. Wijkt de regel af, leg dan vast waarom u bij uw oordeel blijft of het bijstelt.",
    },
    "en": {
        "points": "{0} points (between {1} and {2})",
        "assessed": "{} assessed",
        "core": ("core holds", "core fails", "core open"),
        "too_little": "insufficient information",
        "candidate": "candidate",
        "unclassified": "Unclassified.",
        "mixed": "Mixed: {}.",
        "profile": "Profile by the proposal: {}",
        "beside": "; beside it: {}",
        "open": "; what is open could still change this",
        "nothing": "Nothing was filled in.",
        "own_first": "First name the profile that fits best ({column}). The rule is a second opinion.",
        "own": "Your own judgement: {}.",
        "yours": "Your judgement holds. Where the rule differs, record why you keep it or change it.",
    },
}
