"""From a kept run to its page."""

from __future__ import annotations

from pathlib import Path

from risico.experiments.run import STORE
from risico.experiments.tracking import Run, Store
from risico.pages.review import write
from risico.study import restore
from risico.words import Language


def latest(store: Path | str = STORE, name: str | None = None) -> Run:
    """Return a kept run: by the id of its plan or of itself, or the newest. Raises UsageError when there is none."""
    return Store(store).read(name)


def write_review(run: Run, path: Path | str | None = None, *, language: Language = "nl") -> Path:
    """Write the page of a run and return its path: `out/review-<plan>-<language>.html` unless another is given."""
    plan = restore(run.plan, "plan.json")
    place = Path(path) if path else Path("out") / f"review-{plan.id}-{language}.html"
    return write(place, run.estimates, plan, facts=run.facts, language=language)
