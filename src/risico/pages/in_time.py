"""What a page says first of a study in time: the one number it is about, in a sentence, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from risico.disclosure import is_withheld
from risico.estimate import Estimate, Estimates
from risico.pages.parts import cannot_tell, capital, difference, margin
from risico.pages.wording import Voice
from risico.plan.in_time import FIRST, NEEDS
from risico.study import Study
from risico.words import number, percent, pick

__all__ = ["NEEDS", "box", "happened", "voice"]


def voice(study: Study, say: Voice) -> Voice:
    """Return how the numbers of a study are said: differences between shares per hundred."""
    if study.design not in NEEDS:
        return say
    part = study.rollout or study.series
    share = study.waits is not None or (part is not None and part.per is not None)
    return replace(say, share=share)


def main_of(estimates: Estimates, study: Study) -> Estimate | None:
    """Return the number that the study is about."""
    return next((e for e in estimates if e.name == FIRST[study.design][0]), None)


def happened(estimates: Estimates, study: Study, say: Voice) -> list[str]:
    """Say what was found of both groups, and the difference."""
    main, say = main_of(estimates, study), voice(study, say)
    if study.waits is None:
        return [_change(main, study, say)]
    name = names(study, say)
    day = f"{study.waits.horizon:g}"
    shares = [e for e in estimates if e.name == "cumulative_incidence" and e.by.get("day") == day]
    told = [percent(e.value, say.language, 0) if e.value is not None else say.short(e) for e in shares]
    out = []
    if len(told) == 2:
        out.append(say("in_time", "shares", day=day, one=told[0], two=told[1], **name))
    return [*out, difference(main, name, say)]


def names(study: Study, say: Voice) -> Mapping[str, str]:
    """Return in words: the two groups and what happened."""
    told = study.waits
    assert told is not None
    arm, reference, outcome = (pick(text, say.language) for text in (*told.arms, told.words))
    group = {"who": say("who", "group", arm=arm), "whose": say("who", "group", arm=reference)}
    people = {"people": say("happened", "persons"), "outcome": capital(outcome)}
    return {"arm": arm, "reference": reference, "about": group["who"], **group, **people}


def _change(main: Estimate | None, study: Study, say: Voice) -> str:
    told = study.rollout or study.series
    assert told is not None
    words = {"outcome": capital(pick(told.words, say.language)), "help": pick(told.help, say.language)}
    if main is None or main.value is None:
        return say("in_time", "none", why=say.why(main) if main else "–", **words)
    if study.series is not None and study.series.per is not None:
        ends = [percent(e, say.language, 1) for e in (main.value, main.low, main.high)]
        return say("in_time", "relative", value=ends[0], low=ends[1], high=ends[2], **words)
    size = say.side(main.value) if say.share else number(main.value, say.language, 3)
    return say("in_time", study.design, size=size, margin=margin(main, say), **words)


def box(estimates: Estimates, study: Study, say: Voice) -> list[str]:
    """Say what follows from it: nothing where it could go either way, and else what else it may be."""
    main, say = main_of(estimates, study), voice(study, say)
    if main is None or main.value is None or is_withheld(main):
        return []
    mind = capital(say.caution(main)) + "." if main.why else ""
    if cannot_tell(main):
        return [" ".join(filter(None, (say("happened", "unsure"), mind)))]
    told = study.waits or study.rollout or study.series
    assert told is not None
    good = (main.value < 0) == (told.worse == "high")
    found = say("in_time", "better" if good else "worse")
    return [" ".join(filter(None, (found, say("beyond_chance", study.design), mind)))]
