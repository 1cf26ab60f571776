"""The methods paragraph and the references of a set of estimates, made from what the estimates say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable

from risico.estimate import Estimates
from risico.statistics import STATISTICS
from risico.words import Language

OPENING = {"nl": "Berekend met risico", "en": "Computed with risico"}
NOTHING = {"nl": "Niet te berekenen", "en": "Not estimable"}
EQUAL = {
    "nl": "In de tests van risico, op andere gegevens en binnen de marge die daar staat, gelijk aan",
    "en": "In the tests of risico, on other data and within the tolerance given there, equal to",
}
REFERENCES = {"nl": "Bronnen", "en": "References"}
FUNCTION = re.compile(r"([A-Za-z][\w.]*::\w[\w.]*)(?:\([^()]*\))?( \d[\w.-]*\w)?")
PACKAGE = re.compile(r"\b([A-Za-z][A-Za-z0-9]*)( \d+\.\d[\w.-]*\w)")


def methods(estimates: Estimates, language: Language = "en") -> str:
    """Return one sentence per method, with what it was used on, which R functions our tests hold it equal to, what
    could not be estimated and why, and the sources.

    >>> from risico.estimate import Estimate
    >>> alpha = Estimate(name="alpha", value=0.8, n=90, method="Cronbach", source="Cronbach (1951)")
    >>> print(methods(Estimates([alpha])))
    Computed with risico: alpha (Cronbach; n = 90).
    In the tests of risico, on other data and within the tolerance given there, equal to: psych::alpha 2.2.9 (alpha).
    <BLANKLINE>
    References
    - Cronbach (1951)
    """
    said: dict[tuple[str, str], list[str]] = {}
    for estimate in estimates:
        if estimate.value is not None:
            used = f"n = {estimate.n}" if estimate.n is not None else ""
            said.setdefault((estimate.method, used), []).append(estimate.name)
    sentences = [
        f"{', '.join(dict.fromkeys(names))} ({'; '.join(part for part in key if part)})" for key, names in said.items()
    ]
    lines = [f"{OPENING[language]}: {'; '.join(sentences)}."] if sentences else []
    lines += _equal((estimate.name for estimate in estimates if estimate.value is not None), language)
    refused = dict.fromkeys(f"{estimate.name}: {estimate.why}" for estimate in estimates if estimate.value is None)
    lines += [f"{NOTHING[language]}: {'; '.join(refused)}."] if refused else []
    sources = {part.strip() for estimate in estimates for part in estimate.source.split(";") if part.strip()}
    return "\n".join([*lines, "", REFERENCES[language], *(f"- {source}" for source in sorted(sources))])


def reference(name: str) -> str | None:
    """Return the R function, or the package, that the tests hold a statistic equal to, with its version.

    >>> reference("icc_2_1"), reference("pooled_i2"), reference("nobody_knows")
    ('psych::ICC 2.2.9', 'metafor 3.8.1', None)
    """
    row = STATISTICS.get(name)
    found = row and (FUNCTION.search(row.reference) or PACKAGE.search(row.reference))
    return f"{found[1]}{found[2] or ''}" if found else None


def _equal(names: Iterable[str], language: Language) -> list[str]:
    by: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        if (found := reference(name)) is not None:
            by.setdefault(found, []).append(name)
    told = "; ".join(f"{found} ({', '.join(names)})" for found, names in by.items())
    return [f"{EQUAL[language]}: {told}."] if told else []
