"""Proof of instruments: what holds is shown, what does not hold is caught, and counting agrees with writing out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import risico.proof.claims
import risico.proof.shipped
import risico.proof.states
from risico.cli import main
from risico.instrument import Condition, Instrument, catalogue, load
from risico.instrument.model import Alert, Band, Case, Missing, Score
from risico.proof import Line, prove
from risico.proof.overview import overview, undirected, verified
from risico.proof.seen import names_of, see
from risico.proof.shipped import Outcomes, Shipped, only
from risico.proof.states import States
from risico.proof.table import Every, Table
from risico.scoring import score as shipped_score
from risico.strict import read_yaml

DEMO = load(Path(__file__).parent / "good" / "demo3.yaml")
QUICK = ("phq9", "gad7", "itq", "pcl5", "audit", "rihg", "da", "da5", "who5", "ors", "kidscreen10", "zrm")


def failing(instrument: Instrument) -> set[tuple[str, str]]:
    return {(line.claim, line.about) for line in prove(instrument) if not line.holds}


def demo(**parts: Any) -> Instrument:
    """The example of the format with other parts, past the checks that would refuse some of them."""
    return only(DEMO, **parts)


def total(**parts: Any) -> Instrument:
    return demo(scores={"total": DEMO.scores["total"].model_copy(update=parts)})


# ------------------------------------------------------------------------------------------------ the library


@pytest.mark.parametrize("name", QUICK)
def test_what_must_hold_holds(name: str) -> None:
    lines = prove(name)
    assert lines
    assert [line for line in lines if not line.holds] == []


@pytest.mark.slow
def test_the_whole_library_is_proven_within_a_minute() -> None:
    """The minute is one of a processor, so that a busy machine does not fail it."""
    start, wrong = time.process_time(), list[tuple[str, Line]]()
    for name in catalogue():
        lines = prove(name)
        assert lines or load(name).status != "computed"
        wrong += [(name, line) for line in lines if not line.holds]
    assert wrong == []
    assert time.process_time() - start < 60


WAYS = {
    "phq9": ("total", "counted", r"0 … 27; 145 states of 1,953,125 forms"),
    "pcl5": ("provisional_dx", "split", r"False, True; .* of 3,656,158,440,062,976 forms"),
    "itq": ("diagnosis", "split", r"none, cptsd, ptsd; .* of 101,559,956,668,416 forms"),
    "rihg": ("outcome", "split", r".* of 1,099,511,627,776 forms"),
    "da5": ("total", "enumerated", r"0 … 5; 729 forms"),
    "ors": ("total", "sampled", r"0 … 40; .* forms drawn; no proof"),
}


@pytest.mark.parametrize("name", WAYS)
def test_each_way_says_what_it_looked_at(name: str) -> None:
    about, way, detail = WAYS[name]
    line = next(line for line in prove(name) if line.about == about)
    assert (line.way, bool(re.fullmatch(detail, line.detail))) == (way, True), line


def test_measured_lines_are_never_called_proven() -> None:
    assert {line.way for line in prove("ors") if line.about == "total"} == {"sampled"}


# ------------------------------------------------------------------------------------------------ counting is right


def told(out: Outcomes, names: list[str], rows: Any) -> list[tuple[float | None, ...]]:
    columns = [[None if np.isnan(v) else round(v, 9) for v in out[name][rows].tolist()] for name in names]
    return list(zip(*columns, strict=True))


def seen_by(shipped: Shipped, rows: Table | Every, names: list[str]) -> dict[str, set[Any]]:
    """Every result, and every change of result by one step, on the forms that do not contradict themselves."""
    it = shipped.instrument
    sound = ~shipped.refused(rows.forms) if it.refuse else np.ones(len(rows.forms), dtype=bool)
    out = {name: np.full(len(rows.forms), np.nan) for name in names}
    for name, values in shipped.results(rows.forms[sound]).items():
        if name in out:
            out[name][sound] = values
    found: dict[str, set[Any]] = {"results": set(told(out, names, sound))}
    for step in ("raise", "fill"):
        found[step] = set()
        for before, after in rows.pairs(step):
            both = sound[before] & sound[after]
            pairs = zip(told(out, names, before[both]), told(out, names, after[both]), strict=True)
            found[step] |= {(one, other) for one, other in pairs if one != other}
    return found


SMALL = {
    "demo3": DEMO,
    "auditc": load("auditc"),  # skips
    "pcptsd5": load("pcptsd5"),  # skips, and a decision that counts
    "hits": load("hits"),
    "cage": load("cage"),
    "djg6": load("djg6"),  # at least
    "family_apgar": load("family_apgar"),
    "who5": load("who5"),  # better when higher, and a linear rule
    "da (a part)": only(
        load("da"), items={k: v for k, v in load("da").items.items() if k in ("1", "2", "3", "3a", "4")}
    ),
}
DA = SMALL["da (a part)"]
DA_ITEMS = tuple(item for item in DA.scores["lower_bound"].of if item in DA.items)
SMALL["da (a part)"] = only(
    DA,  # refuses
    scores={
        name: DA.scores[name].model_copy(update={"of": DA_ITEMS, "range": None}) for name in ("total", "lower_bound")
    },
    bands={},
    alerts={},
)


@pytest.mark.parametrize("name", SMALL)
def test_counted_states_show_just_what_every_form_shows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No result and no change of a result is lost by counting, and none is made up."""
    it, shipped = SMALL[name], Shipped(SMALL[name])
    monkeypatch.setattr(risico.proof.states, "SMALL", 1)
    states = States(shipped)
    counted = 0
    for about in (*it.scores, *it.alerts):
        rule = it.scores[about] if about in it.scores else it.alerts[about].when
        try:
            table = states.of_score(about) if isinstance(rule, Score) else states.of_condition(rule)
        except risico.proof.states.TooMany:
            continue
        rows = states.every(states.rests_on(rule))
        some = next(seen for seen in see(shipped) if seen.name == about)
        names = names_of(some) if not any(b.by for b in it.bands.values()) else [about]
        assert seen_by(shipped, table, names) == seen_by(shipped, rows, names), about
        assert len(table.forms) < len(rows.forms) or len(rows.forms) < 10
        counted += 1
    assert counted


