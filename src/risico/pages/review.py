"""The learning review: from released Estimates and a plan to one page that a team reads together.

Order: our question, what we expected and what happened, who this is about, how people are doing (worst first), what we
do not know and how many more families that takes, by family profile (folded when nothing can be said), method and
sources, small print. No ranking, no traffic light, nothing from elsewhere; what a design may not say it does not say
(`review_words.yaml`).

    html = review(estimates, plan, facts=tags, language="nl")
    path = write("out/review.html", estimates, plan, facts=tags)

What it reads, by name of the Estimates; anything else goes into the table of all results:

    flow                   by {step}       counts, from eligible to analysed, with reasons
    outcome                by {arm}        share or mean of the outcome in each arm
    change                 by {change}     counts: worse, same, better, stopped since the start
    itt cace att ate                       the difference for everybody
    heterogeneity_p        by {estimand}   do the profiles differ at all; and `more_families`, `line_equal`
    profile_effect(_pooled)  by {estimand, profile}
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from risico.disclosure import Released, is_withheld
from risico.errors import MissingExtra
from risico.estimate import Estimate, Estimates
from risico.pages import parts
from risico.pages.parts import Section, better_when_lower, is_share, named, one
from risico.pages.study import study_page
from risico.pages.wording import Voice, words
from risico.plan import Plan
from risico.study import Study
from risico.words import Language, number

HERE = Path(__file__).parent / "templates"
CHANGES = ("worse", "same", "better")  # the order on the page


def write(
    path: Path | str,
    estimates: Released,
    plan: Plan | Study,
    *,
    facts: Mapping[str, str] | None = None,
    language: Language = "nl",
) -> Path:
    """Write the review to a file and return its path; the folder is made when it is not there."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(review(estimates, plan, facts=facts, language=language), encoding="utf-8")
    return path


def review(
    estimates: Released, plan: Plan | Study, *, facts: Mapping[str, str] | None = None, language: Language = "nl"
) -> str:
    """Return the page as HTML, complete in itself. `facts` are the tags of the run, for the small print.

    Raises MissingExtra without Jinja2 or matplotlib.
    """
    say = Voice(language, share=isinstance(plan, Plan) and is_share(plan.outcome))
    page = _page(estimates, plan, say) if isinstance(plan, Plan) else study_page(estimates, plan, say)
    page |= {
        "title": plan.title.model_dump()[language],
        "banners": _banners(plan, say),
        "question": plan.question.model_dump()[language],
        "expected": plan.expected.model_dump()[language],
        "small": _small(estimates, plan, facts or {}, say),
    }
    return render(page, language)


def _page(estimates: Released, plan: Plan, say: Voice) -> dict[str, Any]:
    main = one(estimates, plan.estimand)
    verdict = parts.verdict(main, plan.design, say, lower_is_better=better_when_lower(plan.outcome))
    return {
        "name": say("page", "name"),
        "lead": _lead(estimates, plan, say),
        "happened": _happened(estimates, main, plan, say),
        "verdict": " ".join(filter(None, (verdict, verdict and parts.missing(estimates, say)))),
        "sections": [
            parts.followed(estimates, plan, say),
            parts.people(estimates, plan, say),
            parts.unknown(estimates, main, plan, say),
            parts.profiles(estimates, plan, say),
            Section(title=say("page", "talk"), points=[t[say.language] for t in words()["talk"]]),
            parts.method(estimates, plan, say),
        ],
    }


def render(page: Mapping[str, Any], language: Language) -> str:
    """Fill the template; everything is escaped but our own style sheet and pictures."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtra("Writing a review", "report") from error
    css = (HERE / "review.css").read_text(encoding="utf-8")
    for section in page["sections"]:
        section.picture = section.picture and Markup(section.picture)
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("review.html.j2").render(
        page=page,
        language=language,
        word={key: text[language] for key, text in words()["page"].items()},
        css=Markup(css),
        css_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
    )


def _lead(estimates: Estimates, plan: Plan, say: Voice) -> str:
    main = one(estimates, plan.estimand)
    if main is None or main.n is None:
        return plan.id
    return say("page", "persons" if plan.unit == "person" else "families", n=number(main.n, say.language))


def _banners(plan: Plan | Study, say: Voice) -> list[str]:
    banners = [say("page", "synthetic")] if plan.data.source == "synthetic" else []
    return banners + ([say("page", "public")] if plan.data.public else [])


def _happened(estimates: Estimates, main: Estimate | None, plan: Plan, say: Voice) -> list[str]:
    name = named(plan, say)
    arms = {e.by["arm"]: e for e in estimates if e.name == "outcome" and set(e.by) == {"arm"}}
    treated, control = (arms.get(arm) for arm in (_treated(plan), plan.reference))
    out: list[str] = []
    if say.share and treated and control and treated.value is not None and control.value is not None:
        shares = {"treated": say.size(treated.value), "control": say.size(control.value)}
        out.append(say("happened", "two_shares", **name, **shares))
    return [*out, parts.difference(main, name, say), *parts.raw(estimates, say)]


def _treated(plan: Plan) -> str:
    return next(name for name in plan.arms if name != plan.reference)


def _small(estimates: Estimates, plan: Plan | Study, facts: Mapping[str, str], say: Voice) -> list[tuple[str, str]]:
    """Say for whom this is, what was withheld, and which plan, data and program made it."""
    hidden = sum(is_withheld(e) for e in estimates)
    withheld = say("small", "withheld_some", n=hidden) if hidden else say("small", "withheld_none")
    if not plan.data.public:
        withheld += " " + say("small", "not_covered")
    notes = [f"{plan.id} {plan.version} · {facts.get('plan_sha256') or plan.locked}"]
    notes += [say("small", key, n=facts[key]) for key in ("repeat", "earlier") if key in facts]
    rest = [(say("small", key), facts.get(key, "")) for key in ("data", "instruments", "code", "run")]
    return [
        (say("small", "audience"), say("small", "public" if plan.data.public else plan.audience)),
        (say("small", "withheld"), withheld),
        (say("small", "plan"), " · ".join(notes)),
        *((term, text) for term, text in rest if text),
    ]
