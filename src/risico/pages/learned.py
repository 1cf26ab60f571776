"""The sections of a learning review: what was meant, how people are, what was done otherwise, said and agreed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from risico.disclosure import cases
from risico.estimate import Estimate, Estimates
from risico.pages.groups import CHANGES, FIRST
from risico.pages.parts import Section, Table, better_when_lower, capital, counted
from risico.pages.wording import Voice
from risico.plan import Outcome
from risico.plan.learning import Agreement, Aim
from risico.plan.team import LearningPlan
from risico.words import number, pick

COHORT = (0.065, 0.30)
"""No violence shortly after the report, and eighteen months later (Verwey-Jonker Institute, cohort of 2016 to 2020)."""
MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}
KINDS = ("veiligheid", "herstel", "omstandigheden", "ervaring")  # never merged; safety first
LINES = 3  # to write agreements on


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is known of one outcome: of how many, why not of the others, and how it went or how many said yes."""

    outcome: Outcome
    whole: int | None
    known: Estimate | None
    reasons: Mapping[str, Estimate]
    change: Mapping[str, Estimate]
    share: Estimate | None

    @property
    def lost(self) -> int | None:
        """Of how many it is not known; None where that is not shown."""
        known = cases(self.known) if self.known else None
        return None if known is None or self.whole is None else self.whole - known

    def people(self, say: Voice) -> str:
        """Say who is counted."""
        return say("learning", "persons" if self.outcome.combine == "each" else "people")

    def yes(self) -> Estimate | None:
        """Return the share of yes among those who are known: as it was counted, or from the best level."""
        best = self.change.get("best")
        if self.share is not None or best is None or best.value is None or not best.n:
            return self.share
        return Estimate(name="outcome", value=best.value / best.n, n=best.n, method="share")


def seen_of(estimates: Estimates, outcome: Outcome) -> Seen:
    """Return what was counted of an outcome."""
    mine = [e for e in estimates if e.by.get("outcome") == outcome.id]
    flow = [e for e in mine if e.name == "flow"]
    everybody = next((e.n for e in mine if e.n), None) if not flow else None
    if everybody is None and outcome.combine != "each":
        everybody = taking_part(estimates)
    return Seen(
        outcome=outcome,
        whole=next((e.n for e in flow if e.n), everybody),
        known=next((e for e in flow if "step" in e.by), None),
        reasons={e.by["reason"]: e for e in flow if "reason" in e.by},
        change={e.by["change"]: e for e in mine if e.name == "change"},
        share=next((e for e in mine if e.name == "outcome"), None),
    )


def taking_part(estimates: Estimates) -> int | None:
    """Return how many households take part; None where that is not shown."""
    whole = counted(estimates, "flow", step="eligible")
    return None if whole is None or whole.value is None else round(whole.value)


def aim_of(estimates: Estimates, aim: Aim) -> tuple[Estimate | None, dict[str, Estimate]]:
    """Return for how many it was done, and the reasons of the others."""
    mine = [e for e in estimates if e.name == "aim" and e.by.get("aim") == aim.id]
    done = next((e for e in mine if "step" in e.by), None)
    return done, {e.by["reason"]: e for e in mine if "reason" in e.by}


def span(day: date, say: Voice) -> str:
    """Write a day as people do."""
    return f"{day.day} {MONTHS[say.language].split()[day.month - 1]} {day.year}"


def whys(reasons: Mapping[str, Estimate], say: Voice) -> str:
    """Say the reasons with their numbers, unsafe first; those that are too small to show stand together at the end."""
    order = sorted(reasons, key=lambda r: (FIRST.index(r) if r in FIRST else len(FIRST), r))
    hidden: dict[str, list[str]] = {}
    shown: list[str] = []
    for reason in order:
        e = reasons[reason]
        if e.value is None:
            hidden.setdefault(say.short(e), []).append(say.label(reason))
        elif e.value:
            shown.append(say("learning", "reason", reason=say.label(reason), n=number(e.value, say.language)))
    few = [
        f"{', '.join(labels)}: {say('learning', 'each', why=why) if len(labels) > 1 else why}"
        for why, labels in hidden.items()
    ]
    return "; ".join([*shown, *few]) or say("withheld", "short")


def meant(estimates: Estimates, plan: LearningPlan, say: Voice) -> Section:
    """Say what the team meant to do, for how many it was done, and why not for the others."""
    section = Section(title=say("learning", "meant"))
    rows: list[list[str]] = []
    bars: list[float | None] = []
    for aim in plan.learning.aims:
        done, reasons = aim_of(estimates, aim)
        words_of = capital(pick(aim.words, say.language))
        least = say("learning", "least", n=number(aim.at_least, say.language))
        if done is None or done.value is None:
            short = say.short(done) if done else "–"
            rows.append([words_of, short, "–", least, say("learning", "hidden")])
        else:
            counts = [number(cases(done), say.language), say.size(done.value)]
            rows.append([words_of, *counts, least, say("learning", _met(aim, done, reasons))])
        bars.append(done.value if done else None)
        if reasons and aim.id != plan.expected_value.estimand:  # those of the question stand at the top
            section.notes.append(say("learning", "why_of", aim=words_of, reasons=whys(reasons, say)))
    caption = say("learning", "meant_caption", n=number(taking_part(estimates), say.language))
    head = say("learning", "meant_head").split("|")
    section.tables.append(Table(caption=caption, head=head, rows=rows, numbers=(1, 2), bars={2: bars}))
    section.notes.append(say("learning", "meant_note"))
    return section


