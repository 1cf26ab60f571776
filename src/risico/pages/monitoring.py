"""The part of a page that tells of time: charts with sentences, a funnel that ranks nobody, waiting, and each look."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from risico.disclosure import is_withheld
from risico.estimate import Estimate, Estimates
from risico.pages.parts import Section, Table, capital
from risico.pages.wording import Voice
from risico.plan.monitoring import Monitoring
from risico.plot import Look, plot
from risico.strict import read_yaml
from risico.words import number, percent, pick

COUNTED = ("worker_changes", "phase_reached", "offered_help", "follow_ups")


@cache
def _words() -> Mapping[str, Any]:
    return read_yaml(Path(__file__).parent / "templates" / "monitoring_words.yaml")


def happened(estimates: Estimates, told: Monitoring, say: Voice) -> list[str]:
    """Return in sentences what came out, the most telling of each part."""
    found: list[str] = []
    for kind in _charts(estimates):
        heading, loud = _heading(kind, told, say), [e for e in _of(estimates, kind) if e.name == "signal"]
        found.append(f"{heading}: {_uncapital(_stands_out(_of(estimates, kind), len(loud), say))}")
    if told.funnel:
        found.append(_funnel_said(estimates, told, say))
    if told.looks:
        found.append(_looked(estimates, told, say))
    return found + _waits(estimates, say)


def sections(estimates: Estimates, told: Monitoring, say: Voice) -> list[Section]:
    """Return the sections: each chart, the funnel, the looks, the course and the trend, those that there are."""
    found = [_chart(estimates, kind, told, say) for kind in _charts(estimates)]
    if told.funnel:
        found.append(_funnel(estimates, told, say))
    if told.looks:
        rows = [_shares(e, e.by["look"], say) for e in estimates if e.name == "mean_so_far"]
        table = _table("", "look_head", rows, say)
        found.append(
            Section(title=_say("sections", "looks", say), words=[_looked(estimates, told, say)], tables=[table])
        )
    if told.course:
        found.append(_course(estimates, say))
    if told.course and told.course.trend:
        found.append(Section(title=_say("sections", "trend", say), tables=[_trend(estimates, say)]))
    return found


def _say(part: str, key: str, say: Voice, **filled: object) -> str:
    return pick(_words()[part][key], say.language).format(**filled)


def _label(text: str, say: Voice) -> str:
    known = _words()["labels"].get(text)
    return pick(known, say.language) if known else say.label(text)


def _uncapital(text: str) -> str:
    return text[:1].lower() + text[1:]


def _charts(estimates: Estimates) -> list[str]:
    return list(dict.fromkeys(e.by["chart"] for e in estimates if "chart" in e.by))


def _of(estimates: Estimates, kind: str) -> Estimates:
    return estimates.where(chart=kind)


def _heading(kind: str, told: Monitoring, say: Voice) -> str:
    words = pick(told.chart.words, say.language) if told.chart else ""
    return capital(pick(_words()["charts"][kind], say.language).format(words=words))


def _stands_out(chart: Estimates, loud: int, say: Voice) -> str:
    limits = [e for e in chart if e.name == "expected"]
    if all(e.value is None for e in limits):
        return _say("said", "no_limits", say, why=say.why(limits[0]))
    return _say("said", "loud", say, n=loud) if loud else _say("said", "quiet", say)


def sentence(signal: Estimate, say: Voice) -> str:
    """Say what one signal of a control chart is, in one plain sentence.

    >>> by = {"rule": "shift", "side": "below", "from": "2025-01", "to": "2025-07"}
    >>> sentence(Estimate(name="signal", value=7, by=by), Voice("en"))
    '2025-01 to 2025-07: 7 periods in a row below the mean. Something may have changed that lasts.'
    """
    first, last = signal.by["from"], signal.by["to"]
    span = first if first == last else pick(_words()["span"], say.language).format(first=first, last=last)
    told = pick(_words()["signals"][signal.by["rule"]][signal.by["side"]], say.language)
    return told.format(span=span, n=number(signal.value, say.language))


def _chart(estimates: Estimates, kind: str, told: Monitoring, say: Voice) -> Section:
    chart, heading = _of(estimates, kind), _heading(kind, told, say)
    signals = [e for e in chart if e.name == "signal"]
    steps = told.chart.steps.items() if told.chart else ()
    cautions = dict.fromkeys(say.caution(e) for e in chart if e.name == "expected" and e.value is not None and e.why)
    share = any(e.method.startswith("share") for e in chart)
    look = Look(
        language=say.language, title=heading, axis=_say("axis", "chart", say), percent=share, key=f"chart-{kind}"
    )
    return Section(
        title=heading,
        words=[_stands_out(chart, len(signals), say)],
        points=[sentence(e, say) for e in signals],
        picture=plot(chart, look=look),
        notes=[
            *(_say("said", "step", say, period=p, why=pick(why, say.language)) for p, why in steps),
            *(capital(text) + "." for text in cautions),
            _say("said", "chance", say),
        ],
    )


def _funnel_said(estimates: Estimates, told: Monitoring, say: Voice) -> str:
    assert told.funnel is not None
    outside = {e.by["when"]: e for e in estimates if e.name == "units_outside"}
    units = sum(e.name == "z_before" and e.value is not None for e in estimates)
    before, after = (
        number(e.value, say.language) if e.value is not None else say.why(e)
        for e in (outside["before"], outside["after"])
    )
    words = capital(pick(told.funnel.words, say.language))
    why = capital(pick(told.funnel.why_no_case_mix, say.language)).rstrip(".")
    return _say("said", "funnel", say, words=words, n=units, before=before, after=after, why=why)


def _funnel(estimates: Estimates, told: Monitoring, say: Voice) -> Section:
    names = ("standardised_ratio", "z_after", "funnel_limits")
    drawn = Estimates(e for e in estimates if e.name in names)
    title = _say("sections", "funnel", say)
    look = Look(language=say.language, title=title, axis=_say("axis", "funnel", say), key="funnel")
    picture = plot(drawn, look=look) if any(e.name == "funnel_limits" for e in drawn) else None
    words = [_funnel_said(estimates, told, say)]
    return Section(title=title, words=words, picture=picture, notes=[_say("said", "order", say)])


def _looked(estimates: Estimates, told: Monitoring, say: Voice) -> str:
    assert told.looks is not None
    shown, each = estimates["shown_at_look"], [e for e in estimates if e.name == "mean_so_far"]
    against, words = percent(told.looks.against, say.language, 0), capital(pick(told.looks.words, say.language))
    if shown.value is not None:
        said = _say("said", "shown", say, words=words, look=number(shown.value, say.language), against=against)
    else:
        said = _say("said", "not_shown", say, words=words, looks=len(each), against=against)
    last = each[-1]
    if last.value is None:
        return said
    value, low, high = (percent(x, say.language, 0) for x in (last.value, last.low, last.high))
    return f"{said} {_say('said', 'last', say, value=value, low=low, high=high)}"


def _waits(estimates: Estimates, say: Voice) -> list[str]:
    found: list[str] = []
    for e in estimates:
        if e.name == "waiting_median":
            way = {"from": _label(e.by["from"], say), "to": _label(e.by["to"], say)}
            days = number(e.value, say.language)
            key = "wait" if e.value is not None else "wait_none"
            found.append(_say("said", key, say, **way, days=days, why=say.why(e)))
    return found


def _course(estimates: Estimates, say: Voice) -> Section:
    waits = [
        _shares(e, _say("labels", "days", say, **{k: _label(v, say) for k, v in e.by.items()}), say)
        for e in estimates
        if e.name == "waited_at_most" and "days" in e.by
    ]
    tables = [_table(_say("tables", "waited_at_most", say), "share_head", waits, say)] if waits else []
    for name in COUNTED:
        rows = [_count(e, say) for e in estimates if e.name == name]
        tables.append(_table(_say("tables", name, say), "head", rows, say))
    return Section(title=_say("sections", "course", say), words=_waits(estimates, say), tables=tables)


def _count(e: Estimate, say: Voice) -> list[str]:
    label = capital(" · ".join(_label(text, say) for text in e.by.values())) or "–"
    shown = (say.short(e) if is_withheld(e) else say.why(e)) if e.value is None else number(e.value, say.language)
    return [label, shown, number(e.n, say.language)]


def _shares(e: Estimate, label: str, say: Voice) -> list[str]:
    value, low, high = (percent(x, say.language, 0) for x in (e.value, e.low, e.high))
    return [capital(label), say.short(e) if e.value is None else value, low, high, number(e.n, say.language)]


def _trend(estimates: Estimates, say: Voice) -> Table:
    rows: list[list[str]] = []
    for e in estimates:
        if e.name == "recorded":
            beside = Estimates(x for x in estimates if x.by.get("period") == e.by["period"] and "event" in x.by)
            index, change = (next((x for x in beside if x.name == name), None) for name in ("index", "change"))
            ends = (index.value, index.low, index.high) if index else (None, None, None)
            shown = say.short(e) if e.value is None else number(e.value, say.language)
            rows.append([e.by["period"], shown, *(number(x, say.language, 0) for x in ends), _signed(change, say)])
    return _table(_say("tables", "recorded", say), "trend_head", rows, say)


def _signed(change: Estimate | None, say: Voice) -> str:
    if change is None or change.value is None:
        return "–"
    return ("+" if change.value > 0 else "−" if change.value < 0 else "") + number(abs(change.value), say.language)


def _table(caption: str, head: str, rows: list[list[str]], say: Voice) -> Table:
    titles = _say("tables", head, say).split("|")
    return Table(caption=caption, head=titles, rows=rows, numbers=tuple(range(1, len(titles))))
