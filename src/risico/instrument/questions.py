"""Checks on conditions: they ask of what exists, and of values that can occur."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from risico.errors import did_you_mean
from risico.instrument.conditions import Condition, Test, Value
from risico.instrument.model import Instrument, NumberContext, Score
from risico.instrument.reach import estimated, outcomes

Mistakes = Iterator[str]


def conditions_fit(it: Instrument) -> Mistakes:
    """Conditions ask of things that exist, with values that can occur."""
    for where, condition in conditions(it):
        for leaf in condition.leaves():
            yield from _leaf(it, where, leaf)
    for i, skip in enumerate(it.skip):
        for item in skip.then.items:
            if item not in it.items:
                yield f"skip[{i}].then.items: there is no item '{item}'.{did_you_mean(item, it.items)}"
            elif skip.then.as_ not in (it.codes(item) or ()):
                yield f"skip[{i}].then.as: {skip.then.as_!r} is not a code of item '{item}'."
        filled = {item for later in it.skip[i:] for item in later.then.items}
        if any(leaf.score is not None or leaf.item in filled for leaf in skip.when.leaves()):
            yield (
                f"skip[{i}].when: ask only of context, and of items that neither this nor a later skip fills in; skips "
                "go in order."
            )
    for i, refuse in enumerate(it.refuse):
        if any(leaf.score is not None for leaf in refuse.when.leaves()):
            yield f"refuse[{i}].when: ask only of items and context; a form that cannot be right has no scores."


def _leaf(it: Instrument, where: str, leaf: Condition) -> Mistakes:
    if leaf.item is not None:
        if leaf.item not in it.items:
            yield f"{where}: there is no item '{leaf.item}'.{did_you_mean(leaf.item, it.items)}"
        else:
            yield from _test(where, leaf, it.codes(leaf.item), of_item=True)
    elif leaf.score is not None:
        if leaf.score not in it.scores:
            yield f"{where}: there is no score '{leaf.score}'.{did_you_mean(leaf.score, it.scores)}"
        elif _word_of_an_estimate(it, leaf.score):
            yield (
                f"{where}: '{leaf.score}' is a word for a prorated or lowest score, which a blank may change. What "
                "rests on it would seem certain. Ask of the number, or give the look-up then: certain."
            )
        else:
            yield from _test(where, leaf, _words(it, it.scores[leaf.score]))
    elif leaf.context is not None:
        allowed = it.context.get(leaf.context)
        if allowed is None:
            yield f"{where}: '{leaf.context}' is not declared under context."
        else:
            yield from _test(where, leaf, None if isinstance(allowed, NumberContext) else allowed)


def _word_of_an_estimate(it: Instrument, name: str) -> bool:
    """A word has no lowest and highest, so that nothing shows how sure it is."""
    score = it.scores[name]
    looked_up = score.rule == "lookup" and score.missing.then == "none" and _words(it, score) is not None
    return looked_up and any(estimated(it, part) for part in score.of)


def _words(it: Instrument, score: Score) -> tuple[Value, ...] | None:
    """The outcomes of a score that is a word or a yes or no; None for a number."""
    if score.rule == "judgement":
        codes = [it.codes(part) for part in score.of if part in it.items]
        return tuple(str(code) for code in (codes[0] if codes else None) or ())
    found = [value for value in outcomes(score) if value is not None]
    return tuple(dict.fromkeys(found)) if any(isinstance(value, bool | str) for value in found) else None


def _test(where: str, test: Test, codes: Sequence[Value] | None, *, of_item: bool = False) -> Mistakes:
    """What is asked can be answered; `codes` are the values that can occur, None for a measured or computed number."""
    for value in test.wanted or ():
        if codes is None and isinstance(value, bool | str):
            yield f"{where}: {value!r} is asked of a number. The condition could never be true."
        elif codes is not None and not any(
            value == code and isinstance(value, str) == isinstance(code, str) for code in codes
        ):
            yield f"{where}: {value!r} is not among the codes {listed(codes)}. The condition could never be true."
    if test.wanted is None and any(isinstance(code, bool | str) for code in codes or ()):
        yield f"{where}: at_least and below need number codes; these are {listed(codes or ())}."
    elif of_item and codes and all(test.holds(code) for code in codes):
        yield (
            f"{where}: every answer fits ({listed(codes)}), and so does a blank: it would hold for a form on which "
            "nothing was answered. Leave it out, or ask for some of the codes."
        )


def counts_fit(it: Instrument) -> Mistakes:
    """What a count counts is among the codes of its items."""
    for name, score in it.scores.items():
        if score.rule == "count" and score.where is not None and not score.where.blank:
            for part in score.of:
                codes = it.codes(part) if part in it.items else _words(it, it.scores[part])
                yield from _test(f"scores.{name}.where", score.where, codes, of_item=part in it.items)


def conditions(it: Instrument) -> Iterator[tuple[str, Condition]]:
    """Yield every condition of a file with its path."""
    for i, skip in enumerate(it.skip):
        yield f"skip[{i}].when", skip.when
    for i, refuse in enumerate(it.refuse):
        yield f"refuse[{i}].when", refuse.when
    for name, score in it.scores.items():
        for i, case in enumerate(score.cases):
            yield f"scores.{name}.cases[{i}].when", case.when
        if score.only is not None:
            yield f"scores.{name}.only", score.only
    for name, alert in it.alerts.items():
        yield f"alerts.{name}.when", alert.when


def listed(values: Iterable[object]) -> str:
    """Write values one after the other."""
    return ", ".join(str(value) for value in values)
