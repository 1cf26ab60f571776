"""From a kept run to its page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from risico.estimate import Estimates
from risico.experiments.run import STORE
from risico.experiments.tracking import Run, Store
from risico.pages.parts import one, per_profile
from risico.pages.review import write
from risico.plan.team import LearningPlan
from risico.study import FIRST, SECOND, Study, restore
from risico.words import Language


def latest(store: Path | str = STORE, name: str | None = None) -> Run:
    """Return a kept run: by the id of its plan or of itself, or the newest. Raises UsageError when there is none."""
    return Store(store).read(name)


def headline(run: Run) -> Estimates:
    """Return what a reader looks for first, without methods and sources: who is counted, the outcome, the difference.

    Everything else is in `run.estimates`.
    """
    plan = restore(run.plan, "plan.json")
    if isinstance(plan, Study):
        found = [e for e in run.estimates if e.name in (*FIRST[plan.design], *SECOND[plan.design])]
    elif isinstance(plan, LearningPlan):
        found = [e for e in run.estimates if e.name in ("aim", "change", "departed")]
    else:
        main = [one(run.estimates, name, plan.estimand) for name in (plan.estimand, "heterogeneity_p", "line_equal")]
        people = [e for e in run.estimates if e.name in ("flow", "change", "outcome")]
        found = [*people, *(e for e in main if e is not None), *per_profile(run.estimates, plan.estimand)]
    hidden = () if isinstance(plan, LearningPlan) else ("intervention", "outcome", "estimand")
    return Estimates(
        replace(e, method="", source="", by={k: v for k, v in e.by.items() if k not in hidden}) for e in found
    )


def write_review(run: Run, path: Path | str | None = None, *, language: Language = "nl") -> Path:
    """Write the page of a run and return its path: `out/review-<plan>-<language>.html` unless another is given."""
    plan = restore(run.plan, "plan.json")
    place = Path(path) if path else Path("out") / f"review-{plan.id}-{language}.html"
    return write(place, run.estimates, plan, facts=run.facts, language=language)
