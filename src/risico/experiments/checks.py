"""What a plan or study asks of its data and its instruments, before anything is computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args, get_type_hints

from risico import profiles
from risico.errors import BrokenInstrument, IllegalAnswers, UsageError, did_you_mean
from risico.experiments.labels import column
from risico.instrument import load
from risico.plan import Plan
from risico.study import Experiment, Ratings, Scale
from risico.synthetic import Switches
from risico.tally import count


def switches_known(plan: Experiment, path: Path) -> None:
    """Refuse a switch of the synthetic region that there is not, or a setting that it does not have."""
    known = get_type_hints(Switches)
    wrong: list[str] = []
    for name, value in plan.data.switches.items():
        legal = get_args(known.get(name)) or (True, False)
        if name not in known:
            wrong.append(
                f"data.switches: there is no switch '{name}'. It would break nothing.{did_you_mean(name, known)} "
                f"Switches are: {', '.join(known)}."
            )
        elif not any(value is one or (value == one and isinstance(one, str)) for one in legal):
            words = ", ".join(str(one).lower() for one in legal)
            wrong.append(f"data.switches.{name}: this is one of: {words}.")
    if wrong:
        raise BrokenInstrument(path.name, wrong)


def profiles_named(forms: Any, plan: Plan, path: Path) -> None:
    """Refuse labels in the column of the profile that nobody explained: any of them can be a name or a note."""
    known = {*profiles.load().profiles, profiles.MIXED, profiles.UNCLASSIFIED, *plan.glossary}
    labels = column(forms, plan.profile.column, f"{path.name}, profile").tolist()
    strange = sum(label is not None and str(label) not in known for label in labels)
    if strange:
        raise IllegalAnswers(
            f"{path.name}, profile: {strange} forms hold a label in '{plan.profile.column}' that the plan does not "
            "explain.\nWhat is not explained can be a name or a note, so it is neither used nor shown.\n"
            "Explain each label in the glossary of the plan, and leave the others blank in the file."
        )


def scores_known(scale: Scale, path: Path) -> None:
    """Refuse a cut-off on what is no score of this instrument."""
    known = load(scale.instrument).scores
    for name in scale.at_least:
        if name not in known:
            raise UsageError(
                f"{path.name}, scale.at_least: {scale.instrument} has no score '{name}'.{did_you_mean(name, known)}\n"
                f"There is nothing to compare with a cut-off. Its scores are: {', '.join(known)}."
            )


def within_range(frame: Any, ratings: Ratings, path: Path) -> None:
    """Refuse what is no score between the two ends that the study names."""
    low, high = ratings.range or (0, 0)
    tally = count(frame, ratings.raters)
    text = [name for name in ratings.raters if tally.column(name).dtype == object]
    outside = sum(int(tally.number[(v < low) | (v > high)].sum()) for v in tally.values if v.dtype != object)
    if text or outside:
        what = f"{', '.join(text)}: holds text" if text else f"{outside} scores lie outside {low} to {high}"
        raise IllegalAnswers(
            f"{path.name}, {ratings.file}: {what}.\n"
            "An intraclass correlation is of scores on one scale; of categories it says nothing.\n"
            "Give the ends of the scale in range; for categories write scale: nominal, with their levels."
        )
