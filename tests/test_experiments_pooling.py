"""Published effects taken together in a run: the known answer, never two kinds in one, and nothing where nothing is."""

import json

import numpy as np
import polars as pl
import pytest

from risico import experiments
from risico.errors import BrokenInstrument, IllegalAnswers, Refused
from risico.experiments import pooling
from risico.interventions import catalogue
from risico.plan import EXAMPLE, Plan
from risico.plan.pooled import Pooled
from risico.pooling import pooled
from risico.study import Study, load
from test_experiments import HERE

WORDS = {"nl": "…", "en": "…"}
COLUMNS = {"effect": "y", "variance": "v", "study": "s"}
TOLD = {
    "id": "own", "version": 1, "title": WORDS, "question": WORDS, "expected": WORDS, "audience": "buiten",
    "data": {"source": "file", "forms": "own.csv", "public": True}, "design": "pooled",
    "pooled": {"kind": "between", "words": WORDS, "published": COLUMNS},
}  # fmt: skip
OF_D = {"kind": "between", "words": WORDS, "catalogue": {"metric": "d", "of": "meta_analyses"}}


def came(folder, rows, **changes):
    """Return what comes of a file with these rows (effect, variance, study, kind)."""
    pl.DataFrame(rows, schema=["y", "v", "s", "k"], orient="row").write_csv(folder / "own.csv")
    told = TOLD | {"pooled": {"kind": "between", "words": WORDS, "published": COLUMNS | changes}}
    (folder / "own.yaml").write_text(json.dumps(told))
    study = load(folder / "own.yaml")
    assert study.pooled is not None
    return pooling.result(study, study.pooled, folder / "own.yaml").estimates


APART = [(0.2, 0.01, "a", "between"), (0.5, 0.04, "b", "between"), (0.1, 0.02, "c", "between")]


def test_the_published_numbers_come_out(real_data):
    real_data("meta-assink2016")
    study = load(HERE / "published_pooled.yaml")
    found = pooling.result(study, study.pooled, HERE / "published_pooled.yaml").estimates
    assert found["pooled_effect_three_level"].value == pytest.approx(0.427, abs=0.0005)
    assert found["pooled_tau2_between"].value == pytest.approx(0.188, abs=0.0005)
    assert found["pooled_tau2_within"].value == pytest.approx(0.112, abs=0.0005)
    assert {e.name for e in found} == {"pooled_effect_three_level", "pooled_tau2_between", "pooled_tau2_within"}


def test_one_effect_of_each_study_has_a_range_for_a_next_study(tmp_path):
    found = came(tmp_path, [*APART, (0.9, 0.01, "d", "between")])
    own = pooled([0.2, 0.5, 0.1, 0.9], np.sqrt([0.01, 0.04, 0.02, 0.01]).tolist())
    assert found["pooled_effect"].value == own["pooled_effect"].value
    assert found["prediction"].low < found["pooled_effect"].low


def test_two_kinds_are_never_taken_together(tmp_path):
    assert came(tmp_path, APART, kind="k")["pooled_effect"].value is not None
    with pytest.raises(Refused, match="1 of 4 effects are not 'between'"):
        came(tmp_path, [*APART, (0.9, 0.01, "d", "within")], kind="k")


def test_an_error_variance_below_nought_is_no_variance(tmp_path):
    with pytest.raises(IllegalAnswers, match="below 0"):
        came(tmp_path, [(0.1, -0.01, "a", "between"), *APART])


def of_catalogue(**changes):
    told = Pooled.model_validate(OF_D | changes)
    return pooling._of_catalogue(told, told.catalogue)


def test_the_catalogue_takes_one_kind_of_one_scale_and_counts_what_has_no_margin():
    sizes = [s for one in catalogue().interventions.values() for s in one.effects]
    mine = [s for s in sizes if (s.kind, s.metric, s.design) == ("between", "d", "meta_analysis")]
    assert [s.value for s in mine if s.low is not None] == [0.416]
    found = of_catalogue()
    assert {e.value for e in found} == {None}
    assert found[0].why == (
        f"there is one effect, and taking together needs two; {len(mine) - 1} that were read had no margin"
    )
    assert "no effect with a number" in of_catalogue(catalogue={"metric": "risk_difference", "of": "trials"})[0].why
    points = of_catalogue(kind="within", catalogue={"metric": "points", "of": "trials"})
    assert points["pooled_effect"].n == 2
    assert points["pooled_effect"].value == pytest.approx(-20.4, abs=0.3)  # the two of Diehle (2015)


def test_the_page_says_that_nothing_can_be_said_in_dutch(tmp_path):
    run = experiments.run(HERE / "catalogue_pooled.yaml", tmp_path / "runs")
    page = experiments.write_review(run, tmp_path / "p.html").read_text(encoding="utf-8")
    assert "er is één uitkomst met een marge, en samennemen vraagt er twee" in page
    assert "0,416" not in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"data": {"source": "file", "forms": "own.csv"}}, "say public: true"),
        ({"data": {"source": "catalogue", "public": True}}, "the other way round"),
        ({"pooled": OF_D}, "the other way round"),
        ({"data": {"source": "catalogue", "public": True, "forms": "x.csv"}, "pooled": OF_D}, "give no files"),
        ({"pooled": OF_D | {"published": COLUMNS}}, "give one of the two"),
        ({"pooled": {"kind": "both", "words": WORDS, "published": COLUMNS}}, "kind"),
    ],
)
def test_what_it_cannot_mean_is_refused(tmp_path, changes, says):
    (tmp_path / "own.yaml").write_text(json.dumps(TOLD | changes))
    with pytest.raises(BrokenInstrument, match=says):
        load(tmp_path / "own.yaml")


def test_a_plan_cannot_follow_the_catalogue():
    with pytest.raises(ValueError, match="the catalogue of interventions has none"):
        Plan.model_validate(EXAMPLE | {"data": {"source": "catalogue"}})
    assert Study.model_validate(TOLD | {"pooled": OF_D, "data": {"source": "catalogue", "public": True}})
