"""Tables for other programs hold what was released and nothing else; and what a team sees is kept nowhere."""

import copy
import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from risico import experiments
from risico.cli import main
from risico.disclosure import Earlier, release
from risico.errors import Refused, UsageError
from risico.estimate import Estimate, Estimates
from risico.experiments.ledger import NAME, Ledger
from risico.pages.tables import write_tables
from risico.plan import EXAMPLE

SENTINEL = "=cmd|' /C calc'!A0"


def told():
    kind = {"name": "change", "n": 60, "method": "count of families"}
    cells = {"worse": 4, "same": 26, SENTINEL: 30}
    found = [Estimate(**kind, value=v, by={"change": c}) for c, v in cells.items()]
    found.append(Estimate(name="itt", value=-0.25, low=-0.4, high=-0.1, se=0.07, n=120, method="difference"))
    return release(found, "organisatie")


def test_a_workbook_has_what_was_released_with_reasons_and_no_formula(tmp_path):
    [path] = write_tables(tmp_path / "t.xlsx", told(), "en")
    book = load_workbook(path)
    assert [sheet.title[:2] for sheet in book] == ["1 ", "2 "]
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert rows[1][1] == "fewer than 10 (withheld)"
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert rows[3][0] == SENTINEL
    assert [cell.value for cell in book.worksheets[1][2]][:4] == [-0.25, -0.4, -0.1, 120]


def test_csv_files_are_safe_to_open_and_keep_negative_numbers(tmp_path):
    paths = write_tables(tmp_path / "tables", told())
    assert sorted(path.name for path in paths) == ["change.csv", "itt.csv"]
    rows = list(csv.reader((tmp_path / "tables" / "change.csv").open(encoding="utf-8-sig")))
    assert [row[1] for row in rows[1:]] == ["minder dan 10 (niet getoond)", rows[2][1], "30"]
    assert rows[3][0] == f"'{SENTINEL}"
    assert next(r for r in csv.reader((tmp_path / "tables" / "itt.csv").open()) if r[0] == "-0.25")
    with pytest.raises(UsageError, match=r"one \.xlsx file"):
        write_tables(tmp_path / "t.ods", told())


def test_the_ledger_gives_back_what_was_shown_and_holds_nothing_hidden(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.add("registration", Earlier(audience="organisatie", data="abc", estimates=told()), "plan", "sha")
    assert ledger.read("registration") == [Earlier(audience="organisatie", data="abc", estimates=Estimates(told()))]
    assert ledger.read("synthetic 1") == []
    line = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))
    values = dict(zip(line["estimates"]["columns"], line["estimates"]["data"][0], strict=True))
    assert (values["value"], values["n"]) == (None, None)
    (tmp_path / NAME).write_text("broken\n", encoding="utf-8")
    with pytest.raises(Refused, match="ledger"):
        ledger.read("registration")


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "leerverslag.yaml"
    source = Path(__file__).parents[1] / "experiments" / "leerverslag.yaml"
    path.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_a_team_sees_its_own_numbers_on_a_screen_and_nothing_is_kept(plan, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    seen = experiments.look(plan).estimates
    shown = [e.value for e in seen if e.method.startswith("count") and e.value is not None]
    assert min(shown) >= 5
    assert any(value < 10 for value in shown)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["review", "--team", str(plan), "--lang", "en"]) == 0
    assert "Nothing of this was kept" in capsys.readouterr().out
    assert set(tmp_path.rglob("*")) == before


def test_what_a_team_sees_goes_into_no_file(plan, tmp_path, capsys):
    for more in ([], ["-o", str(tmp_path / "x.html")], ["--tables", str(tmp_path / "x.xlsx")]):
        assert main(["review", "--team", str(plan), *more]) != 0
        assert "own screen" in capsys.readouterr().err
    assert not list(tmp_path.glob("x.*"))


def test_another_plan_is_not_for_the_screen_of_a_team(plan):
    text = plan.read_text(encoding="utf-8")
    assert text.count("audience: team") == 1
    plan.write_text(text.replace("audience: team", "audience: organisatie"), encoding="utf-8")
    with pytest.raises(Refused, match="risico run and risico review"):
        experiments.look(plan)


@pytest.mark.slow
def test_a_run_with_one_household_more_tells_nothing_that_the_first_did_not(tmp_path):
    told = copy.deepcopy(EXAMPLE) | {
        "id": "trial",
        "profile": {"how": "rule", "moment": "T0", "where": {"rater_position": "first"}},
    }
    found = []
    for households in (200, 201):
        data = {"source": "synthetic", "seed": 4, "households": households}
        (tmp_path / "trial.yaml").write_text(json.dumps(told | {"data": data}), encoding="utf-8")
        found.append(experiments.run(tmp_path / "trial.yaml", tmp_path / "runs").estimates)
    before = {(e.name, e.at, *sorted(e.by.items())): e for e in found[0]}
    counts = [e for e in found[1] if e.value is not None and e.method.startswith("count")]
    moved = [(e.value, before[e.name, e.at, *sorted(e.by.items())].value) for e in counts]
    assert all(was is not None and (now == was or abs(now - was) >= 10) for now, was in moved)
    assert any("earlier release" in (e.why or "") for e in found[1])
    assert not any(e.n in (200, 201) for e in found[1])
    assert len((tmp_path / "runs" / NAME).read_text(encoding="utf-8").splitlines()) == 2
