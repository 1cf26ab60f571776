"""What a plan or study cannot mean is refused before anything is computed: what, where, why it matters, what to do."""

import copy
import json

import polars as pl
import pytest

from risico import experiments
from risico.errors import BrokenInstrument, IllegalAnswers, Refused, UsageError
from risico.plan import EXAMPLE
from risico.study import FIRST, Study, load

WORDS = {"nl": "…", "en": "…"}
FIRST_RATER = {"rater_position": "first"}
STUDY = {
    "id": "own", "version": 1, "title": WORDS, "question": WORDS, "expected": WORDS, "audience": "organisatie",
    "data": {"source": "file", "forms": "own.csv"},
}  # fmt: skip
SCALE = STUDY | {"design": "reliability", "scale": {"instrument": "gad2", "scores": ["total"]}}
TRIAL = STUDY | {
    "design": "randomized", "estimand": "itt", "no_cluster": WORDS,
    "comparison": {"helped": "got", "outcome": "y", "words": WORDS, "arms": [WORDS, WORDS], "worse": "high"},
}  # fmt: skip
RATED = STUDY | {"design": "agreement", "data": {"source": "file", "forms": "."}}
LOT = STUDY | {
    "design": "compliance", "no_cluster": WORDS,
    "delivery": {"assigned": "got", "delivered": "y", "arms": {"1": "arrest", "0": "advise"}, "help": "arrest"},
}  # fmt: skip
PLAN = EXAMPLE | {
    "id": "own",
    "arms": {name: {"event": "assigned", "detail": name, "within_days": 0} for name in ("systeemhulp", "gebruikelijk")},
    "profile": {"how": "rule", "moment": "T0", "where": FIRST_RATER},
    "data": {"source": "synthetic", "seed": 1, "households": 60},
}


def changed(told, **parts):
    """Return what is told with some of its parts changed within."""
    out = copy.deepcopy(told)
    for name, value in parts.items():
        out[name] = {**out[name], **value} if isinstance(value, dict) and name in out else value
    return out


def ratings(**more):
    return changed(RATED, ratings=[{"file": "own.csv", "raters": ["got", "y"], **more}])


@pytest.fixture
def refused(tmp_path):
    """Return a function that runs what is told and gives the message of the refusal; nothing was kept."""
    columns = {"got": [0, 1] * 20, "y": [1, 1, 0, 0] * 10, "word": ["a", "b"] * 20, "gad2_1": [0, 1, 2, 3] * 10}
    pl.DataFrame(columns | {"gad2_2": [1, 1, 2, 3] * 10}).write_csv(tmp_path / "own.csv")

    def run(told, kind):
        path = tmp_path / "own.yaml"
        path.write_text(json.dumps(told), encoding="utf-8")
        with pytest.raises(kind) as problem:
            experiments.run(path, tmp_path / "runs")
        assert not (tmp_path / "runs").exists()
        return str(problem.value)

    return run


CASES = {
    "switch": (changed(PLAN, data={"switches": {"clusterd": True}}), BrokenInstrument, "Did you mean 'clustered'"),
    "setting": (changed(PLAN, data={"switches": {"clustered": "often"}}), BrokenInstrument, "one of: true, false"),
    "seed": (changed(PLAN, data={"seed": -1}), BrokenInstrument, "data.seed: this should be greater"),
    "moment": (changed(PLAN, profile={"moment": "T9"}), Refused, "no form has moment T9"),
    "where": (changed(PLAN, profile={"where": {"rater_position": "x"}}), Refused, "everybody would be unknown"),
    "outcome": (changed(TRIAL, comparison={"outcome": "yy"}), UsageError, "no column 'yy'. Did you mean 'y'"),
    "covariate": (changed(TRIAL, comparison={"covariates": ["age"]}), UsageError, "no column 'age'"),
    "rater": (ratings(raters=["y", "z"], scale="nominal", levels=[0, 1]), UsageError, "no column 'z'"),
    "cut-off": (changed(SCALE, scale={"at_least": {"totl": 3}}), UsageError, "no score 'totl'. Did you mean 'total'"),
    "expectation": (
        changed(TRIAL, expected_value={"estimand": "zzz", "at_least": 3, "unit": "own"}),
        BrokenInstrument,
        "it gives: itt, itt_adjusted",
    ),
    "estimand": (changed(TRIAL, estimand="att"), BrokenInstrument, "randomized does not estimate att"),
    "help": (changed(LOT, delivery={"help": "arest"}), BrokenInstrument, "arest is not among the arms"),
    "categories": (ratings(scale="interval", levels=[0, 1]), BrokenInstrument, "Categories are nominal"),
    "no levels": (ratings(scale="nominal"), BrokenInstrument, "the categories that a rater can choose"),
    "outside": (ratings(scale="interval", range=[1, 5]), IllegalAnswers, "40 scores lie outside 1 to 5"),
    "text": (ratings(scale="interval", range=[1, 5], raters=["y", "word"]), IllegalAnswers, "word: holds text"),
    "level": (ratings(scale="nominal", levels=[0, 2]), UsageError, "1 levels were chosen"),
    "left out": (changed(TRIAL, leave_out={"age": {"at_least": 25}}), BrokenInstrument, "no key 'leave_out'"),
}


@pytest.mark.parametrize(("told", "kind", "words"), CASES.values(), ids=CASES)
def test_it_is_refused_and_says_what_to_do(refused, told, kind, words):
    assert words in refused(told, kind)


def test_what_is_not_changed_runs(tmp_path):
    for told in (SCALE, TRIAL, LOT, ratings(scale="nominal", levels=[0, 1]), PLAN):
        path = tmp_path / "own.yaml"
        path.write_text(json.dumps(told), encoding="utf-8")
        assert load(path).id == "own"


def test_every_design_says_what_it_is_read_for():
    assert set(FIRST) == set(Study.model_fields["design"].annotation.__args__)
