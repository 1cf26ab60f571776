"""From a plan to a kept run: what is kept, what never is, and that nobody is told."""

import copy
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from scipy import stats

from risico import experiments
from risico.disclosure import is_withheld
from risico.errors import MissingExtra, RisicoError, UsageError
from risico.estimate import Estimates
from risico.exchange import read
from risico.experiments.tracking import Store, from_table, to_table
from risico.plan import EXAMPLE
from risico.study import load

HERE = Path(__file__).parents[1] / "experiments"
PUBLIC = ("agreement", "dass42_reliability", "lalonde_cps", "lalonde_nsw", "mdve", "rossi_priors")
OWN_FILES = ("landelijke_set",)


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """Fail on any connection that leaves the machine, also from a thread that swallows what we raise."""
    outside = []
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and str(address[0]) not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            outside.append(address)
            raise OSError("no connection leaves this test")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield outside
    assert outside == []


def write_plan(folder, name, **changes):
    """Write a plan as JSON, which is YAML too."""
    told = copy.deepcopy(EXAMPLE) | {
        "id": name,
        "profile": {"how": "rule", "moment": "T0", "where": {"rater_position": "first"}},
    }
    told["arms"] = {
        "systeemhulp": {"event": "assigned", "detail": "systeemhulp", "within_days": 0},
        "gebruikelijk": {"event": "assigned", "detail": "gebruikelijk", "within_days": 0},
    }
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(told | changes, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One store with a run, its repeat, and a run of the changed plan; under a user with a name to look for."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("USER", "LOGNAME", "USERNAME", "LNAME"):
            patch.setenv(name, "sentinel-user")
        data = {"source": "synthetic", "seed": 4, "households": 300}
        plan = write_plan(folder, "trial", data=data)
        first = experiments.run(plan, folder / "runs", role="onderzoeker")
        again = experiments.run(plan, folder / "runs", role="onderzoeker")
        changed = experiments.run(write_plan(folder, "trial", data=data | {"seed": 5}), folder / "runs")
    return folder / "runs", first, again, changed


def test_a_run_is_kept_with_everything_that_made_it(kept):
    tags = kept[1].tags
    assert tags["risico.plan_sha256"] != kept[3].tags["risico.plan_sha256"]
    assert "sha256" in tags["risico.data"]
    assert tags["risico.code"].startswith("risico")
    assert (tags["risico.seed"], tags["mlflow.user"], tags["mlflow.source.name"]) == ("4", "onderzoeker", "risico")


def test_the_same_plan_again_is_a_repeat_and_a_changed_plan_another_experiment(kept):
    _, first, again, changed = kept
    assert ("risico.repeat" in first.tags, again.tags["risico.repeat"]) == (False, "1")
    assert first.experiment == again.experiment != changed.experiment
    assert changed.tags["risico.earlier"] == "1"
    assert first.estimates == again.estimates, "the same plan, data and code give the same numbers"


def test_each_profile_has_its_child_run_with_the_numbers_of_the_table(kept):
    store, first = Store(kept[0]), kept[1]
    found = store.client.search_runs(
        [store.client.get_experiment_by_name(first.experiment).experiment_id],
        f"tags.`mlflow.parentRunId` = '{first.id}'",
    )
    profiles = {e.by["profile"] for e in first.estimates if "profile" in e.by}
    assert {run.data.params["profile"] for run in found} == profiles
    run = next(run for run in found if run.data.params["profile"] == "gezin_in_stress")
    wanted = first.estimates.where(profile="gezin_in_stress", estimand="itt")["profile_effect"]
    assert run.data.metrics["profile_effect/itt"] == wanted.value
    assert run.data.metrics["profile_effect/itt.n"] == wanted.n
    parent = store.client.get_run(first.id).data.metrics
    assert parent["itt/systeemhulp/rereport"] == next(e for e in first.estimates if e.name == "itt").value


def test_the_store_holds_no_user_no_folder_and_no_row(kept):
    everything = stored(kept[0])
    for secret in ("sentinel-user", str(kept[0].parent), str(Path.cwd()), "c000001", "w015"):
        assert secret.encode() not in everything, secret
    assert {path.name for path in (kept[0] / "artifacts").rglob("*") if path.is_file()} == {
        "plan.json",
        "estimates.json",
    }


def test_small_cells_are_not_in_the_store(kept):
    counts = [e for e in kept[1].estimates if e.method.startswith("count")]
    assert any(is_withheld(e) for e in counts), "this plan has small cells to hide"
    assert all(e.value >= 10 for e in counts if e.value is not None)
    metrics = Store(kept[0]).client.get_run(kept[1].id).data.metrics
    assert all(v >= 10 for key, v in metrics.items() if key.startswith(("flow", "help", "change")))


def test_a_store_can_be_moved(kept, tmp_path):
    moved = shutil.copytree(kept[0], tmp_path / "elsewhere")
    found = experiments.latest(moved, kept[1].id)
    assert found.estimates == kept[1].estimates
    assert experiments.latest(moved, "trial").id == kept[3].id, "the newest of a plan"


def test_a_run_becomes_a_page_that_names_its_plan_and_repeats(kept, tmp_path):
    html = experiments.write_review(kept[2], tmp_path / "review.html").read_text(encoding="utf-8")
    assert kept[2].tags["risico.plan_sha256"] in html
    box = html[html.index('<aside class="never"') : html.index("</aside>")]
    assert "dit plan is al 1 keer eerder uitgevoerd" in box
    assert "Verzonnen gegevens" in box


def test_what_is_not_there_is_said_with_what_is(kept, tmp_path):
    with pytest.raises(UsageError, match="Plans with runs are: trial"):
        experiments.latest(kept[0], "trail")
    with pytest.raises(UsageError, match="risico run"):
        experiments.latest(tmp_path / "nothing")


def test_without_mlflow_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "mlflow.tracking", None)
    with pytest.raises(MissingExtra, match="track"):
        Store(tmp_path).client  # noqa: B018


