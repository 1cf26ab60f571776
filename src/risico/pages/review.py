"""The learning review: from released Estimates and a plan to one page that a team reads together.

Order: what it may not be used for, our question, what we expected, what happened and whether it came true, how it goes
in each group out of everybody in it (not known first, worse before better), what we do not know and how many more it
takes, by family profile (folded when nothing can be said), method and sources, small print. No ranking, no traffic
light, nothing from elsewhere; what a design may not say it does not say (`review_words.yaml`).

    html = review(estimates, plan, facts=tags, language="nl")
    path = write("out/review.html", estimates, plan, facts=tags)

What it reads, by name of the Estimates; anything else goes into the table of all results:

    flow                   by {step}, by {arm, step, reason}   counts, from eligible to analysed, with reasons
    change                 by {arm, change}                    counts: worse, same, better, best since the start
    started                by {arm}        counts: had the help of the plan
    outcome                by {arm}        share or mean of the outcome in each arm
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
from risico.errors import MissingExtra, UsageError
from risico.estimate import Estimates
from risico.instrument import catalogue, load
from risico.pages import sections, top, within
from risico.pages.groups import people
from risico.pages.how_wrong import how_wrong
from risico.pages.learning import learning_page
from risico.pages.parts import Section, came_true, is_share, one
from risico.pages.study import study_page
from risico.pages.wording import Voice, words
from risico.plan import Plan
from risico.plan.team import LearningPlan
from risico.study import Experiment, Study
from risico.words import Language, pick

HERE = Path(__file__).parent / "templates"
REVIEW, SERIES = "review.html.j2", "series.html.j2"
SHEET = """@media print { @page {
  @top-left { content: "RUNNING"; font: bold 6.2pt "DejaVu Sans", sans-serif; width: 100%; white-space: nowrap; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 7.5pt "DejaVu Sans", sans-serif; } } }
"""  # a sheet of paper gets lost without the first one


def write(
    path: Path | str,
    estimates: Released,
    plan: Experiment,
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
    estimates: Released, plan: Experiment, *, facts: Mapping[str, str] | None = None, language: Language = "nl"
) -> str:
    """Return the page as HTML, complete in itself. `facts` are the tags of the run, for the small print.

    Raises UsageError when it is about a sum that is for research only, MissingExtra without Jinja2 or matplotlib.
    """
    _no_research(plan)
    say = voice_of(plan, language)
    page = told_of(estimates, plan, say)
    page |= {
        "title": pick(plan.title, language),
        "never": top.never(plan, facts or {}, say),
        "expected": pick(plan.expected, language),
        "small": _small(estimates, plan, facts or {}, say),
    }
    if isinstance(plan, Plan) and plan.design not in (*within.DESIGNS, "time_to_event"):  # before the talk
        page["sections"][-2:-2] = [how_wrong(estimates, plan, facts or {}, say)]
    kind = "print_invented" if plan.data.source == "synthetic" else "print_public" if plan.data.public else "print"
    return render(page, language, say("never", kind))


def voice_of(plan: Experiment, language: Language) -> Voice:
    """Return how the numbers of a plan are said."""
    share = isinstance(plan, LearningPlan) or (isinstance(plan, Plan) and is_share(plan.outcome))
    return Voice(language, share=share)


def told_of(estimates: Released, plan: Experiment, say: Voice) -> dict[str, Any]:
    """Return what a page says of a plan and its estimates, in parts; `first` puts the question before all else."""
    if isinstance(plan, LearningPlan):
        page = learning_page(estimates, plan, say)
    else:
        page = _page(estimates, plan, say) if isinstance(plan, Plan) else study_page(estimates, plan, say)
    return {"first": False, "question": pick(plan.question, say.language)} | page


def _no_research(plan: Experiment) -> None:
    """Refuse a page about a sum that its instrument file keeps for research alone."""
    scale = plan.scale if isinstance(plan, Study) else None
    asked = [f"{scale.instrument}_{name}" for name in scale.scores] if scale else []
    if not isinstance(plan, Study):
        outcomes = (plan.outcome,) if isinstance(plan, Plan) else plan.learning.measured
        asked += [outcome.column for outcome in outcomes if outcome.column]
    for column in asked:
        for it in (load(name) for name in catalogue() if column.startswith(f"{name}_")):
            if any(score.research and column == f"{it.id}_{name}" for name, score in it.scores.items()):
                raise UsageError(
                    f"{column}: this sum is for research only and stands on no page, as it would be read as a level. "
                    f"The result of {it.id} is the judgement of the rater. Ask the question of that."
                )


def _page(estimates: Released, plan: Plan, say: Voice) -> dict[str, Any]:
    if plan.design in within.DESIGNS:
        page = within.within_page(estimates, plan, say)
        return page | {"sections": [*page["sections"][:-1], _talk(plan, say), page["sections"][-1]]}
    main = one(estimates, plan.estimand)
    return {
        "name": say("page", "name"),
        "lead": top.lead(estimates, plan, say),
        "glossary": top.glossary(plan, say),
        "happened": top.happened(estimates, main, plan, say),
        "came_true": came_true(plan.expected_value, [main] if main else [], top.closely(estimates, main, plan, say)),
        "box": top.box(estimates, main, plan, say),
        "sections": [
            people(estimates, plan, say),
            sections.followed(estimates, plan, say),
            sections.unknown(estimates, main, plan, say),
            sections.profiles(estimates, plan, say),
            _talk(plan, say),
            sections.method(estimates, plan, say),
        ],
    }


def _talk(plan: Plan, say: Voice) -> Section:
    invented = plan.data.source == "synthetic"
    points = [text[say.language] for text in words()["practice" if invented else "talk"]]
    return Section(title=say("page", "talk"), words=[say("page", "talk_invented")] if invented else [], points=points)


def render(page: Mapping[str, Any], language: Language, running: str, *, template: str = REVIEW) -> str:
    """Fill the template; everything is escaped but our own style sheet and pictures. `running` heads each sheet."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtra("Writing a review", "report") from error
    css = (HERE / "review.css").read_text(encoding="utf-8") + SHEET.replace("RUNNING", running.replace('"', ""))
    for section in page["sections"]:
        section.picture = section.picture and Markup(section.picture)
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    return environment.get_template(template).render(
        page=page,
        language=language,
        running=running,
        word={key: text[language] for key, text in words()["page"].items()},
        css=Markup(css),
        css_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
    )


def _small(estimates: Estimates, plan: Experiment, facts: Mapping[str, str], say: Voice) -> list[tuple[str, str]]:
    """Say for whom this is, what was withheld, and which plan, data and program made it."""
    hidden = sum(is_withheld(e) for e in estimates)
    withheld = say("small", "withheld_some", n=hidden) if hidden else say("small", "withheld_none")
    if not plan.data.public:
        withheld += " " + say("small", "not_covered")
    made = f"{plan.id} {plan.version} · {facts.get('plan_sha256') or plan.locked}"
    rest = [(say("small", key), facts.get(key, "")) for key in ("data", "instruments", "code", "run")]
    return [
        (say("small", "audience"), say("small", "public" if plan.data.public else plan.audience)),
        (say("small", "withheld"), withheld),
        (say("small", "plan"), made),
        *((term, text) for term, text in rest if text),
    ]
