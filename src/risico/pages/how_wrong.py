"""How wrong a difference could be, in plain sentences: what was not measured, who was not seen, one region."""

from __future__ import annotations

from collections.abc import Mapping

from risico.estimate import Estimate, Estimates
from risico.pages.grade import graded
from risico.pages.parts import Section, Table, cannot_tell, capital, margin, named, one
from risico.pages.wording import Voice
from risico.plan import Plan
from risico.words import number, pick


def how_wrong(estimates: Estimates, plan: Plan, facts: Mapping[str, str], say: Voice) -> Section:
    """Return the section: one sentence, and folded below it each way to be wrong and the grade of the design."""
    name, main = named(plan, say), one(estimates, plan.estimand)
    rows = [
        (say("how_wrong", "hidden"), _hidden(estimates, main, say)),
        (say("how_wrong", "as_strong"), _as_strong(estimates, say)),
        (say("how_wrong", "unseen"), "" if cannot_tell(main) else _unseen(estimates, plan, say, name)),
        *((say("how_wrong", kind), _without(estimates, plan, kind, say)) for kind in ("region", "team")),
        (say("how_wrong", "control"), _control(estimates, plan, say)),
    ]
    head = [say("how_wrong", "head"), say("how_wrong", "answer")]
    told = Table(
        caption=say("how_wrong", "caption_share" if say.share else "caption", **name),
        head=head,
        rows=[[q, a] for q, a in rows if a],
    )
    key = "open" if main is None or main.value is None or cannot_tell(main) else plan.design
    return Section(
        title=say("page", "how_wrong"),
        words=[say("how_wrong", key, **name)],
        fold=say("how_wrong", "fold"),
        warning=say("how_wrong", "warning"),
        more=[*([told] if told.rows else []), graded(estimates, plan, facts, say)],
        notes=[say("how_wrong", "grade_note")],
    )


def _named(estimates: Estimates, name: str, estimand: str = "") -> Estimate | None:
    found = one(estimates, name, estimand)
    return found if found is not None and found.value is not None else None


def _hidden(estimates: Estimates, main: Estimate | None, say: Voice) -> str:
    """Say how much a hidden trait must matter to explain the difference, and to bring no difference into the margin."""
    whole, limit = (_named(estimates, name) for name in ("e_value", "e_value_limit"))
    if whole is None or whole.value is None:
        return ""
    key = "explained_open" if cannot_tell(main) or limit is None else "explained"
    times = "–" if limit is None else _times(limit.value, say)
    return say("how_wrong", key, whole=_times(whole.value, say), limit=times)


def _times(value: float | None, say: Voice) -> str:
    return number(value, say.language, 1)


def _as_strong(estimates: Estimates, say: Voice) -> str:
    """Say what a hidden trait as strong as the strongest that was measured would leave."""
    bounds = [e for e in estimates if e.name == "confounder_bound" and e.value is not None]
    start = next((e.value for e in bounds if e.at == 0), None)
    once = {e.by["covariate"]: e for e in bounds if e.at == 1}
    if start is None or not once:
        return ""
    strongest = max(once, key=lambda name: abs((once[name].value or 0.0) - start))
    thrice = next((e for e in bounds if e.at == 3 and e.by["covariate"] == strongest), None)
    told = say(
        "how_wrong",
        "bound",
        covariate=say.label(strongest),
        start=say.side(start),
        once=say.side(once[strongest].value or 0.0),
    )
    if thrice is None or thrice.value is None:
        return told
    return f"{told} {say('how_wrong', 'bound_more', thrice=say.side(thrice.value))}"


def _unseen(estimates: Estimates, plan: Plan, say: Voice, name: Mapping[str, str]) -> str:
    """Say at which difference among those who were not seen the conclusion turns."""
    points = [e for e in estimates if e.name == "tipping_point"]
    mine = [e for e in points if e.by.get("estimand", plan.estimand) == plan.estimand]
    at_none = next((e for e in mine if e.at == 0), None)
    if at_none is None:
        alone = next((e for e in mine if e.at is None), None)
        return "" if alone is None else capital(say.caution(alone)) + "."
    if at_none.value is None:
        return say("how_wrong", "stands", **name)
    return say("how_wrong", "turns", shift=say.side(at_none.value), **name)


def _without(estimates: Estimates, plan: Plan, kind: str, say: Voice) -> str:
    """Say from where to where the difference runs without one region or team; which one is never told."""
    mine = Estimates(e for e in estimates if e.by.get("unit") == f"one_{kind}")
    low, high = (_named(mine, name, plan.estimand) for name in ("leave_one_out_low", "leave_one_out_high"))
    if low is None or high is None or low.value is None or high.value is None:
        return ""
    return say("how_wrong", f"without_{kind}", low=say.side(low.value), high=say.side(high.value))


def _control(estimates: Estimates, plan: Plan, say: Voice) -> str:
    """Say whether there is a difference where the help cannot make one."""
    found = _named(estimates, "negative_control")
    if found is None or plan.negative_control is None or found.value is None:
        return ""
    words, plain = pick(plan.negative_control.words, say.language), Voice(say.language, share=False)
    told = {"what": words, "difference": plain.side(found.value), "margin": margin(found, plain)}
    return say("how_wrong", "control_clear" if cannot_tell(found) else "control_warns", **told)
