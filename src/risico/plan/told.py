"""Words that a person typed for others to read: short, and without what tells who somebody is.

What is typed about families travels further than any number. A name, a date of birth or a case number is therefore
refused where it is typed, and so is what stands in a form: a sentence of a form was said to one professional.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator

from risico.plan.measures import Text

LONGEST: Final = 300
TELLING: Final = {
    "a long number or a case number": re.compile(r"\d{4,}|\d+[-/.]\d+[-/.]\d+|\b[A-Z]{1,3}-?\d{2,}|\b\d{2,}-\d{2,}"),
    "a date": re.compile(r"\b\d{1,2} (?:jan|feb|m(?:aa)?rt|mar|apr|mei|may|jun|jul|aug|sep|o[ck]t|nov|dec)\w*\b", re.I),
    "a postcode": re.compile(r"\b\d{4} ?[A-Z]{2}\b"),
    "an address for mail or telephone": re.compile(r"\S+@\S+|\+\d{2}"),
    "a title with a name": re.compile(
        r"\b(?i:mevrouw|meneer|mevr|dhr|mw|mrs|mr|ms|dr)\b\.? (?:van |de |der |den )*[A-Z]"
    ),
}
KNOWN: Final = re.compile(
    "Veilig|Thuis|Raad|Kinderbescherming|Oranje|Huis|Nederland|Nederlandse?|Engelse?|Dutch|English|I|"
    "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
"""Words with a capital that are no name of somebody."""
CAPITAL: Final = re.compile(r"(?<![.!?:…\"'‘“„] )(?<![.!?…\"'‘“„])(?<!^)\b[A-Z][a-zà-ÿ]+")
SPEAKER: Final = re.compile(
    r"(?:^|[.!?] )([A-Z][a-zà-ÿ]+) (?:zei|zegt|vond|vindt|vertelde|wilde|kwam|said|says|told|felt)\b"
)
PRONOUNS: Final = re.compile(
    "Ik|Jij|Je|Wij|We|Hij|Zij|Ze|Het|Dat|Dit|Die|Iemand|Niemand|Iedereen|Mama|Papa|Moeder|Vader|Oma|Opa|Een|Ouders|"
    "Kinderen|I|You|He|She|It|They|That|This|Somebody|Nobody|Everybody|Mother|Father|Mum|Dad"
)


def telling(text: str) -> list[str]:
    """Return what in a text could tell who somebody is, in words, without the text itself.

    It finds patterns, no more: whoever releases a text has read it.

    >>> telling("Ik wist niet wie ik moest bellen."), telling("Ze heeft Fatima drie keer gebeld over 2026-114.")
    ([], ['a long number or a case number', 'a word with a capital, which may be a name'])
    """
    found = [what for what, pattern in TELLING.items() if pattern.search(text)]
    names = [word for word in CAPITAL.findall(text) if not KNOWN.fullmatch(word)]
    names += [word for word in SPEAKER.findall(text) if not PRONOUNS.fullmatch(word)]
    return found + (["a word with a capital, which may be a name"] if names else [])


def _readable(said: dict[str, str] | str) -> dict[str, str] | str:
    for text in [said] if isinstance(said, str) else said.values():
        if not text.strip():
            raise ValueError("these words are empty")
        if len(text) > LONGEST:
            raise ValueError(f"this is longer than {LONGEST} characters. What is read aloud is short")
        if found := telling(text):
            raise ValueError(f"this holds {' and '.join(found)}. Write it so that nobody can be recognised")
    return said


Said = Annotated[str | Text, AfterValidator(_readable)]
"""A short text in one language, or in both, that tells of nobody who it is."""


def copied(text: str, cell: str, *, run: int = 5) -> bool:
    """Tell whether a text and a cell of a form share so many words in a row, whatever their capitals and commas.

    >>> copied("Zij zei: niemand belde mij ooit terug.", "moeder zegt niemand belde mij ooit terug die week")
    True
    """
    mine, theirs = (re.findall(r"\w+", words.lower()) for words in (text, cell))
    size = min(run, len(mine))
    parts = {tuple(theirs[i : i + size]) for i in range(len(theirs) - size + 1)}
    return any(tuple(mine[i : i + size]) in parts for i in range(len(mine) - size + 1))
