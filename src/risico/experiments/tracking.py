"""The store of runs: one folder with a SQLite file and the tables, kept by MLflow, holding released estimates only.

    <store>/mlflow.db                                   runs, tags, metrics
    <store>/artifacts/<experiment>/<run>/artifacts/     plan.json, estimates.json

Artifacts are addressed by MLflow's own `mlflow-artifacts:` scheme instead of an absolute path. So the folder can be
moved, no path of a machine or name of a user stands in it, and `mlflow server --artifacts-destination` shows them.
The client is used rather than `mlflow.start_run`: that one records the user, the script and its repository.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from risico.disclosure import Released
from risico.errors import MissingExtra, UsageError, did_you_mean
from risico.estimate import Estimate, Estimates

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

SCHEME = "mlflow-artifacts:/"
SILENT = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING": "false"}
NOBODY = {"mlflow.source.name": "risico", "mlflow.source.type": "LOCAL"}
TABLE = {"mlflow.loggedArtifacts": '[{"path": "estimates.json", "type": "table"}]'}  # MLflow shows it as a table
BY = "by."
CHILD = ("profile", "intervention", "outcome")


@dataclass(frozen=True)
class Run:
    """One run as it stands in the store: where it is, its tags, the plan as it was, the released estimates, the day."""

    id: str
    experiment: str
    tags: Mapping[str, str]
    plan: Mapping[str, Any]
    estimates: Released
    kept: date

    @property
    def facts(self) -> dict[str, str]:
        """What the small print of a page says of a run, by short names."""
        return {key.removeprefix("risico."): value for key, value in self.tags.items()} | {"run": self.id}


class Store:
    """A folder of runs; made when it is not there. Nothing of MLflow is imported before this is used."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    @cached_property
    def client(self) -> MlflowClient:
        """The MLflow client of this store, with telemetry off. Raises MissingExtra without MLflow."""
        os.environ.update(SILENT)  # before the import: MLflow starts asking for a telemetry address on import
        for name in ("alembic", "mlflow"):
            logging.getLogger(name).setLevel(logging.ERROR)
        try:
            from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
            from mlflow.tracking import MlflowClient
        except ImportError as error:
            raise MissingExtra("Keeping runs", "track") from error
        logging.getLogger("mlflow").setLevel(logging.ERROR)
        self.folder.mkdir(parents=True, exist_ok=True)
        address = f"sqlite:///{(self.folder / 'mlflow.db').resolve().as_posix()}"
        SqlAlchemyStore(address, SCHEME)  # makes the tables; the client alone would note the working directory
        return MlflowClient(tracking_uri=address)

    def experiment(self, name: str, tags: Mapping[str, str]) -> str:
        """Return the id of the experiment with this name, made when it is new."""
        found = self.client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        return str(self.client.create_experiment(name, artifact_location=SCHEME + _slug(name), tags=dict(tags)))

    def write(
        self, experiment: str, name: str, estimates: Released, *, tags: Mapping[str, str], plan: Mapping[str, Any]
    ) -> str:
        """Keep one run with a child for each profile, intervention and outcome; return its id."""
        parent = self._one(experiment, name, estimates, {**tags, **TABLE})
        self._artifact(parent, "plan.json", plan)
        self._artifact(parent, "estimates.json", to_table(estimates))
        for place, part in _children(estimates).items():
            self._one(experiment, place, part, {**tags, "mlflow.parentRunId": parent})
        return parent

    def runs(self, plan_id: str | None = None) -> list[Any]:
        """Return the parent runs, newest first, as MLflow's own run objects."""
        ids = [e.experiment_id for e in self.client.search_experiments() if e.tags.get("risico.plan")]
        found = (
            self.client.search_runs(ids, "tags.`risico.kind` = 'parent'", order_by=["start_time DESC"]) if ids else []
        )
        return [run for run in found if plan_id is None or run.data.tags.get("risico.plan") == plan_id]

    def read(self, run: str | None = None) -> Run:
        """Return a run by its id, by the id of its plan (the newest), or the newest of all.

        Raises UsageError when there is none; it names the plans that have runs.
        """
        if not (self.folder / "mlflow.db").is_file():
            raise UsageError(f"There are no runs in {self.folder}. Make one with: risico run experiments/<name>.yaml")
        everything = self.runs()
        for found in everything:
            if run in (None, found.info.run_id, found.data.tags.get("risico.plan")):
                return self._run(found)
        plans = sorted({found.data.tags["risico.plan"] for found in everything})
        raise UsageError(
            f"There is no run '{run}' in {self.folder}.{did_you_mean(run or '', plans)}\n"
            f"Plans with runs are: {', '.join(plans) or 'none'}. Give a plan or the id of a run."
        )

    def series(self, plan_id: str | None = None) -> list[Run]:
        """Return every run of a plan (of the newest run when none is named), the oldest first.

        Raises UsageError when there is none.
        """
        named = self.read(plan_id).tags["risico.plan"]
        return [self._run(found) for found in reversed(self.runs(named))]

    def _run(self, found: Any) -> Run:
        folder = self._folder(found.info.artifact_uri)
        plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        table = json.loads((folder / "estimates.json").read_text(encoding="utf-8"))
        name = self.client.get_experiment(found.info.experiment_id).name
        kept = datetime.fromtimestamp(found.info.start_time / 1000).date()
        return Run(found.info.run_id, name, dict(found.data.tags), plan, Released(from_table(table)), kept)

    def _one(self, experiment: str, name: str, estimates: Released, tags: Mapping[str, str]) -> str:
        from mlflow.entities import Metric, Param

        now = int(time.time() * 1000)
        kind = "child" if "mlflow.parentRunId" in tags else "parent"
        run = self.client.create_run(experiment, run_name=name, tags={**tags, **NOBODY, "risico.kind": kind})
        metrics = [Metric(key, value, now, 0) for key, value in _metrics(estimates, within=kind == "child").items()]
        params = [Param(key, value) for key, value in dict(estimates[0].by).items()] if kind == "child" else []
        for start in range(0, len(metrics), 1000):
            self.client.log_batch(run.info.run_id, metrics=metrics[start : start + 1000])
        self.client.log_batch(run.info.run_id, params=params)
        self.client.set_terminated(run.info.run_id)
        return str(run.info.run_id)

    def _artifact(self, run: str, name: str, content: Any) -> None:
        folder = self._folder(self.client.get_run(run).info.artifact_uri)
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")

    def _folder(self, address: str | None) -> Path:
        return self.folder / "artifacts" / (address or "").removeprefix(SCHEME)


