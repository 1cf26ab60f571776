"""What somebody wrote in a column never leaves: not with a study of any design, not with a plan, not in a refusal."""

import copy
import json

import numpy as np
import polars as pl
import pytest

from risico import experiments
from risico.errors import IllegalAnswers, RisicoError
from risico.exchange import write
from risico.experiments.labels import named, without_own_words
from risico.plan import EXAMPLE
from risico.synthetic import region

SECRET = "Jansen SENTINEL 2026-114"
WORDS = {"nl": "…", "en": "…"}
STUDY = {
    "version": 1, "title": WORDS, "question": WORDS, "expected": WORDS, "audience": "organisatie",
    "data": {"source": "file", "forms": "own.csv"},
}  # fmt: skip
ARMS = {
    "estimand": "itt", "no_cluster": WORDS,
    "comparison": {"helped": "got", "outcome": "y", "words": WORDS, "arms": [WORDS, WORDS], "worse": "high"},
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """One store for all: making its tables takes longer than most of the runs."""
    return tmp_path_factory.mktemp("kept") / "runs"


@pytest.fixture
def everything(tmp_path, store, caplog, capfd):
    """Return a function that runs what is told and returns all that came of it."""
    return lambda told: came_of(tmp_path, store, told, caplog, capfd)


def came_of(folder, store, told, caplog, capfd):
    """Run what is told and return store, pages, refusal, log and terminal."""
    path = folder / f"{told['id']}.yaml"
    path.write_text(json.dumps(told), encoding="utf-8")
    said = ""
    try:
        run = experiments.run(path, store)
        for language in ("nl", "en"):
            said += experiments.write_review(run, folder / "p.html", language=language).read_text(encoding="utf-8")
        said += str(run.estimates) + str(experiments.headline(run))
    except RisicoError as problem:
        said += str(problem)
    kept = b"".join(p.read_bytes() for p in sorted(store.rglob("*")) if p.is_file())
    printed = capfd.readouterr()
    assert said
    return said + kept.decode("utf-8", "replace") + caplog.text + printed.out + printed.err


def study(folder, columns, **told):
    pl.DataFrame(columns, strict=False).write_csv(folder / "own.csv")
    return {**STUDY, "id": "own", **copy.deepcopy(told)}


def filled(n, **more):
    """Items of the GAD-2 and two arms of equal size with a yes or no."""
    rng = np.random.default_rng(1)
    both = np.arange(n)
    columns = {f"gad2_{i}": rng.integers(0, 4, n).tolist() for i in (1, 2)}
    columns |= {"got": (both % 2).tolist(), "y": (rng.random(n) < 0.4).astype(int).tolist()}
    return columns | more


def once(n, other):
    return [SECRET, *[other] * (n - 1)]


def often(n, *others):
    return [SECRET if i % 3 else others[i % len(others)] for i in range(n)]


def designs():
    scale = {"instrument": "gad2", "scores": ["total"]}
    rate = {"file": "own.csv", "raters": ["a", "b"]}
    delivery = {"assigned": "lot", "delivered": "done", "arms": {"1": "arrest", "2": "advise"}, "help": "arrest"}
    lot = {"lot": ["1", "2"] * 40}
    adjusted = {"estimand": "att", "comparison": ARMS["comparison"] | {"covariates": ["kind"]}}
    yield "reliability", filled(80, gad2_1=once(80, 1)), {"design": "reliability", "scale": scale}
    yield "reliability beside", filled(80, note=often(80, "x")), {"design": "reliability", "scale": scale}
    for scale, said in (("nominal", {"levels": ["x", "y"]}), ("interval", {"range": [1, 5]})):
        ratings = [rate | {"scale": scale} | said]
        told = {"design": "agreement", "ratings": ratings, "data": {"source": "file", "forms": "."}}
        yield f"agreement {scale}", {"a": often(30, "x", "y"), "b": ["x", "y"] * 15}, told
    for name, done in (("once", once(80, "1")), ("often", often(80, "1", "2"))):
        told = {"design": "compliance", "delivery": delivery, "no_cluster": WORDS}
        yield f"compliance {name}", lot | {"done": done}, told
    told = ARMS | {"design": "randomized", "comparison": ARMS["comparison"] | {"covariates": ["kind"]}}
    for name, kind in (("once", once(80, "x")), ("often", often(80, "x", "y"))):
        yield f"randomized {name}", filled(80, kind=kind), told
    yield "adjusted", filled(80, kind=often(80, "x", "y")), told | {"design": "adjusted"} | adjusted
    for place in ("got", "y"):
        yield f"randomized {place}", filled(80, **{place: once(80, 1)}), ARMS | {"design": "randomized"}


@pytest.mark.parametrize(("columns", "told"), [case[1:] for case in designs()], ids=[case[0] for case in designs()])
def test_no_study_tells_what_somebody_wrote(tmp_path, everything, columns, told):
    assert SECRET not in everything(study(tmp_path, columns, **told))


def planted(folder):
    """Write a region in which one text stands everywhere where events and forms can hold one, often and once."""
    made = region(4, households=400)
    forms, events = made.forms.to_dicts(), made.events.to_dicts()
    for place, row in enumerate(events):
        if row["event"] in ("follow_up_missed", "exit"):
            row["detail"] = SECRET
        if row["event"] in ("help_started", "help_offered") and row["detail"] != "systeemhulp" and place % 2:
            row["detail"] = SECRET
    for place, row in enumerate(forms):
        if row["kind"] is not None and place % 3:
            row["kind"] = SECRET
        row["alcohol"] = SECRET if place == 7 else None
    for name, rows, frame in (("forms", forms, made.forms), ("events", events, made.events)):
        write(type(frame)(rows, infer_schema_length=None), folder / f"{name}.csv")


@pytest.mark.parametrize("how", ["rule", "column", "unknown arm", "text outcome"])
def test_no_plan_tells_what_somebody_wrote(tmp_path, everything, how):
    planted(tmp_path)
    first = {"rater_position": "first"}
    arm = {"event": "assigned", "within_days": 0}
    outcome = {
        "id": "stopped", "column": "violence", "moment": "T1", "baseline": "T0", "window_days": [300, 450],
        "levels": ["none", "below", "serious"], "combine": "worst", "yes": {"is": "none"}, "kind": "veiligheid",
        "words": WORDS,
    }  # fmt: skip
    rule = {"how": "rule", "moment": "T0", "where": first}
    told = copy.deepcopy(EXAMPLE) | {
        "id": "own",
        "data": {"source": "file", "forms": "forms.csv", "events": "events.csv"},
        "arms": {name: arm | {"detail": name} for name in ("systeemhulp", "gebruikelijk")},
        "received": {"event": "help_started", "detail": "systeemhulp", "within_days": 90},
        "profile": rule if how != "column" else rule | {"how": "column", "column": "kind"},
        "covariates": [{"id": "kind", "column": "kind", "moment": "T0", "where": first}],
        "outcome": outcome | ({"column": "kind"} if how == "text outcome" else {}),
    }
    if how == "unknown arm":
        told["arms"]["gebruikelijk"]["detail"] = "nothing"
    found = everything(told)
    assert SECRET not in found
    if how == "rule":
        assert "Andere reden" in found or "andere reden" in found, "who is lost for such a reason is still counted"


def test_a_code_without_a_name_is_refused_with_a_count_alone():
    with pytest.raises(IllegalAnswers, match="2 rows hold something") as refused:
        named(np.array(["1", SECRET, "2", SECRET, None], dtype=object), {1: "arrest", "2": "advise"}, "own.yaml")
    assert SECRET not in str(refused.value)
    assert named(np.array([1.0, np.nan, 2.0]), {1: "arrest", 2: "advise"}, "x").tolist() == ["arrest", "", "advise"]


def test_levels_that_nobody_declared_are_numbered_and_rare_ones_joined():
    labels = np.array(["house"] * 12 + [SECRET] * 11 + ["flat"] * 10 + ["tent"], dtype=object)
    found = without_own_words(labels, {"house"}, 10).tolist()
    assert {label: found.count(label) for label in found} == {"house": 12, "1": 11, "2": 10, "other": 1}


def test_a_profile_of_ones_own_is_explained_in_the_glossary(tmp_path, store):
    made = region(4, households=300)
    for name in ("forms", "events"):
        write(getattr(made, name), tmp_path / f"{name}.csv")
    arm = {"event": "assigned", "within_days": 0}
    told = copy.deepcopy(EXAMPLE) | {
        "id": "own",
        "data": {"source": "file", "forms": "forms.csv", "events": "events.csv"},
        "arms": {name: arm | {"detail": name} for name in ("systeemhulp", "gebruikelijk")},
        "profile": {"how": "column", "column": "kind", "moment": "T0", "where": {"rater_position": "first"}},
    }
    path = tmp_path / "own.yaml"
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(IllegalAnswers, match="does not explain"):
        experiments.run(path, store)
    kinds = set(made.forms["kind"].drop_nulls())
    path.write_text(json.dumps(told | {"glossary": dict.fromkeys(kinds, WORDS)}), encoding="utf-8")
    run = experiments.run(path, store)
    assert {e.by["profile"] for e in run.estimates if "profile" in e.by} <= kinds
