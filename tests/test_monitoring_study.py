"""Studies over time: the spec, the run, what a page says of it in both languages, and what it never says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from risico.disclosure import release
from risico.errors import BrokenInstrument, UsageError
from risico.estimate import Estimate, Estimates
from risico.experiments import studies
from risico.experiments.watching import periods
from risico.pages.monitoring import sentence
from risico.pages.review import review
from risico.pages.wording import Voice, forbidden
from risico.strict import read_yaml
from risico.study import Study, load, restore

HERE = Path(__file__).parents[1] / "experiments"
NUMBERS = re.compile(r"<details>.*?</details>|<svg.*?</svg>", re.DOTALL)


def made(name: str, **data: Any) -> tuple[Study, Estimates]:
    study = load(HERE / f"{name}.yaml")
    assert isinstance(study, Study)
    if data:
        study = study.model_copy(update={"data": study.data.model_copy(update=data)})
    return study, studies.result(study, HERE / f"{name}.yaml").estimates


def page(study: Study, found: Estimates, language: Any) -> str:
    return review(release(found, study.audience, public=study.data.public), study, language=language)


def test_the_months_of_the_nhs_and_their_page(real_data):
    real_data("spc-ae-attendances")
    study, found = made("spc_emergency")
    raw, without = (
        found.where(chart=kind, rule="beyond_limits")["signals"].value for kind in ("raw", "without_season")
    )
    assert (raw, without) == (7, 0)
    assert {e.by["when"]: e.value for e in found if e.name == "units_outside"} == {"before": 138, "after": 7}
    nl, en = (page(study, found, language) for language in ("nl", "en"))
    assert "2017-12 tot en met 2018-03: boven de bovengrens." in nl
    assert "2017-12 to 2018-03: above the upper limit." in en
    assert "geen periode valt op" in nl
    assert nl.count('role="img"') == 3
    assert "Dit is geen ranglijst" in nl
    for language, text in (("nl", nl), ("en", en)):
        assert not forbidden(NUMBERS.sub("", text), "monitoring", language)


def test_the_course_of_the_made_up_region_and_its_page():
    study, found = made("synthetic_monitoring", households=400)
    waits = {(e.by["from"], e.by["to"]): e.value for e in found if e.name == "waiting_median"}
    assert set(waits) == {("report", "assessed"), ("assessed", "help_started"), ("report", "help_started")}
    assert found["shown_at_look"].value is not None
    nl, en = (page(study, found, language) for language in ("nl", "en"))
    assert "Van melding tot eerste hulp: de helft binnen" in nl
    assert "From report to first help: half within" in en
    assert "er is geen fase vastgelegd" in nl
    assert "deze marges gelden voor alle keren samen" in nl.lower()
    for language, text in (("nl", nl), ("en", en)):
        assert not forbidden(NUMBERS.sub("", text), "monitoring", language)
        assert "_" not in re.sub(r"synthetic_monitoring|[\w-]+=\"[^\"]*\"|<style.*?</style>|<[^>]*>", "",
                                 NUMBERS.sub("", text), flags=re.DOTALL)  # fmt: skip


def test_a_chart_of_counts_has_its_steps_with_their_reason(tmp_path):
    days = [f"2024-{m:02}-15" for m in range(1, 13)]
    pl.DataFrame({"day": days * 2, "n": [30, 32, 31, 33, 30, 32, 60, 61, 59, 62, 60, 61] * 2}).write_csv(
        tmp_path / "t.csv"
    )
    told = read_yaml(HERE / "spc_emergency.yaml")
    words = {"nl": "meldingen", "en": "reports"}
    why = {"nl": "nieuwe werkwijze", "en": "new way of working"}
    chart = {"period": "day", "count": "n", "words": words, "steps": {"2024-07": why}}
    told |= {"data": {"source": "file", "forms": "t.csv", "public": True}, "monitoring": {"chart": chart}}
    study = restore(told, "plan.yaml")
    assert isinstance(study, Study)
    found = studies.result(study, tmp_path / "plan.yaml").estimates
    assert len({e.value for e in found if e.name == "expected"}) == 2
    assert next(e for e in found if e.name == "measured").value == 60
    text = page(study, found, "nl")
    assert "De grenzen beginnen opnieuw in 2024-07: nieuwe werkwijze." in text
    assert "grenzen uit minder dan 12 perioden zijn voorlopig" in text.lower()


@pytest.mark.parametrize("rule", ["beyond_limits", "shift", "trend", "near_limits"])
@pytest.mark.parametrize("side", ["above", "below"])
def test_each_rule_has_a_plain_sentence_in_both_languages(rule, side):
    signal = Estimate(name="signal", value=7, by={"rule": rule, "side": side, "from": "2025-01", "to": "2025-07"})
    nl, en = (sentence(signal, Voice(language)) for language in ("nl", "en"))
    assert nl.startswith("2025-01 tot en met 2025-07: ")
    assert en.startswith("2025-01 to 2025-07: ")
    assert not re.search(r"rood|groen|red|green|amber|[{}]", nl + en)


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ("month", ["2025-01", "2025-06", "2025-07", "2025-12"]),
        ("quarter", ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]),
        ("half", ["2025-1", "2025-1", "2025-2", "2025-2"]),
        ("year", ["2025"] * 4),
    ],
)
def test_periods_end_where_the_calendar_does(per, expected):
    assert periods(["2025-01-01", "2025-06-30", "2025-07-01", "2025-12-31"], per, "x") == expected


def test_mistakes_get_a_message():
    with pytest.raises(UsageError, match="year-month-day"):
        periods(["31-12-2025"], "month", "x")
    told = read_yaml(HERE / "spc_emergency.yaml")
    with pytest.raises(BrokenInstrument, match="at least one of"):
        restore(told | {"monitoring": {}}, "plan.yaml")
    with pytest.raises(BrokenInstrument, match="needs monitoring"):
        restore({k: v for k, v in told.items() if k != "monitoring"}, "plan.yaml")