def to_table(estimates: Iterable[Estimate]) -> dict[str, Any]:
    """Return estimates in the shape of MLflow's tables: columns and rows, each key of `by` its own column."""
    rows: list[dict[str, Any]] = []
    for estimate in estimates:
        row = {part.name: getattr(estimate, part.name) for part in fields(Estimate) if part.name != "by"}
        rows.append(row | {BY + key: value for key, value in estimate.by.items()})
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return {"columns": columns, "data": [[row.get(column) for column in columns] for row in rows]}


def from_table(table: Mapping[str, Any]) -> Estimates:
    """Return the estimates of such a table.

    >>> one = Estimates([Estimate(name="itt", value=-0.1, n=90, by={"profile": "stress"})])
    >>> from_table(to_table(one)) == one
    True
    """
    out: list[Estimate] = []
    for cells in table["data"]:
        row: dict[str, Any] = dict(zip(table["columns"], cells, strict=True))
        by = {key.removeprefix(BY): value for key, value in row.items() if key.startswith(BY) and value is not None}
        out.append(Estimate(**{key: value for key, value in row.items() if not key.startswith(BY)}, by=by))
    return Estimates(out)


def _children(estimates: Released) -> dict[str, Released]:
    """Group what belongs to a profile, by profile, intervention and outcome, under a readable name."""
    out: dict[str, list[Estimate]] = {}
    for estimate in estimates:
        if "profile" in estimate.by:
            out.setdefault(" · ".join(estimate.by[key] for key in CHILD if key in estimate.by), []).append(estimate)
    return {name: Released(Estimates(part)) for name, part in out.items()}


def _metrics(estimates: Released, *, within: bool) -> dict[str, float]:
    """Write each estimate as metrics `name`, `name.low`, `name.high`, `name.se`, `name.n`; curves are in the table."""
    out: dict[str, float] = {}
    for estimate in estimates:
        if estimate.at is not None or estimate.value is None:
            continue
        place = [value for key, value in estimate.by.items() if not (within and key in CHILD)]
        key = _slug("/".join([estimate.name, *place]), keep="/")
        out[key] = estimate.value
        for part in ("low", "high", "se", "n"):
            if getattr(estimate, part) is not None:
                out[f"{key}.{part}"] = float(getattr(estimate, part))
    return out


def _slug(text: str, keep: str = "") -> str:
    """Keep what MLflow allows in a name of a folder or a metric."""
    return "".join(letter if letter.isalnum() or letter in "-_. " + keep else "_" for letter in text).replace(" ", "_")