def _met(aim: Aim, done: Estimate, reasons: Mapping[str, Estimate]) -> str:
    """Return whether the aim was met; not yet known while days of the aim are still to come that can make it so."""
    whole, n = done.n or 1, cases(done) or 0
    if 100 * n >= aim.at_least * whole:
        return "met"
    waiting = reasons.get("window_not_over")
    more = 0.0 if waiting is None else whole - n if waiting.value is None else waiting.value
    return "open" if 100 * (n + more) >= aim.at_least * whole else "not_met"


def how_it_went(seen: Sequence[Seen], plan: LearningPlan, say: Voice) -> Section:
    """Say how it went, each kind of outcome by itself, safety first, unknown and worse before better."""
    section = Section(title=say("learning", "went"), paired=True)
    for one in sorted(seen, key=lambda one: KINDS.index(one.outcome.kind)):
        table = _table(one, say)
        if table is None and one.share is not None and one.share.value is not None:
            section.words.append(_alone(one, one.share, say))
        elif table is None:
            section.words.append(say("learning", "went_few", what=_caption(one, say)))
        else:
            section.tables.append(table)
    lost = [one for one in seen if one.reasons and one.outcome.kind == "veiligheid"]
    section.notes += [
        say("learning", "unseen_why", what=_named(one, say), reasons=whys(one.reasons, say)) for one in lost
    ]
    if any(e.value is None for one in seen for e in (*one.change.values(), *filter(None, [one.known]))):
        section.notes.append(say("people", "bars"))
    section.notes.append(say("learning", "went_note"))
    _beside_cohort(section, seen, plan, say)
    return section


def _named(one: Seen, say: Voice) -> str:
    words_of = pick(one.outcome.words, say.language)
    return say("learning", "outcome_is", kind=say("learning", one.outcome.kind), outcome=words_of)


def _caption(one: Seen, say: Voice) -> str:
    n = number(one.whole, say.language)
    return say("learning", "went_caption", what=_named(one, say), n=n, people=one.people(say))


def _table(one: Seen, say: Voice) -> Table | None:
    """Return the table of an outcome; none where no number in it may be shown."""
    rows: list[tuple[str, str, float | None]] = []
    lost = float(one.lost) if one.lost is not None else None
    if one.known is not None:
        shown = say("withheld", "short") if lost is None else number(lost, say.language)
        rows.append((say("learning", "unseen"), shown, lost))
    if one.change:
        for change in CHANGES:
            if change in one.change:
                e = one.change[change]
                rows.append((_change(change, one.outcome, say), _shown(e, say), e.value))
    elif one.share is not None:
        rows += _both_sides(one, one.share, say)
    if all(value is None for _, _, value in rows) or not one.whole:
        return None
    shares = [None if value is None else value / one.whole for _, _, value in rows]
    cells = [[label, text, "–" if s is None else say.size(s)] for (label, text, _), s in zip(rows, shares, strict=True)]
    head = say("learning", "went_head").split("|")
    return Table(caption=_caption(one, say), head=head, rows=cells, numbers=(1, 2), bars={2: shares})


def _alone(one: Seen, share: Estimate, say: Voice) -> str:
    """Say a share of which it is not shown of how many."""
    told = say("learning", "went_share", what=_named(one, say), share=say.size(share.value), people=one.people(say))
    return (
        told
        if share.low is None
        else told + say("results", "between", low=say.size(share.low), high=say.size(share.high))
    )


def _both_sides(one: Seen, share: Estimate, say: Voice) -> list[tuple[str, str, float | None]]:
    """Return yes and no, the bad side first."""
    yes = cases(share)
    no = None if yes is None or share.n is None else share.n - yes
    words_of = pick(one.outcome.words, say.language)
    other = one.outcome.words_if_not
    wrong = pick(other, say.language) if other else say("happened", "not", outcome=words_of)
    both = [(words_of, yes), (wrong, no)] if better_when_lower(one.outcome) else [(wrong, no), (words_of, yes)]
    return [
        (capital(label), _shown(share, say) if n is None else number(n, say.language), None if n is None else float(n))
        for label, n in both
    ]


def _change(change: str, outcome: Outcome, say: Voice) -> str:
    if change == "best" and outcome.yes and outcome.yes.wanted == outcome.levels[:1]:
        return capital(pick(outcome.words, say.language))
    return say.label(change)


