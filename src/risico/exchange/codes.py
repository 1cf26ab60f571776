"""What the codes in a file mean: proposed from the codes that occur and their labels, never assumed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from risico.exchange.columns import as_answers, code_text
from risico.exchange.files import Labelled
from risico.exchange.mapping import Code, Coding
from risico.exchange.meanings import NO, NOT_ASKED, UNKNOWN, YES, meaning, plain
from risico.exchange.reasons import reason
from risico.instrument import Instrument
from risico.words import Language

_USUAL_MISSING = frozenset(
    {"-1", "-7", "-8", "-9", "-77", "-88", "-99", "7", "8", "9", "77", "88", "99", "777", "888", "999"}
)

_NUMBER = re.compile(r"-?\d+")
Words = Mapping[str, tuple[str, ...]]
"""The words of each answer code, in both languages."""
Vocabulary = Mapping[str, tuple[str, ...]]
"""The answer codes of each word."""


@dataclass(frozen=True)
class Seen:
    """The values that occur in the columns of one set of answers, with the labels that the file gives them.

    `differing` are the values that do not have the same label in every column.
    """

    values: frozenset[str]
    labels: Mapping[str, str]
    declared_missing: frozenset[str]
    differing: frozenset[str] = frozenset()


def look(file: Labelled, columns: Iterable[str], codes: Iterable[object] | None) -> Seen:
    """Collect what occurs in some columns of a file that answer with these codes of the instrument."""
    values: set[str] = set()
    labels: dict[str, str] = {}
    missing: set[str] = set()
    differing: set[str] = set()
    codes = tuple(codes or ())
    for column in columns:
        values |= {value for value in as_answers(file.frame[column], codes).unique().to_list() if value is not None}
        for value, label in file.values.get(column, {}).items():
            differing |= {value} if plain(labels.setdefault(value, label)) != plain(label) else set()
        missing |= file.missing.get(column, frozenset())
    return Seen(frozenset(values), labels, frozenset(missing), frozenset(differing))


def propose_coding(instrument: Instrument, answers: str, seen: Seen, language: Language) -> Coding | None:
    """Return what the codes of the file most likely mean, or None when they are those of the instrument.

    `sure` is false wherever the file itself does not settle it: a shift (1-4 for 0-3), a direction (1/2 for yes/no),
    a code such as 9 that is probably a missing answer, or labels that say otherwise than the codes.
    """
    codes = instrument.answers[answers].codes
    legal = {str(code): code for code in codes or {}}
    vocabulary = _vocabulary({str(code): tuple(text.values()) for code, text in (codes or {}).items()})
    told = _told(seen.labels, vocabulary)
    own = {code_text(code) for code in instrument.missing_codes} - set(legal)
    absent = _absent(seen, legal, own, vocabulary, told)
    rest = seen.values - set(absent)
    if codes is None:
        return _coding({}, absent, None) if set(absent) - own else None
    if meant := _by_words(rest, vocabulary, legal):
        return _worded(meant, rest, absent, legal, language)
    rest = _numeric(rest, legal, told)
    coding = _by_labels(rest, told, legal, absent, language) or _by_numbers(rest, legal, absent, language)
    doubts = _label_doubts(seen, rest, legal, told, absent, coding, language)
    if doubts:
        made = coding or same(instrument, answers)
        why = " ".join((*([made.why] if made.why and not made.sure else ()), *doubts))
        return made.model_copy(update={"sure": False, "why": why})
    settled = (
        coding and coding.answers and all(code_text(code) == code_text(ours) for code, ours in coding.answers.items())
    )
    return None if settled and coding and coding.sure and not set(absent) - own else coding


def _worded(
    meant: Mapping[str, str],
    rest: frozenset[str],
    absent: Mapping[str, str],
    legal: Mapping[str, Code],
    language: Language,
) -> Coding:
    """Return the coding of answers in words; one cell that is none of them does not unsettle the rest."""
    mixed = bool(set(meant) & set(legal)) and any(isinstance(code, int) for code in legal.values())
    odd = len(rest - set(meant))
    doubts = [reason("mixed", language)] if mixed else []
    doubts += [reason("odd", language, str(odd))] if odd else []
    return _coding(_ours(meant, legal), absent, " ".join(doubts) or None, sure=not doubts)


def _numeric(rest: frozenset[str], legal: Mapping[str, Code], told: Mapping[str, str]) -> frozenset[str]:
    """Leave out the words that nothing explains where there are codes beside them: they say nothing of the count."""
    codes = {value for value in rest if value in legal or value in told or _NUMBER.fullmatch(value)}
    return frozenset(codes) if codes else rest


def same(instrument: Instrument, answers: str) -> Coding:
    """Return the coding of a file that uses the codes of the instrument."""
    return Coding(answers={code: code for code in instrument.answers[answers].codes or ()})


def _absent(
    seen: Seen, legal: Mapping[str, Code], missing_codes: set[str], vocabulary: Vocabulary, told: Mapping[str, str]
) -> dict[str, str]:
    """Return the values that mean *unknown* or *not asked*, by their own words, their label, or the file's word.

    What the instrument itself takes for an answer is none of these; its own word for unknown is one.
    """
    found = dict.fromkeys(seen.values & missing_codes, UNKNOWN)
    for value in seen.values - missing_codes - set(told):
        means = meaning(value) if plain(value) not in vocabulary and value not in legal else None
        means = means or meaning(seen.labels.get(value, ""))
        if means is None and value in seen.declared_missing and value not in legal:
            means = UNKNOWN
        if means is not None:
            found[value] = means
    return found


def _by_words(rest: frozenset[str], vocabulary: Vocabulary, legal: Mapping[str, Code]) -> dict[str, str] | None:
    """Match answers written in words with the words of the instrument; ja/nee with present/absent.

    None where no word is matched; what is matched by nothing is left out.
    """
    matched = {value: value if value in legal else _code(vocabulary, value, value) for value in rest}
    matched = {value: code for value, code in matched.items() if code}
    return matched if set(matched) - set(legal) else None


def _by_labels(
    rest: frozenset[str],
    told: Mapping[str, str],
    legal: Mapping[str, Code],
    absent: Mapping[str, str],
    language: Language,
) -> Coding | None:
    """Match codes by the labels that the file gives them, also of codes that happen not to occur."""
    if not rest or not rest <= set(told) or len(set(told.values())) < len(told):
        return None
    return _coding(_ours(told, legal), absent, reason("labels", language))


def _label_doubts(
    seen: Seen,
    rest: frozenset[str],
    legal: Mapping[str, Code],
    told: Mapping[str, str],
    absent: Mapping[str, str],
    coding: Coding | None,
    language: Language,
) -> list[str]:
    """Say where the labels of the file speak against the codes, differ between columns, or cannot be read."""
    taken = coding.answers if coding is not None and coding.answers else legal
    ours = {code_text(code): None if meant is None else code_text(meant) for code, meant in taken.items()}
    against = [value for value, code in told.items() if ours.get(value) != code] + [v for v in absent if v in legal]
    differing = seen.differing & (rest | set(legal))
    unread = {v for v in rest & set(seen.labels) - set(told) if _label(v, seen.labels[v]) not in ("", plain(v))}
    settled = len(told) - len(against) > 1
    found = (("against", against), ("differ", differing), ("unread", () if settled else unread))
    return [reason(f"labels_{key}", language, ", ".join(sorted(codes))) for key, codes in found if codes]


def _told(labels: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, str]:
    """Return the code of the instrument that each labelled value has by its label, where that is one of its words."""
    by_label = {value: _code(vocabulary, _label(value, label), value) for value, label in labels.items()}
    return {value: code for value, code in by_label.items() if code}


def _label(value: str, label: str) -> str:
    """Write a label for comparing, without the code that many programs put before it (`1 = soms`)."""
    return plain(label).removeprefix(f"{plain(value)} ")


def _code(vocabulary: Vocabulary, word: str, value: str) -> str:
    """Return the code that has this word; where two have it, the value itself, else the last."""
    codes = vocabulary.get(plain(word), ())
    return value if value in codes else codes[-1] if codes else ""


def _vocabulary(words: Words) -> Vocabulary:
    """Return the codes of each word that the instrument uses for an answer."""
    by_word: dict[str, tuple[str, ...]] = {}
    for code, texts in words.items():
        for text in dict.fromkeys(map(plain, texts)):
            by_word[text] = (*by_word.get(text, ()), code)
    by_word = _parts(words) | by_word
    if set(words) == {"0", "1"}:
        first = {code: {plain(text).split(" ")[0] for text in texts} for code, texts in words.items()}
        if first["0"] & NO or first["1"] & YES:
            by_word |= {**dict.fromkeys(NO, ("0",)), **dict.fromkeys(YES, ("1",))}
    return by_word


def _parts(words: Words) -> dict[str, tuple[str, ...]]:
    """Return the word before brackets and the one within (*laag*, *geel*), and a code in words, where one code has it.

    A part that means unknown is none, nor is a number.
    """
    found: dict[str, set[str]] = {}
    for code, texts in words.items():
        for part in (code, *(part for text in texts for part in re.split(r"[()]", text))):
            if meaning(part) is None and any(sign.isalpha() for sign in part):
                found.setdefault(plain(part), set()).add(code)
    return {part: tuple(codes) for part, codes in found.items() if part and len(codes) == 1}


def _by_numbers(
    rest: frozenset[str], legal: Mapping[str, Code], absent: dict[str, str], language: Language
) -> Coding | None:
    if rest <= set(legal):
        if shift := _could_be_shifted(rest, legal):
            return _coding(_moved(legal, 0), absent, reason(f"maybe_{shift}", language), sure=False)
        return _coding(_moved(legal, 0), absent, None) if absent else None
    if len(legal) == 2 and set(legal) == {"0", "1"} and "2" in rest and rest <= {"1", "2"}:
        return _coding({1: None, 2: None}, absent, reason("one_two", language), sure=False)
    for shift in (1, -1):
        if rest <= set(map(str, _moved(legal, shift))):
            return _coding(_moved(legal, shift), absent, reason("shift", language, _ends(legal, shift)), sure=False)
    likely = {value: UNKNOWN for value in rest & _USUAL_MISSING if value not in legal}
    if likely and rest - set(likely):
        inner = _by_numbers(rest - set(likely), legal, absent | likely, language)
        if inner is not None:
            why = reason("missing_code", language, ", ".join(sorted(likely)))
            both = f"{inner.why} {why}" if inner.why and not inner.sure else why
            return inner.model_copy(update={"sure": False, "why": both})
    return _coding(_moved(legal, 0), absent, reason("illegal", language), sure=True) if absent else None


def _could_be_shifted(rest: frozenset[str], legal: Mapping[str, Code]) -> str | None:
    """Tell whether the codes could as well be counted from one (or zero), because the first (or last) never occurs."""
    numbers = sorted(code for code in legal.values() if isinstance(code, int))
    if not rest or len(numbers) < len(legal) or numbers != list(range(numbers[0], numbers[-1] + 1)):
        return None
    seen = {int(value) for value in rest}
    if numbers[0] == 0 and 0 not in seen:
        return "from_one"
    if numbers[0] == 1 and numbers[-1] not in seen:
        return "from_zero"
    return None


def _moved(legal: Mapping[str, Code], shift: int) -> dict[Code, Code | None]:
    """Return each legal code at the code that a file shifted by so much would have for it."""
    if any(not isinstance(code, int) for code in legal.values()):
        return {code: code for code in legal.values()} if shift == 0 else {}
    return {int(code) + shift: code for code in legal.values()}


def _ends(legal: Mapping[str, Code], shift: int) -> str:
    moved = [int(str(code)) for code in _moved(legal, shift)]
    return f"{min(moved)}-{max(moved)} → {min(moved) - shift}-{max(moved) - shift}"


def _ours(meant: Mapping[str, str], legal: Mapping[str, Code]) -> dict[Code, Code | None]:
    return {value: legal[code] for value, code in sorted(meant.items(), key=lambda pair: list(legal).index(pair[1]))}


def _coding(answers: dict[Code, Code | None], absent: Mapping[str, str], why: str | None, sure: bool = True) -> Coding:
    answers = {code: ours for code, ours in answers.items() if code_text(code) not in absent}
    unknown = tuple(sorted(value for value, means in absent.items() if means == UNKNOWN))
    not_asked = tuple(sorted(value for value, means in absent.items() if means == NOT_ASKED))
    return Coding(answers=answers, unknown=unknown, not_asked=not_asked, sure=sure, why=why)


def strange(instrument: Instrument, answers: str, seen: Seen, coding: Coding | None) -> list[str]:
    """Return the values that neither the instrument nor the coding knows: they stay illegal."""
    known = {str(code) for code in instrument.missing_codes}
    if coding is not None:
        known |= {code_text(code) for code in (*coding.answers, *coding.unknown, *coding.not_asked)}
    entry = instrument.answers[answers]
    if entry.codes is not None and (coding is None or not coding.answers):
        known |= {str(code) for code in entry.codes}
    return sorted(value for value in seen.values - known if not (entry.number and _within(value, entry.number)))


def _within(value: str, ends: tuple[float, float]) -> bool:
    try:
        return ends[0] <= float(value) <= ends[1]
    except ValueError:
        return False
