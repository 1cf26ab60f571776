"""From a kept run to its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from risico.estimate import Estimates
from risico.experiments.run import STORE
from risico.experiments.tracking import Run, Store
from risico.pages import series as pages
from risico.pages import tables
from risico.pages.parts import one, per_profile
from risico.pages.review import write
from risico.pages.series import Kept, lines
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


def write_tables(run: Run, path: Path | str, *, language: Language = "nl") -> list[Path]:
    """Write what a run released as tables, to an .xlsx file or as CSV files in a folder; return what was written."""
    return tables.write_tables(path, run.estimates, language)


def series(store: Path | str = STORE, name: str | None = None) -> list[Run]:
    """Return the kept runs of one plan, the oldest first: of the plan with this id, or that of this or the newest run.

    Raises UsageError when there is none.
    """
    return Store(store).series(name)


def series_text(runs: Sequence[Run], *, language: Language = "nl") -> list[str]:
    """Return the series as lines of text: each time the question, what was expected, what happened, what was agreed."""
    return lines(_kept(runs), language=language)


def write_series(runs: Sequence[Run], path: Path | str, *, language: Language = "nl") -> Path:
    """Write the page of a series and return its path."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(pages.series(_kept(runs), language=language), encoding="utf-8")
    return path


def _kept(runs: Sequence[Run]) -> list[Kept]:
    return [Kept(plan=restore(run.plan, "plan.json"), estimates=run.estimates, day=run.kept) for run in runs]
