"""How a page says a number: in one language, in sentences, and never more than the design allows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from risico.disclosure import BESIDE, UNSAID
from risico.estimate import Estimate
from risico.strict import read_yaml
from risico.words import Language, number, pick


@cache
def words() -> Mapping[str, Any]:
    """Return the words of the review, by part and key, each in nl and en."""
    return read_yaml(Path(__file__).parent / "templates" / "review_words.yaml")


@cache
def _statistics() -> Mapping[str, Any]:
    return read_yaml(Path(__file__).parent / "templates" / "statistic_words.yaml")


def statistic(name: str, language: Language) -> str:
    """Return the name of a statistic as a journal prints it; a suffix says with which weights or forms.

    >>> statistic("cohen_kappa_linear", "en"), statistic("omega_total", "nl")
    ("Cohen's kappa, linear weights", 'omega totaal')
    """
    known, suffixes = _statistics()["names"], _statistics()["suffixes"]
    if name in known:
        return pick(known[name], language)
    for suffix, words_of in suffixes.items():
        if name.endswith(f"_{suffix}"):
            return f"{statistic(name.removesuffix(f'_{suffix}'), language)}, {pick(words_of, language)}"
    return name.replace("_", " ")


def forbidden(text: str, design: str, language: Language) -> list[str]:
    """Return the words in a text that a result of this design may not use.

    >>> forbidden("This is proven.", "adjusted", "en")
    ['proven']
    """
    return [word for word in words()["designs"][design]["forbidden"][language] if re.search(rf"\b{word}\b", text, re.I)]


@dataclass(frozen=True)
class Voice:
    """Picks the words of one language and writes numbers; `share` says that the outcome is counted per hundred, with so
    many decimals.
    """

    language: Language
    share: bool = True
    decimals: int = 0

    def __call__(self, part: str, key: str, **filled: object) -> str:
        """Return the words of a part of the page, filled in."""
        return pick(words()[part][key], self.language).format(**filled)

    def label(self, name: str) -> str:
        """Return the name of a profile, step or arm as people say it; the name itself where no words are kept."""
        known = words()["labels"].get(name)
        return pick(known, self.language) if known else statistic(name, self.language)

    def size(self, value: float | None) -> str:
        """Write the size of a share per hundred, or of a mean, without its sign."""
        if value is None:
            return number(None, self.language)
        value = abs(100 * value if self.share else value)
        digits = (self.decimals if value >= 1 or not value else 1) if self.share else (0 if value >= 100 else 2)
        return number(round(value, digits), self.language, digits)

    def per_hundred(self, share: float) -> str:
        """Write a share per hundred, whatever the outcome is counted in."""
        return Voice(self.language).size(share)

    def short(self, estimate: Estimate) -> str:
        """Say in a few words, for a cell of a table, why there is no number."""
        why = self.why(estimate)
        return self("withheld", "short") if "withheld" in (estimate.why or "") and len(why) > 30 else why

    def signed(self, value: float | None) -> str:
        """Write a difference with its sign: a minus or a plus."""
        if value is None:
            return self.size(None)
        text = self.size(value)
        return text if not text.strip("0,.") else ("−" if value < 0 else "+") + text

    def side(self, value: float) -> str:
        """Write a difference in words: 7 fewer, 2 more, no difference."""
        if not self.size(value).strip("0,."):
            return self("happened", "none_of")
        kind = ("less_of", "more_of") if self.share else ("lower_of", "higher_of")
        return self("happened", kind[value > 0], size=self.size(value))

    def why(self, estimate: Estimate) -> str:
        """Say in the reader's language why there is no number; what has no translation is given as it is."""
        reason = estimate.why or ""
        few = re.fullmatch(r"fewer than (\d+) \(withheld\)", reason)
        if few:
            return self("withheld", "small", n=few[1])
        if "withheld" in reason:
            kind = "earlier" if "earlier release" in reason else "team" if "one" in reason.split() else "rest"
            return self("withheld", {BESIDE: "beside", UNSAID: "unsaid"}.get(reason, kind))
        if self.language == "en":
            return reason
        found = _in_dutch(reason)
        return f"{self('withheld', 'cannot')}: {found}" if found else f"{self('withheld', 'cannot')} ({reason})"

    def caution(self, estimate: Estimate) -> str:
        """Say in the reader's language what to mind about a number that is there."""
        reason = estimate.why or ""
        return reason if self.language == "en" else _in_dutch(reason) or reason


def _in_dutch(reason: str) -> str | None:
    known = ((re.fullmatch(each["like"], reason), each["nl"]) for each in words()["reasons"])
    return next((told.format(*match.groups()) for match, told in known if match), None)
