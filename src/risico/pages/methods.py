"""The methods paragraph and the references of a set of estimates, made from what the estimates say of themselves."""

from __future__ import annotations

from risico.estimate import Estimates
from risico.words import Language

OPENING = {"nl": "Berekend met risico", "en": "Computed with risico"}
NOTHING = {"nl": "Niet te berekenen", "en": "Not estimable"}
REFERENCES = {"nl": "Bronnen", "en": "References"}


def methods(estimates: Estimates, language: Language = "en") -> str:
    """Return one sentence per method, with what it was used on, what could not be estimated and why, and the sources.

    >>> from risico.estimate import Estimate
    >>> alpha = Estimate(name="alpha", value=0.8, n=90, method="Cronbach", source="Cronbach (1951)")
    >>> print(methods(Estimates([alpha])))
    Computed with risico: alpha (Cronbach; n = 90).
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
    refused = dict.fromkeys(f"{estimate.name}: {estimate.why}" for estimate in estimates if estimate.value is None)
    lines += [f"{NOTHING[language]}: {'; '.join(refused)}."] if refused else []
    sources = {part.strip() for estimate in estimates for part in estimate.source.split(";") if part.strip()}
    return "\n".join([*lines, "", REFERENCES[language], *(f"- {source}" for source in sorted(sources))])
