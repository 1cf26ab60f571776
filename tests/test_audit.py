"""Score control: faults planted by plain arithmetic in invented forms; how often each is found, and wrongly named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from conftest import ROOT
from planted import HANDS, PLANTED, SEED, Hand, answers, found, share, told
from risico.audit import CAUSES, Explanation, recheck
from risico.audit.causes import supposed, turned
from risico.cli import main
from risico.errors import UsageError
from risico.exchange import read, write
from risico.forms import enter
from risico.instrument import catalogue, load
from risico.pages import audit as audit_page
from risico.scoring.score import run as scored
from risico.strict import read_yaml

# ------------------------------------------------------------------------------------------------ how often it is found

PAGE = ROOT / "docs" / "audit_causes.md"


@pytest.mark.slow
def test_the_page_of_planted_causes_is_not_behind() -> None:
    """Write it anew with `python benchmarks/audit_causes.py`, and read the change."""
    assert PAGE.read_text(encoding="utf-8") == told()


def test_nothing_is_named_where_the_filed_score_follows() -> None:
    assert not [form for form in found() if form.fault == "right" and form.named]


def test_every_kind_of_fault_is_planted() -> None:
    """Of all causes only those are not planted that say that nothing is known of the cause."""
    assert {form.cause for form in found()} == {"right", *CAUSES} - {"illegal", "impossible", "cannot_tell"}


@pytest.mark.parametrize("fault", [*(fault for fault in PLANTED if fault != "right"), "wrong_band", "from_total"])
def test_a_planted_fault_is_found_and_no_other_cause_stands_in_its_place(fault: str) -> None:
    """It is named, alone or as one of several that fit; another cause is never named instead of it."""
    for instrument in {form.instrument for form in found() if form.fault == fault}:
        mine = [form for form in found() if form.fault == fault and form.instrument == instrument]
        assert share(mine, lambda form: form.cause in form.named) >= FOUND, instrument
        assert share(mine, lambda form: form.cause not in form.named and len(form.named) == 1) <= 1 - FOUND, instrument


FOUND = 0.99
ALONE = {
    "blank_as_zero": 0.7,  # one or two blanks with few points: prorating adds at most two, as a slip does
    "not_reversed": 0.5,  # one item read the other way changes little, as a slip does
    "other_coding": 0.9,
    "other_version": 0.6,
    "arithmetic": 0.75,
    "not_scorable": 0.9,
    "wrong_band": 1.0,
    "from_total": 1.0,
}


@pytest.mark.parametrize("fault", ALONE)
def test_most_faults_are_told_from_all_others(fault: str) -> None:
    mine = [form for form in found() if form.fault == fault]
    assert share(mine, lambda form: form.named == {form.cause}) >= ALONE[fault]


def test_the_items_turned_are_those_of_the_sheets() -> None:
    for hand in HANDS:
        mine = {str(item) for item in hand.turned}
        assert mine == set(turned(load(hand.id))) & {str(item) for item in hand.items}


# ------------------------------------------------------------------------------------------------ levels


@pytest.mark.parametrize("hand", [hand for hand in HANDS if hand.names], ids=lambda hand: hand.id)
def test_a_wrong_level_beside_a_right_total_is_told_from_one_that_follows_a_wrong_total(hand: Hand) -> None:
    rng = np.random.default_rng(SEED)
    given = [answers(hand, 0, rng) for _ in range(200)]
    totals = [hand.right(hand.points(a)) or 0.0 for a in given]
    levels = [hand.level(t) for t in totals]
    rest = [[name for name in hand.names if name != level] for level in levels]
    wrong = [names[int(rng.integers(len(names)))] for names in rest]
    off = [t + (5 if t + 5 <= hand.codes[1] * hand.k else -5) / (hand.k if hand.mean else 1) for t in totals]
    items = {f"{hand.id}_{item}": [int(a[i]) for a in given] for i, item in enumerate(hand.items)}
    band = {f"{hand.id}_{hand.result}": totals, f"{hand.id}_band": wrong}
    found = recheck(pl.DataFrame(items | band), hand.id)
    assert found.findings[0].differs == 0
    assert [row["possible_cause"] for row in found.rows()] == ["wrong_band"] * 200
    follows = [hand.level(t) for t in off]
    moved = [a != b for a, b in zip(follows, levels, strict=True)]
    band = {f"{hand.id}_{hand.result}": off, f"{hand.id}_band": follows}
    found = recheck(pl.DataFrame(items | band), hand.id)
    assert found.findings[1].groups == ((("from_total",), sum(moved)),)
    assert sum(move.n for move in found.findings[1].moves) == sum(moved)


def test_what_would_change_level_is_counted_and_which_way() -> None:
    forms = pl.DataFrame({f"gad7_{i}": [3, 0] for i in range(1, 8)} | {"gad7_total": [3, 20]})
    moves = [move for move in recheck(forms, "gad7").findings[0].moves if move.band == "band"]
    assert [(m.filed, m.follows, m.n, m.heavier) for m in moves] == [
        ("minimal", "severe", 1, True),
        ("severe", "minimal", 1, False),
    ]


def test_rounding_is_no_fault_unless_it_brings_another_level() -> None:
    forms = pl.DataFrame({f"gad7_{i}": [1, 2] if i < 5 else [0, 1] for i in range(1, 7)} | {"gad7_total": [5, 12]})
    finding = recheck(forms, "gad7").findings[0]  # 4.67 filed as 5: mild instead of minimal; 11.67 filed as 12
    assert (finding.follows, finding.rounded, finding.groups) == (1, 1, ((("arithmetic",), 1),))


def test_levels_are_read_by_name_and_by_what_they_mean_and_other_words_are_only_counted() -> None:
    forms = pl.DataFrame({f"gad7_{i}": [2] * 5 for i in range(1, 8)} | {"gad7_band": FILED})
    finding = recheck(forms, "gad7").findings[0]
    assert (finding.follows, finding.unreadable, finding.differs) == (3, 1, 1)


FILED = ["moderate", "Matige klachten", "moderate symptoms", "zie dossier Sentinelsma", "mild"]


def test_a_level_without_its_norm_group_is_not_checked_and_another_norm_group_is_a_version() -> None:
    answers_ = {f"sdq_{i}": [2] for i in range(1, 26)}
    bare = recheck(pl.DataFrame(answers_ | {"sdq_band3": ["normal"]}), "sdq").findings[0]
    assert (bare.unchecked, bare.differs) == (1, 0)
    it = load("sdq")
    uk = it.bands["band3"].tables()
    level = {path: [x.from_ for x in table_][2] for path, table_ in uk.items()}
    assert level["uk", "parent"] != level["uk", "self"]
    norms = {"norms": ["uk"], "informant": ["parent"]}
    total = level["uk", "parent"]  # 17 of 40: five items of 2 reversed are 0, the rest add up
    codes = _sdq(total)
    filed = codes | norms | {"sdq_total": [total], "sdq_band3": ["borderline"]}
    found = recheck(pl.DataFrame(filed), "sdq")
    assert found.findings[0].follows == 1
    assert found.rows()[0]["possible_cause"] == "other_coding / wrong_band"


def _sdq(total: int) -> dict[str, list[int]]:
    it = load("sdq")
    counted = [i for s in ("emotional", "conduct", "hyperactivity", "peer") for i in it.scores[s].of]
    codes = {f"sdq_{i}": 0 for i in it.items}
    for item in counted:
        worth = min(2, total)
        codes[f"sdq_{item}"] = 2 - worth if it.items[item].reverse else worth
        total -= worth
    return {name: [code] for name, code in codes.items()}


# ------------------------------------------------------------------------------------------------ files as they come


def test_a_file_counted_from_one_is_seen_also_where_its_answers_are_no_codes() -> None:
    rng = np.random.default_rng(SEED)
    given = rng.integers(0, 4, (50, 9))
    forms = {f"phq9_{i + 1}": (given[:, i] + 1).tolist() for i in range(9)}
    found = recheck(pl.DataFrame(forms | {"phq9_total": given.sum(axis=1).tolist()}), "phq9")
    assert all("other_coding" in row["possible_cause"] for row in found.rows())
    assert len(found.rows()) == 50
    first = found.findings[0].explanations[0]
    assert (first.cause, first.which, first.explains, first.shows) == ("other_coding", "answers-1", 50, 50)


def test_answers_that_are_no_code_and_forms_that_contradict_themselves_are_not_read() -> None:
    forms = pl.DataFrame({f"phq9_{i}": [1, 1] for i in range(1, 9)} | {"phq9_9": [7, 1], "phq9_total": [8, 9]})
    finding = recheck(forms, "phq9").findings[0]
    assert finding.groups == ((("illegal",), 1),)
    da = load("da")
    form = {f"da_{i}": [0] for i in da.items} | {"da_3": [1], "da_3a": [1], "da_total": [5]}
    assert recheck(pl.DataFrame(form), "da").findings[0].groups == ((("illegal",), 1),)


def test_decisions_in_words_are_checked_too() -> None:
    it = load("pvs")
    answers_ = {f"pvs_{i}": [0, 0, None] for i in it.items}
    otherwise = str(it.scores["band"].otherwise)
    other = next(str(case.then) for case in it.scores["band"].cases if case.then != otherwise)
    found = recheck(pl.DataFrame(answers_ | {"pvs_band": [otherwise, other, otherwise]}), "pvs")
    assert found.findings[0].follows == 1
    causes = [row["possible_cause"] for row in found.rows()]
    assert causes[0] == "cannot_tell"
    assert causes[1] == "blank_as_zero"


KINDS = [
    "ace10",
    "cage",
    "cries8",
    "da",
    "djg6",
    "icast",
    "odara",
    "pvs",
    "sara_v2",
    "score15",
    "web",
    "zrm_ouderschap",
]


@pytest.mark.parametrize(
    "id_", [pytest.param(id_, marks=[] if id_ in KINDS else pytest.mark.slow) for id_ in catalogue()]
)
def test_every_instrument_can_be_rechecked_and_agrees_with_itself(id_: str) -> None:
    """What the scorer itself gives always follows, whatever the rule; one blank form is never a fault."""
    it, rng = load(id_), np.random.default_rng(SEED)
    columns: dict[str, Any] = {}
    for item in it.items:
        codes, ends = it.codes(item), it.answer_set(item).number
        choices = list(codes) if codes is not None else [ends[0], ends[1]]  # type: ignore[index]
        drawn = [choices[int(rng.integers(len(choices)))] for _ in range(12)]
        text = any(isinstance(choice, str) for choice in choices)
        columns[f"{it.id}_{item}"] = [None if i == 0 else str(d) if text else d for i, d in enumerate(drawn)]
    forms = pl.DataFrame(columns)
    full = scored(enter(forms, forms.columns), it)
    results = [f"{it.id}_{name}" for name in (*it.scores, *it.bands)]
    research = {name for name, entry in it.scores.items() if entry.research}
    found = recheck(forms.hstack(full.select(results)), it)
    assert [f.result for f in found.findings if f.differs] == []
    assert research.isdisjoint(f.result for f in found.findings), "a sum for research is on no page"


def test_what_was_not_meant_is_said() -> None:
    forms = pl.DataFrame({"phq9_1": [1], "TOTAAL": [3]})
    with pytest.raises(UsageError, match="--filed total=COLUMN"):
        recheck(forms, "phq9")
    with pytest.raises(UsageError, match="no score or level 'totl'"):
        recheck(forms, "phq9", {"totl": "TOTAAL"})
    with pytest.raises(UsageError, match="no column 'TOTAL'"):
        recheck(forms, "phq9", {"total": "TOTAL"})
    with pytest.raises(UsageError, match="No column belongs to gad7"):
        recheck(forms, "gad7", {"total": "TOTAAL"})


# ------------------------------------------------------------------------------------------------ page and command


def audited(folder: Path) -> Path:
    """Three forms: one follows, one has blanks counted as 0, one has a wrong level; keys and a note that are names."""
    items = {f"GAD{i}": [1, 2, 3] for i in range(1, 8)} | {"GAD7": [1, None, 3]}
    rest = {"case": ["Zelda Sentinelsma", "20269911482", "c"], "TOTAAL": [7, 12, 21]}
    rest |= {"NIVEAU": ["mild", "moderate", "mild"], "opmerking": ["ANTWOORDQX"] * 3}
    write(pl.DataFrame(rest | items), folder / "filed.csv")
    columns = ", ".join(f'"{i}": GAD{i}' for i in range(1, 8))
    map_ = f"made_for: filed.csv\nkeys: {{case: case}}\ninstruments: {{gad7: {{sure: true, columns: {{{columns}}}}}}}\n"
    (folder / "map.yaml").write_text(map_, encoding="utf-8")
    return folder / "filed.csv"


def command(folder: Path, *more: str) -> list[str]:
    path = audited(folder)
    return [
        "recheck",
        "gad7",
        str(path),
        "--map",
        str(folder / "map.yaml"),
        "--filed",
        "total=TOTAAL,band=NIVEAU",
        *more,
    ]


SENTINELS = ("Sentinelsma", "20269911482", "ANTWOORDQX")


@pytest.mark.parametrize("ending", [".html", ".md"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_holds_counts_and_causes_and_no_row(
    ending: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"page{ending}"
    assert main([*command(tmp_path), "-o", str(out), "--lang", language]) == 0
    page, said = out.read_text(encoding="utf-8"), "".join(capsys.readouterr())
    assert not [s for s in SENTINELS if s in page + said]
    cause = {"nl": "leeg antwoord geteld als 0", "en": "blank answer counted as 0"}[language]
    level = {"nl": "verkeerd niveau bij een goede score", "en": "wrong level for a right score"}[language]
    assert cause in page
    assert level in page
    assert {"nl": "1 keer hoort bij de antwoorden een zwaarder", "en": "1 times a heavier level"}[language] in page
    assert "://" not in page
    assert not re.search(r"\{\w+\}", page)
    assert "audit" not in page.lower()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["filed.csv", "map.yaml", out.name])


def test_without_a_page_it_is_shown_and_rows_go_to_their_own_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command(tmp_path), "--rows", str(tmp_path / "rows.csv")]) == 0
    shown = "".join(capsys.readouterr())
    assert shown.count("# Scorecontrole") == 1
    assert not [s for s in SENTINELS if s in shown]
    rows = read(tmp_path / "rows.csv")
    assert rows.columns == ["row", "case", "result", "filed", "follows", "possible_cause"]
    assert rows.select("row", "result").rows() == [(2, "gad7_total"), (3, "gad7_band")]
    assert rows["case"].to_list() == ["20269911482", "c"]
    assert "ANTWOORDQX" not in (tmp_path / "rows.csv").read_text(encoding="utf-8")


def test_where_all_follows_no_rows_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(pl.DataFrame({f"gad7_{i}": [1] for i in range(1, 8)} | {"gad7_total": [7]}), tmp_path / "f.csv")
    assert main(["recheck", "gad7", str(tmp_path / "f.csv"), "--rows", str(tmp_path / "rows.csv"), "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "Every score that could be checked follows from the answers." in shown
    assert not (tmp_path / "rows.csv").exists()


def test_what_the_command_cannot_mean_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(audited(tmp_path))
    for more in (["--filed", "TOTAAL"], ["-o", str(tmp_path / "page.pdf")], ["--rows", path]):
        assert main(["recheck", "gad7", path, *more]) == UsageError.exit_code
    moments = 'made_for: f\nmoments: ["1", "2"]\ninstruments: {gad7: {columns: {"1": [GAD1, GAD2]}}}\n'
    (tmp_path / "wide.yaml").write_text(moments, encoding="utf-8")
    assert main(["recheck", "gad7", path, "--map", str(tmp_path / "wide.yaml")]) == UsageError.exit_code
    assert "one row per form" in capsys.readouterr().err


def test_a_filed_score_that_cannot_be_is_said_to_be_impossible() -> None:
    forms = pl.DataFrame({f"phq9_{i}": [2, 2, 2] for i in range(1, 11)} | {"TOTAAL": [77, 18, 9]})
    (found,) = recheck(forms, "phq9", {"phq9_total": "TOTAAL"}).findings
    assert found.result == "total"
    assert dict(found.groups)[("impossible",)] == 1
    assert not any("impossible" in group for group, _ in found.groups if group != ("impossible",))
    told = audit_page.markdown(recheck(forms, "phq9", {"total": "TOTAAL"}), "nl")
    assert "kan niet: lager of hoger dan deze score kan zijn" in told


def test_every_cause_and_way_has_words() -> None:
    said = read_yaml(Path(audit_page.__file__).parent / "templates" / "audit_words.yaml")
    assert set(said["cause"]) == set(CAUSES)
    for id_ in ("sdq", "cts2s", "who5", "phq9"):
        for way in supposed(load(id_)):
            tell = audit_page.Teller(load(id_), "nl")
            assert tell.cause(Explanation(cause=way.cause, which=way.which, explains=1, shows=1))


def test_bands_filed_alone_name_what_is_possible_and_no_more() -> None:
    forms = pl.DataFrame({f"gad7_{i}": [1, 3] for i in range(1, 8)} | {"gad7_band": ["moderate", "minimal"]})
    groups = dict(recheck(forms, "gad7").findings[0].groups)
    assert groups == {("other_coding",): 1, ("cannot_tell",): 1}
