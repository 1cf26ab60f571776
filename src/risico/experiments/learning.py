"""What a learning plan computes: its counts; and that no word of a form has come into its own words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from risico.cohort.learning import learned
from risico.disclosure import gather
from risico.errors import Refused
from risico.experiments.plans import OURS, instruments_of, read_data
from risico.experiments.sources import Result, teams_in
from risico.plan.team import LearningPlan
from risico.plan.told import copied
from risico.scoring import score

WORDS = 5  # a text of fewer words is no quotation


def result(plan: LearningPlan, path: Path) -> Result:
    """Compute what the plan asks. Raises what reading, scoring and counting raise, Refused for words of a form."""
    forms, events, data = read_data(plan, path)
    not_from_forms(plan, forms, path)
    instruments = tuple(instruments_of(m.column for m in (*plan.eligible, *plan.learning.measured)))
    for instrument in instruments:
        forms = score(forms, instrument)
    told = plan.learning.departures
    known = {*OURS, *(told.words if told else ()), *(c.id for c in plan.eligible), "no_time_zero"}
    found = gather(learned(forms, events, plan), ("reason",), plan.smallest, known=known, keep=known)
    return Result(estimates=found, data=data, instruments=instruments, teams=teams_in(events))


def not_from_forms(plan: LearningPlan, forms: Any, path: Path) -> None:
    """Refuse words of the plan that stand in a form too: what was said to one professional is nobody else's to read."""
    texts = [text for text in _texts(plan) if len(text.split()) >= WORDS]
    cells = {cell for name in forms.columns for cell in _sentences(forms[name].to_list())} if texts else set[str]()
    found = sum(any(copied(text, cell) for cell in cells) for text in texts)
    if found:
        raise Refused(
            f"{path.name}, learning: {found} of the texts stand, in part, in a form too.\n"
            "What somebody said for their own file is not for others to read, also without a name.\n"
            "Let people say what may be read aloud, type that, and let somebody release it."
        )


def _texts(plan: LearningPlan) -> Iterator[str]:
    said = [quote.text for quote in plan.learning.quotes]
    said += [part for a in plan.learning.agreements for part in (a.what, a.because) if part]
    for one in said:
        yield from [one] if isinstance(one, str) else one.values()


def _sentences(cells: list[Any]) -> Iterator[str]:
    return (cell for cell in cells if isinstance(cell, str) and len(cell.split()) >= WORDS)
