"""Words in answer cells that mean *yes*, *no*, *not known* or *not asked*, in Dutch and English."""

from __future__ import annotations

import re

UNKNOWN = "unknown"
NOT_ASKED = "not_asked"

YES = frozenset({"ja", "j", "yes", "y", "aanwezig", "present", "waar", "true", "wel"})
NO = frozenset({"nee", "n", "neen", "no", "afwezig", "absent", "onwaar", "false", "niet"})
_WORDS = {
    UNKNOWN: """?|unknown|onbekend|niet bekend|not known|weet niet|weet ik niet|weet het niet|dont know|do not know|
        geen antwoord|no answer|wil niet zeggen|geweigerd|weigert|refused|onduidelijk|unclear|twijfel""",
    NOT_ASKED: """not asked|niet gevraagd|niet uitgevraagd|niet afgenomen|not administered|nvt|n v t|n a|
        niet van toepassing|niet van toepassing n v t|not applicable|overgeslagen|skipped""",
}
_MEANING = {word.strip(): code for code, words in _WORDS.items() for word in words.split("|")}


def plain(text: str) -> str:
    """Write a text in small letters without punctuation, for comparing.

    >>> plain("Niet van toepassing (n.v.t.)"), plain("?")
    ('niet van toepassing n v t', '?')
    """
    kept = re.sub(r"[^\w?]+", " ", text.lower().replace("'", "").replace("’", "").replace("_", " "))
    return kept.strip()


def meaning(text: str) -> str | None:
    """Return `unknown` or `not_asked` when a word or label means that, else None.

    >>> meaning("Weet ik niet"), meaning("n.v.t."), meaning("soms")
    ('unknown', 'not_asked', None)
    """
    return _MEANING.get(plain(text))