def test_a_state_stands_for_every_form_once() -> None:
    states = States(Shipped(load("phq9")))
    assert states.of_score("total").stands_for == 5**9
    refusing = States(Shipped(load("da")))
    both = 3**18 * (3 * 3 - 1)  # of the nine answers to 3 and 3a one contradicts itself
    assert refusing.of_score("total").stands_for == both


# ------------------------------------------------------------------------------------------------ wrong is caught


def levels(*levels: dict[str, Any]) -> Instrument:
    band = {"of": "total", "source": "r1", "levels": levels}
    return demo(bands={"band": Band.model_validate(band)})


def decide(*cases: tuple[dict[str, Any], Any], otherwise: Any) -> Instrument:
    made = tuple(Case(when=Condition.model_validate(when), then=then) for when, then in cases)
    score = Score(rule="decide", cases=made, otherwise=otherwise, source="r1", missing=Missing(then="certain"))
    return demo(scores={"total": score}, bands={})


TURNED = DEMO.items | {"b": DEMO.items["b"].model_copy(update={"reverse": False})}
HEAVY = DEMO.items | {"c": DEMO.items["c"].model_copy(update={"points": {0: 0, 1: 3, 2: 6}})}
WRONG: dict[str, tuple[Instrument, set[tuple[str, str]]]] = {
    "nothing": (DEMO, set()),
    "a range that is too wide": (total(range=(0, 7)), {("range", "total")}),
    "a range that is too narrow": (total(range=(0, 5)), {("range", "total")}),
    "a reversal that was forgotten": (demo(items=TURNED), {("worse", "total"), ("worse", "band")}),
    "a level that nobody has": (
        levels({"from": 0, "name": "low"}, {"from": 3, "name": "raised"}, {"from": 6.5, "name": "high"}),
        {("levels", "band")},
    ),
    "scores without a level": (levels({"from": 1, "name": "low"}, {"from": 3, "name": "raised"}), {("levels", "band")}),
    "a stretch without a reason": (levels({"from": 0}, {"from": 3, "name": "raised"}), {("levels", "band")}),
    "a stretch with its reason": (
        levels({"from": 0, "meaning": {"en": "not published"}}, {"from": 3, "name": "r"}),
        set(),
    ),
    "an alert that never fires": (
        demo(alerts={"x": Alert(when=Condition.model_validate({"score": "total", "at_least": 7}), words={"en": "x"})}),
        {("alert", "x")},
    ),
    "an alert that is always on": (
        demo(alerts={"x": Alert(when=Condition.model_validate({"score": "total", "at_least": 0}), words={"en": "x"})}),
        {("alert", "x")},
    ),
    "a heavy item prorated as a light one": (
        demo(items=HEAVY, scores={"total": DEMO.scores["total"].model_copy(update={"range": (0, 10)})}),
        {("filled", "total"), ("range", "total")},
    ),
    "there and back": (
        decide(({"item": "a", "is": 1}, "y"), otherwise="x"),
        {("one_way", "total")},
    ),
    "an outcome that never comes": (
        decide(({"item": "a", "at_least": 1}, "y"), ({"item": "a", "is": 2}, "z"), otherwise="x"),
        {("outcomes", "total")},
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_in_a_file_is_caught(what: str) -> None:
    instrument, caught = WRONG[what]
    assert failing(instrument) == caught


def blank_is_nought(forms: pl.DataFrame, it: Instrument) -> pl.DataFrame:
    """A scorer that reads a blank as 0, as many do."""
    return shipped_score(forms.with_columns(pl.col(name).fill_null(0) for name in it.columns()), it)


def no_ends(forms: pl.DataFrame, it: Instrument) -> pl.DataFrame:
    """A scorer whose ends do not leave room for what is blank."""
    return shipped_score(forms, it).with_columns(demo3_total_low="demo3_total", demo3_total_high="demo3_total")


def too_kind(forms: pl.DataFrame, it: Instrument) -> pl.DataFrame:
    """A scorer that gives no more than 4 where the first answer is the worst."""
    kind = (pl.col("demo3_a") == 2) & (pl.col("demo3_total") > 4)
    return shipped_score(forms, it).with_columns(demo3_total=pl.when(kind).then(4.0).otherwise("demo3_total"))


def heedless(forms: pl.DataFrame, it: Instrument) -> pl.DataFrame:
    """A scorer that does not look whether a score may be given."""
    return shipped_score(forms, only(it, scores={"total": it.scores["total"].model_copy(update={"only": None})}))


SCORERS = {
    blank_is_nought: {("blanks", "total"), ("filled", "total"), ("filled", "safety_c"), ("filled", "band")},
    no_ends: {("filled", "total")},
    too_kind: {("worse", "total"), ("filled", "total")},
}


@pytest.mark.parametrize("scorer", SCORERS, ids=lambda scorer: scorer.__name__)
def test_a_scorer_that_is_wrong_is_caught(
    scorer: Callable[[pl.DataFrame, Instrument], pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is right: what is proven is what ships, so the scorer has nowhere to hide."""
    monkeypatch.setattr(risico.proof.shipped, "score", scorer)
    assert failing(DEMO) == SCORERS[scorer]


def test_a_score_given_against_its_condition_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here: only with a worry. With a scorer that heeds it all holds but the lower end, which is never reached."""
    worried = total(only=Condition.model_validate({"item": "a", "at_least": 1}), range=(1, 6))
    assert failing(worried) == set()
    monkeypatch.setattr(risico.proof.shipped, "score", heedless)
    assert ("blanks", "total") in failing(worried)


def test_every_claim_can_fail() -> None:
    """Too many blanks, and two forms of one state, are claims about the scorer: no file can break them."""
    caught = set[tuple[str, str]]().union(*(found for _, found in WRONG.values()), *SCORERS.values())
    words = read_yaml(Path(risico.proof.claims.__file__).parent / "words.yaml")["claim"]
    assert {claim for claim, _ in caught} | {"alike"} == set(words)


def test_a_scorer_that_looks_at_more_than_the_rule_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting rests on a rule that adds up and nothing more; two forms of one state must score alike."""

    def sideways(forms: pl.DataFrame, it: Instrument) -> pl.DataFrame:
        more = pl.when(pl.col("phq9_1") == 3).then(1.0).otherwise(0.0)
        return shipped_score(forms, it).with_columns(pl.col("phq9_total") - more)

    monkeypatch.setattr(risico.proof.shipped, "score", sideways)
    assert ("alike", "total") in failing(load("phq9"))


def test_a_claim_that_fails_shows_the_step() -> None:
    line = next(line for line in prove(demo(items=TURNED)) if line.claim == "worse" and not line.holds)
    assert re.fullmatch(r"item b from \d to \d turns [\d.]+ into [\d.]+, on .*b=\d.*", line.detail), line.detail


# ------------------------------------------------------------------------------------------------ the command


def test_the_command_says_claim_way_and_result(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", "phq9", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "total               ok  counted     stays in its range and reaches both ends: 0 … 27" in said
    assert said.splitlines()[-1] == "phq9@1: all 13 claims hold (counted 11, enumerated 2)"


def test_the_command_fails_with_the_claim(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alert that can never fire loads well; the proof is what finds it."""
    text = (Path(__file__).parent / "good" / "demo3.yaml").read_text()
    broken = text.replace("when: {item: c, at_least: 2}", "when: {score: total, at_least: 7}")
    (tmp_path / "demo3.yaml").write_text(broken)
    monkeypatch.setenv("RISICO_INSTRUMENTS", str(tmp_path))
    assert main(["prove", "demo3", "--lang", "nl"]) == 1
    said = capsys.readouterr().out
    assert "safety_c  XX  uitgeschreven  het signaal kan aan en uit: komt nooit voor: true" in said
    assert "gelden NIET" in said


def test_the_page_has_a_line_per_instrument(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", "phq2", "ors", "--markdown", "--lang", "en"]) == 0
    head, _, phq2, ors = capsys.readouterr().out.splitlines()[-4:]
    assert head == "| Instrument | Status | Vectors | Proof | Numbers seen |"
    seen, every = verified(load("phq2"))
    claims, vectors = len(prove("phq2")), len(load("phq2").vectors)
    assert phq2 == f"| phq2@1 | computed | {vectors} | {claims} claims: enumerated {claims} | {seen} of {every} |"
    assert "sampled" in ors


PAGE = Path(__file__).parents[1] / "docs" / "instruments.md"
BEHIND = "docs/instruments.md is behind the library: write it anew with `risico prove --markdown --lang en`"


def test_the_committed_page_is_not_behind() -> None:
    """All of it but the proofs, which take a while: see the next test."""
    instruments = [load(name) for name in catalogue()]
    anew = overview({it.id: () for it in instruments}, instruments, "en").splitlines()
    assert without_proof(PAGE.read_text(encoding="utf-8").splitlines()) == without_proof(anew), BEHIND


def without_proof(lines: list[str]) -> list[list[str]]:
    return [[cell for place, cell in enumerate(line.split(" | ")) if place != 3] for line in lines]


@pytest.mark.slow
def test_the_proofs_on_the_committed_page_are_not_behind() -> None:
    instruments = [load(name) for name in catalogue()]
    anew = overview({it.id: prove(it) for it in instruments}, instruments, "en")
    assert PAGE.read_text(encoding="utf-8").rstrip() == anew, BEHIND


def test_what_has_no_direction_is_said() -> None:
    """Of a score that the file gives no direction nothing is claimed of worse answers, and that is not kept quiet."""
    aimless = total(higher_is="neutral")
    assert undirected(aimless, prove(aimless)) == ("total",)
    assert undirected(DEMO, prove(DEMO)) == ()
    assert "1 without a direction" in overview({"demo3": prove(aimless)}, [aimless], "en")


def test_what_nobody_saw_is_not_counted_as_seen() -> None:
    seen, every = verified(DEMO)
    assert (seen, every) == (3, 3)
    assert verified(total(source="memory")) == (2, 3)
    unseen = {"r1": DEMO.sources["r1"].model_copy(update={"seen": False})}
    assert verified(demo(sources=unseen)) == (0, 3)