def _shown(e: Estimate, say: Voice) -> str:
    """Write a count for a cell of a table: below which number it lies where that is why it is not shown."""
    few = re.match(r"fewer than (\d+) \(withheld\)", e.why or "")
    if few:
        return f"< {few[1]}"
    return say("withheld", "short") if cases(e) is None else number(cases(e), say.language)


def _beside_cohort(section: Section, seen: Sequence[Seen], plan: LearningPlan, say: Voice) -> None:
    """Draw the line of the cohort study only where the same was counted, told by the same, after as long."""
    beside = plan.learning.beside_cohort()
    wrong = [say("learning", "cohort_none")] if beside is None else [say("learning", key) for key in beside[1]]
    one = next((s for s in seen if beside and s.outcome.id == beside[0].id), None)
    found = one.yes() if one else None
    if not wrong and (found is None or found.value is None):
        wrong = [say("learning", "cohort_few")]
    if wrong or found is None or found.value is None:
        section.notes.append(say("learning", "cohort_not", why="; ".join(wrong)))
        return
    told = [
        (say("learning", "cohort_start"), COHORT[0]),
        (say("learning", "cohort_end"), COHORT[1]),
        (say("learning", "cohort_here", n=number(found.n, say.language)), round(found.value, 2)),
    ]
    if one is not None and one.whole and found.n:
        told.append((say("learning", "cohort_worst"), round(found.value * found.n / one.whole, 2)))
    rows = [[label, number(round(100 * share, 1), say.language, 1)] for label, share in told]
    head = say("learning", "cohort_head").split("|")
    bars: dict[int, list[float | None]] = {1: [share for _, share in told]}
    section.tables.append(Table(caption=say("learning", "cohort"), head=head, rows=rows, numbers=(1,), bars=bars))
    section.notes.insert(0, say("learning", "cohort_note"))  # next to its table, also where a sheet ends


def otherwise(estimates: Estimates, plan: LearningPlan, say: Voice) -> list[Section]:
    """Say where the team deliberately did otherwise, and why; nothing where the plan does not ask."""
    told = plan.learning.departures
    if told is None:
        return []
    section = Section(title=say("learning", "otherwise"), notes=[say("learning", "otherwise_note")])
    cases_ = next((e for e in estimates if e.name == "departed"), None)
    if cases_ is None or cases_.value is None:
        section.words.append(say("learning", "otherwise_few"))
    else:
        counts = {"n": number(cases_.value, say.language), "whole": number(taking_part(estimates), say.language)}
        section.words.append(say("learning", "otherwise_all", **counts))
    parts = [e for e in estimates if e.name == "departures" and e.by["reason"] in told.words]
    for e in sorted(parts, key=lambda e: (e.value is None, -(e.value or 0))):
        words_of = pick(told.words[e.by["reason"]], say.language)
        shown = e.value is not None
        section.points.append(
            say("learning", "otherwise_one", n=_shown(e, say), words=capital(words_of))
            if shown
            else f"{capital(words_of)}: {say.short(e)}"
        )
    return [section]


def quotes(plan: LearningPlan, say: Voice) -> list[Section]:
    """Return what was said, as it was typed and released."""
    told = plan.learning.quotes
    if not told:
        return []
    order = sorted(told, key=lambda q: q.who == "expert_by_experience")
    points = [say("learning", q.who, text=pick(q.text, say.language)) for q in order]
    who = ", ".join(dict.fromkeys(pick(q.released_by, say.language) for q in told))
    when = ", ".join(dict.fromkeys(span(q.released, say) for q in told))
    return [
        Section(title=say("learning", "said"), points=points, notes=[say("learning", "said_note", who=who, when=when)])
    ]


def agreements(plan: LearningPlan, say: Voice) -> list[Section]:
    """Return the agreements of last time, ticked or not."""
    told = plan.learning.agreements
    if not told:
        return []
    done = sum(a.done for a in told)
    words_of = [say("learning", "agreements_done", done=done, n=len(told))]
    rows = [_agreement(a, say) for a in sorted(told, key=lambda a: a.done)]
    head = say("learning", "agreements_head").split("|")
    table = Table(caption="", head=head, rows=rows)
    return [Section(title=say("learning", "agreements"), words=words_of, tables=[table])]


def _agreement(a: Agreement, say: Voice) -> list[str]:
    who, what, partner, because = (pick(text, say.language) for text in (a.who, a.what, a.partner, a.because))
    told = say("learning", "because", what=what, because=because) if because and not a.done else what
    return [say("learning", "ticked" if a.done else "unticked"), who, told, span(a.when, say), partner or "–"]


def now(say: Voice) -> Section:
    """Return room to write what is agreed now."""
    labels = tuple(say("learning", "now_write").split("|"))
    return Section(title=say("learning", "now"), notes=[say("learning", "now_note")], write=[labels] * LINES)