def test_estimates_come_back_from_a_table_as_they_were(kept):
    assert from_table(json.loads(json.dumps(to_table(kept[1].estimates)))) == kept[1].estimates


SECRETS = ("Sentinella", "case-4711-sentinel", "sentinel-answer", "told the sentinel secret", "86420975")


def stored(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def with_secrets(folder, *, illegal):
    """Write a region to files with a name, a case number, a reason in somebody's own words and an answer planted."""
    from risico.exchange import write
    from risico.synthetic import region

    made = region(4, households=200)
    forms, events = made.forms.to_dicts(), made.events.to_dicts()
    missed = next(row for row in events if row["event"] == "follow_up_missed" and row["case"] not in held(forms))
    case, missed["detail"] = missed["case"], SECRETS[3]
    for row in (*forms, *events):
        if row["case"] == case:
            row["case"] = SECRETS[1]
            if row.get("person"):
                row["person"] = SECRETS[0]
    mine = [row for row in forms if row["case"] == SECRETS[1]]
    for row in mine:
        row["incidents"] = int(SECRETS[4])
        row["kind"] = SECRETS[3]
        if illegal:
            row["violence"] = SECRETS[2]
    for name, rows, frame in (("forms", forms, made.forms), ("events", events, made.events)):
        write(type(frame)(rows, infer_schema_length=None), folder / f"{name}.csv")


def held(forms):
    return {row["case"] for row in forms if row["moment"] == "T1" and row["violence"] is not None}


OUTCOME = {
    "id": "stopped", "column": "violence", "moment": "T1", "baseline": "T0", "window_days": [300, 450],
    "levels": ["none", "below", "serious"], "combine": "worst", "yes": {"is": "none"}, "kind": "veiligheid",
    "words": {"nl": "geen geweld", "en": "no violence"},
}  # fmt: skip


@pytest.mark.parametrize("illegal", [False, True], ids=["legal", "illegal answer"])
def test_no_name_case_number_answer_or_own_words_come_out(tmp_path, caplog, capfd, illegal):
    with_secrets(tmp_path, illegal=illegal)
    plan = write_plan(
        tmp_path,
        "secret",
        data={"source": "file", "forms": "forms.csv", "events": "events.csv"},
        outcome=OUTCOME,
        covariates=[
            {"id": "incidents", "column": "incidents", "moment": "T0"},
            {"id": "kind", "column": "kind", "moment": "T0"},
        ],
    )
    if illegal:
        with pytest.raises(RisicoError) as refused:
            experiments.run(plan, tmp_path / "runs")
        said = str(refused.value)
    else:
        run = experiments.run(plan, tmp_path / "runs")
        said = experiments.write_review(run, tmp_path / "review.html").read_text(encoding="utf-8") + str(run.estimates)
    printed = capfd.readouterr()
    everything = stored(tmp_path / "runs").decode("utf-8", "replace") + said + caplog.text + printed.out + printed.err
    assert [secret for secret in SECRETS if secret in everything] == []


FRESH = """
import socket, sys
asked = []
def look(host, *rest, **more):
    if str(host) not in ("127.0.0.1", "localhost", "::1", "None"):
        asked.append(host)
    raise OSError("no network in this test")
socket.getaddrinfo = look
socket.socket.connect = lambda self, address: asked.append(address)
from risico.experiments import Store
store = Store(sys.argv[1])
store.experiment("quiet", {"risico.plan": "quiet"})
import mlflow, time
time.sleep(2)
print("asked:", asked)
"""


@pytest.mark.slow
def test_a_fresh_process_asks_no_address_outside(tmp_path):
    kept = ("PATH", "HOME", "PYTHONPATH", "SYSTEMROOT", "TMPDIR")  # MLflow keeps quiet by itself below pytest and in CI
    clean = {key: os.environ[key] for key in kept if key in os.environ}
    told = subprocess.run(
        [sys.executable, "-c", FRESH, str(tmp_path / "runs")], capture_output=True, text=True, env=clean, timeout=120
    )
    assert told.stdout.strip() == "asked: []", told.stderr


def test_every_experiment_in_the_folder_can_be_read():
    found = [load(path) for path in sorted(HERE.glob("*.yaml")) if path.name != "elements.yaml"]  # a list, no plan
    assert {plan.id for plan in found} >= set(PUBLIC)
    for plan in found:
        own = plan.id in OWN_FILES
        assert own or plan.data.public or plan.data.source == "synthetic", "what is shipped holds nobody's answers"
        if own:  # a spec to fill in: the files that it names are the reader's, and none of them may be here
            named = [name for name in (plan.data.forms, plan.data.events, plan.data.map) if name]
            assert named
            assert not any((HERE / name).exists() for name in named)


@pytest.fixture(scope="session")
def public_store(tmp_path_factory):
    """One store for all studies on public data: making its tables takes longer than most of them."""
    return tmp_path_factory.mktemp("public") / "runs"


@pytest.fixture
def public_run(real_data, public_store):
    """Return a function that runs a study on public data, or skips where these are not."""
    real_data("agreement")
    return lambda name: experiments.run(HERE / f"{name}.yaml", public_store)


def value(estimates, name, **by):
    return Estimates(e for e in estimates if e.name == name).where(**by)[0].value


def test_the_reliability_of_the_dass_is_the_known_one(public_run, tmp_path):
    found = public_run("dass42_reliability")
    known = {"depression": 0.9555, "anxiety": 0.9156, "stress": 0.9269}
    assert {s: round(value(found.estimates, "alpha", score=s), 4) for s in known} == known
    assert round(value(found.estimates, "share_at_least"), 4) == 0.5116
    html = experiments.write_review(found, tmp_path / "p.html").read_text(encoding="utf-8")
    assert "De regel voor kleine aantallen staat daarom uit" in html
    assert "Ja. Verwacht: ten minste 0,90." in html


def test_agreement_is_as_published(public_run, tmp_path):
    found = public_run("agreement").estimates
    gwet = {"gwet_ac1": 0.77544, "fleiss_kappa": 0.76117, "krippendorff_alpha": 0.74342}
    assert {name: round(value(found, name), 5) for name in gwet} == gwet
    shrout = [round(value(found, f"icc_{kind}_{k}"), 4) for k in "1k" for kind in "123"]
    assert shrout == [0.1657, 0.2898, 0.7148, 0.4428, 0.6201, 0.9093]


def test_the_trial_of_lalonde_is_found_again_with_its_width(public_run, tmp_path):
    found = public_run("lalonde_nsw")
    itt = next(e for e in found.estimates if e.name == "itt")
    assert round(itt.value, 2) == 1794.34
    assert round(itt.se, 1) == 671.0
    html = experiments.write_review(found, tmp_path / "p.html", language="en").read_text(encoding="utf-8")
    assert "on average 1,794 higher for people that were offered work experience" in html


def test_a_score_beside_what_happened_later_at_each_cut_off(public_run, real_data, tmp_path):
    found = public_run("rossi_priors")
    rows = read(real_data("rossi-recidivism") / "rossi.csv").select("prio", "arrest").to_numpy().astype(float)
    prio, arrest = rows[:, 0], rows[:, 1] == 1
    area = stats.mannwhitneyu(prio[arrest], prio[~arrest]).statistic / arrest.sum() / (~arrest).sum()
    assert value(found.estimates, "auc") == pytest.approx(area)
    assert value(found.estimates, "base_rate") == 114 / 432
    for points in (1, 3, 5, 10):
        raised = prio >= points
        at = {"at_least": str(points)}
        assert value(found.estimates, "sensitivity", **at) == pytest.approx(raised[arrest].mean())
        assert value(found.estimates, "npv", **at) == pytest.approx((~arrest)[~raised].mean())
    html = experiments.write_review(found, tmp_path / "p.html").read_text(encoding="utf-8")
    assert "Sensitiviteit · vanaf 3" in html


@pytest.mark.slow
def test_without_the_lot_the_treated_can_be_compared_and_everybody_cannot(public_run, tmp_path):
    found = public_run("lalonde_cps").estimates
    att, ate = (next(e for e in found if e.name == name) for name in ("att", "ate"))
    assert att.low < 1794 < att.high
    assert value(found, "unadjusted") == pytest.approx(-8497.516, abs=0.001)
    assert ate.value is None
    assert "no overlap" in ate.why


def test_minneapolis_gives_what_was_delivered_and_no_effect(public_run, tmp_path):
    found = public_run("mdve").estimates
    cells = {tuple(e.by.values()): e.value for e in found if e.name == "delivered"}
    arms = ("arrest", "advise", "separate")
    assert [[cells[a, b] for b in arms] for a in arms] == [[91, 0, 1], [19, 84, 5], [26, 5, 83]]
    assert round(value(found, "first_stage"), 3) == 0.786
    assert all(e.value is None for e in found if e.name in ("itt", "cace"))
