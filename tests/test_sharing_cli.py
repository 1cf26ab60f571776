"""`risico share` and `risico pool` as a region meets them."""

import json
import re
import stat
from pathlib import Path

import pytest

from regions import Regions, forms
from risico.cli import main
from risico.study import load

SHIPPED = Path(__file__).parents[1] / "experiments" / "shared_reliability.yaml"


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """The shipped plan with the keys of three invented regions, and their files, all made from the command line."""
    folder = tmp_path_factory.mktemp("shipped")
    text = SHIPPED.read_text(encoding="utf-8")
    for region in load(SHIPPED).shared.regions:
        assert run("share", "--new-key", region, "-o", folder) == 0
        from risico.sharing.keys import public, read_key

        text = re.sub(rf"    {region}: \S+", f"    {region}: {public(read_key(folder / f'{region}.key'))}", text)
    plan = folder / SHIPPED.name
    plan.write_text(text, encoding="utf-8")
    files = [folder / f"{region}.json" for region in ("zuid", "midden", "noord")]
    for path in files:
        assert run("share", plan, "--key", path.with_suffix(".key"), "-o", path, "--yes") == 0
    return plan, files


def test_the_shipped_plan_is_carried_out_by_three_regions(shipped, capsys):
    plan, files = shipped
    assert run("pool", *files, plan, "--lang", "en") == 0
    shown = capsys.readouterr().out
    assert "3 regions together: midden, noord, zuid" in shown
    assert re.search(r"alpha +phq9_total .* 2950 +Cronbach's alpha, interval of Feldt; exact, of 3 regions", shown)


def test_the_result_is_a_table_or_a_page(shipped, tmp_path, capsys):
    plan, files = shipped
    assert run("pool", *files, plan, "-o", tmp_path / "t.json") == 0
    told = json.loads((tmp_path / "t.json").read_text())
    assert told["regions"] == ["midden", "noord", "zuid"]
    assert [e["n"] for e in told["estimates"] if e["name"] == "alpha" and not e["without"]] == [2950]
    assert run("pool", *files, plan, "-o", tmp_path / "t.html") == 0
    page = (tmp_path / "t.html").read_text()
    assert "zonder regio noord" in page
    assert not re.search(r"(?<!zonder regio )(?<!De )\bnoord\b", page), "a region stands there only as left out"
    assert run("pool", *files, plan, "-o", tmp_path / "t.csv") == 2
    assert run("pool", *files, plan, "-o", tmp_path / "t.json") == 2, "nothing is written over"


def test_everything_that_leaves_is_shown_first(tmp_path, capsys, monkeypatch):
    there = Regions(tmp_path / "r", ["a", "b", "c"])
    forms(1).write_csv(there.home / "a" / "forms.csv")
    command = ["share", there.home / "a" / "together.yaml", "--key", there.keys["a"], "-o", tmp_path / "a.json"]
    assert run(*command) == 2, "nobody said yes"
    asked = capsys.readouterr()
    assert "nobody is here to say yes" in asked.err
    assert not (tmp_path / "a.json").exists()
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda prompt: "n")
    assert run(*command) == 0
    assert not (tmp_path / "a.json").exists()
    monkeypatch.setattr("builtins.input", lambda prompt: "ja")
    assert run(*command) == 0
    assert (tmp_path / "a.json").read_text() in capsys.readouterr().out
    assert (tmp_path / "a.json").read_text() in asked.out


def test_a_new_key_prints_the_public_one_for_the_plan(tmp_path, capsys):
    assert run("share", "--new-key", "oost", "-o", tmp_path) == 0
    shown = capsys.readouterr()
    assert re.fullmatch(r"oost: [A-Za-z0-9+/]{43}=\n", shown.out)
    assert stat.S_IMODE((tmp_path / "oost.key").stat().st_mode) == 0o600
    assert run("share", "--new-key", "oost", "-o", tmp_path) == 2


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("two", 6, "files of 2 regions"),
        ("twice", 6, "more than one file of: noord"),
        ("changed", 6, "signature is not that of noord"),
        ("plan", 6, "another version of this one"),
        ("broken", 3, "no file of a region"),
        ("absent", 3, "There is no file"),
    ],
)
def test_each_refusal_has_its_words_and_its_code(what, code, said, shipped, tmp_path, capsys):
    plan, files = shipped
    other, last = tmp_path / "other.json", files[2].read_text()
    other.write_text({"changed": last.replace('"forms": ', '"forms": 1'), "broken": "{"}.get(what, last))
    if what == "plan":
        text = plan.read_text(encoding="utf-8").replace("version: 1", "version: 2")
        plan = tmp_path / plan.name
        plan.write_text(text, encoding="utf-8")
    given = {"two": files[:2], "twice": [*files, other], "absent": [*files, "x.json"]}.get(what, [*files[:2], other])
    assert run("pool", *given, plan) == code
    assert said in capsys.readouterr().err


def test_a_shared_plan_is_not_run_and_another_plan_is_not_shared(shipped, tmp_path, capsys):
    plan, files = shipped
    assert run("run", plan, "--store", tmp_path) == 6
    assert "risico share" in capsys.readouterr().err
    other = SHIPPED.parent / "profile_coding.yaml"
    assert run("share", other, "--key", files[0].with_suffix(".key"), "-o", tmp_path / "x.json", "--yes") == 2
    assert "no plan that regions share" in capsys.readouterr().err


def test_no_private_key_is_in_the_repository():
    for path in (SHIPPED.parents[1] / "experiments").rglob("*"):
        assert path.is_dir() or b"PRIVATE KEY" not in path.read_bytes()
