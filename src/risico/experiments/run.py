"""Run an experiment: read, compute, release, keep. One parent run per plan, a child per profile and outcome."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from risico.disclosure import Audience, Earlier, release
from risico.errors import Refused
from risico.experiments import learning, plans, studies
from risico.experiments.ledger import Ledger, overlapping
from risico.experiments.sources import Result, code_version
from risico.experiments.tracking import Run, Store
from risico.instrument import files as instrument_files
from risico.plan import Plan
from risico.plan.files import fingerprint
from risico.plan.team import LearningPlan
from risico.study import Experiment, Study, load

STORE = Path("out") / "runs"
KEPT: dict[str, Audience] = {"team": "organisatie"}  # a store can be copied: what only a team may see is not in it


def run(plan: Path | str, store: Path | str = STORE, *, role: str = "analyst") -> Run:
    """Run the experiment in a file and keep its released estimates in a store; return what was kept.

    `role` stands in the store where MLflow would write the name of the user. The same plan again is kept as a repeat;
    a changed plan is another experiment, and both say so. Raises what reading the plan and the data raises, Refused
    when the audience may not see these data, MissingExtra without MLflow.
    """
    path = Path(plan)
    told = load(path)
    result = _result(told, path)
    audience = KEPT.get(told.audience, told.audience)
    minimum = None if isinstance(told, Study) else told.small_number
    kept, ledger = Store(store), Ledger(store)
    registration = overlapping(told.data)
    released = release(
        result.estimates,
        audience,
        public=told.data.public,
        teams=result.teams,
        minimum=minimum,
        earlier=ledger.read(registration) if registration else (),
        data=result.data,
    )
    if registration:  # before it is kept: what is not in the ledger must not be in the store
        ledger.add(registration, Earlier(audience=audience, data=result.data, estimates=released), told.id, told.locked)
    tags = _tags(told, result, role)
    before = kept.runs(told.id)
    again = sum(run.data.tags.get("risico.plan_sha256") == told.locked for run in before)
    others = {run.data.tags.get("risico.plan_sha256") for run in before} - {told.locked}
    tags |= {"risico.repeat": str(again)} if again else {}
    tags |= {"risico.earlier": str(len(others))} if others else {}
    experiment = kept.experiment(
        f"{told.id} {told.locked[:8]}", {"risico.plan": told.id, "risico.plan_sha256": told.locked}
    )
    name = f"{told.id} {told.version}" + (f" repeat {again}" if again else "")
    return kept.read(kept.write(experiment, name, released, tags=tags, plan=_without_folders(told)))


def look(plan: Path | str) -> Run:
    """Carry out the plan of a team and return what the team alone may see (cells from 5), without keeping anything.

    It is for the screen: it is in no store and no ledger, and no page or table of it can be made. Raises Refused for a
    plan with other readers, and what reading the plan and the data raises.
    """
    path = Path(plan)
    told = load(path)
    if told.audience != "team":
        raise Refused(
            f"{path.name}: this plan is for '{told.audience}', so its page is made with risico run and risico review.\n"
            "Only a team may see its own numbers from 5, as it knows these families; others may not.\n"
            "Say audience: team where the readers are the team itself."
        )
    minimum = None if isinstance(told, Study) else told.small_number
    released = release(_result(told, path).estimates, "team", public=told.data.public, minimum=minimum)
    return Run("", told.id, {"risico.audience": "team"}, _without_folders(told), released, date.today())


def _result(told: Experiment, path: Path) -> Result:
    if isinstance(told, LearningPlan):
        return learning.result(told, path)
    return plans.result(told, path) if isinstance(told, Plan) else studies.result(told, path)


def _tags(told: Experiment, result: Result, role: str) -> dict[str, str]:
    known = instrument_files()
    hashes = {name: fingerprint([known[name]])[:16] for name in result.instruments}
    return {
        "risico.plan": told.id,
        "risico.plan_version": str(told.version),
        "risico.plan_sha256": told.locked,
        "risico.design": told.design,
        "risico.audience": told.audience,
        "risico.public": json.dumps(told.data.public),
        "risico.data": f"{told.data.source}, sha256 {result.data[:16]}",
        "risico.seed": str(told.data.seed or ""),
        "risico.instruments": ", ".join(f"{name} {sha}" for name, sha in hashes.items()),
        "risico.code": code_version(),
        "mlflow.user": role,
    }


def _without_folders(told: Experiment) -> dict[str, object]:
    """Return the plan as it is kept: a folder on somebody's machine can hold that person's name."""
    kept = told.model_dump(mode="json", by_alias=True, exclude_unset=True)
    data = kept["data"]
    kept["data"] = {k: Path(v).name if k in ("forms", "events", "map") and v else v for k, v in data.items()}
    return kept
