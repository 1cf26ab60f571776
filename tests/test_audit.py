"""Score control: faults planted by plain arithmetic in invented forms; how often each is found, and wrongly named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from risico.audit import CAUSES, Explanation, Recheck, recheck
from risico.audit.causes import supposed, turned
from risico.cli import main
from risico.errors import UsageError
from risico.exchange import read, write
from risico.forms import enter
from risico.instrument import catalogue, load
from risico.pages import audit as audit_page
from risico.scoring.score import run as scored
from risico.strict import read_yaml

SEED, N = 20250411, 300


@dataclass(frozen=True)
class Hand:
    """How a form is scored by hand, from its sheet: written out here, so that nothing of the package plants a fault."""

    id: str
    result: str
    items: tuple[int, ...]
    codes: tuple[int, int]
    turned: tuple[int, ...] = ()
    mean: bool = False
    needs: int | None = None
    """How many answers are enough to prorate; None: every blank is one too many."""
    half_up: bool = False
    bounds: tuple[float, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def k(self) -> int:
        return len(self.items)

    def points(self, answers: np.ndarray, straight: tuple[int, ...] = ()) -> np.ndarray:
        low, high = self.codes
        turns = np.array([item in self.turned and item not in straight for item in self.items])
        return np.where(turns, low + high - answers, answers)

    def right(self, points: np.ndarray) -> float | None:
        there = points[~np.isnan(points)]
        if len(there) < (self.k if self.needs is None else self.needs):
            return None
        return self.prorated(there)

    def prorated(self, there: np.ndarray) -> float:
        value = there.mean() if self.mean else there.sum() * self.k / len(there)
        return float(np.floor(value + 0.5)) if self.half_up else float(value)

    def adding(self, points: np.ndarray) -> float:
        return float(np.nansum(points)) / (self.k if self.mean else 1)

    def level(self, value: float) -> str:
        return self.names[int(np.searchsorted(self.bounds, value + 1e-9, side="right")) - 1]


def run(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


HANDS = (
    Hand("phq9", "total", run(1, 9), (0, 3), needs=7, bounds=(0, 5, 10, 15, 20),
         names=("none_minimal", "mild", "moderate", "moderately_severe", "severe")),
    Hand("gad7", "total", run(1, 7), (0, 3), needs=5, bounds=(0, 5, 10, 15),
         names=("minimal", "mild", "moderate", "severe")),
    Hand("k10", "total", run(1, 10), (1, 5)),
    Hand("epds", "total", run(1, 10), (0, 3)),
    Hand("brs", "mean", run(1, 6), (1, 5), turned=(2, 4, 6), mean=True, needs=5, bounds=(1, 3, 4.31),
         names=("low", "normal", "high")),
    Hand("rses", "total", run(1, 10), (0, 3), turned=(2, 5, 6, 8, 9), bounds=(0, 15, 26),
         names=("low", "normal", "high")),
    Hand("pss_parental", "total", run(1, 18), (1, 5), turned=(1, 2, 5, 6, 7, 8, 17, 18)),
    Hand("fad_gf12", "mean", run(1, 12), (1, 4), turned=(1, 3, 5, 7, 9, 11), mean=True, needs=8),
    Hand("sdq", "hyperactivity", (2, 10, 15, 21, 25), (0, 2), turned=(21, 25), needs=3, half_up=True),
)  # fmt: skip


def answers(hand: Hand, blanks: int, rng: np.random.Generator) -> np.ndarray:
    """One form: answers that go together somewhat, some of them blank."""
    low, high = hand.codes
    middle = rng.uniform(low, high)
    drawn = np.clip(np.round(rng.normal(middle, 0.9, hand.k)), low, high)
    drawn[rng.choice(hand.k, blanks, replace=False)] = np.nan
    return drawn


# ------------------------------------------------------------------------------------------------ the planted faults


def one_blank(hand: Hand, rng: np.random.Generator) -> int:
    """Some blanks: as many as the form bears, or one or two where it bears none."""
    return int(rng.integers(1, 3 if hand.needs is None else hand.k - hand.needs + 1))


def blank_as_zero(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, one_blank(hand, rng), rng)
    return given, hand.adding(hand.points(given))


def not_reversed(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, 0, rng)
    straight = hand.turned if rng.random() < 0.5 else (int(rng.choice(hand.turned)),)
    return given, hand.right(hand.points(given, straight))


def other_coding(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, 0, rng)
    return given, hand.right(hand.points(given) + (1 if hand.codes[0] == 0 else -1))


def arithmetic(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, 0, rng)
    value = hand.right(hand.points(given)) or 0.0
    tens, ones = divmod(round(value), 10)
    if not hand.mean and 0 < tens < 10 and tens != ones and rng.random() < 0.5:
        return given, float(10 * ones + tens)
    return given, value + int(rng.choice([-2, -1, 1, 2])) / (hand.k if hand.mean else 1)


def not_scorable(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, 1 if hand.needs is None else hand.k - hand.needs + 1, rng)
    there = hand.points(given)
    return given, hand.prorated(there[~np.isnan(there)])


def right(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, int(rng.choice([0, 0, one_blank(hand, rng)])), rng)
    return given, hand.right(hand.points(given))


PLANTED: dict[str, Callable[[Hand, np.random.Generator], tuple[np.ndarray, float | None]]] = {
    f.__name__: f for f in (right, blank_as_zero, not_reversed, other_coding, arithmetic, not_scorable)
}


def planted(hand: Hand) -> tuple[pl.DataFrame, list[str], np.ndarray]:
    """A file of forms, each with one fault (or none): the file, each form's fault, and whether it can be seen.

    It cannot where the same came of it, or just the right value rounded to a whole number, as a user may do.
    """
    rng = np.random.default_rng([SEED, [h.id for h in HANDS].index(hand.id)])
    faults = [fault for fault in PLANTED for _ in range(N) if hand.turned or fault != "not_reversed"]
    made = [PLANTED[fault](hand, rng) for fault in faults]
    given = np.array([a for a, _ in made])
    filed = [None if value is None else round(value, 2) for _, value in made]
    truth = [hand.right(hand.points(a)) for a in given]
    seen = [f is not None and (t is None or not rounded(hand, f, t)) for f, t in zip(filed, truth, strict=True)]
    items = {
        f"{hand.id}_{item}": [None if x != x else int(x) for x in given[:, i]] for i, item in enumerate(hand.items)
    }
    forms = pl.DataFrame(items | {f"{hand.id}_{hand.result}": pl.Series(filed, dtype=pl.Float64)})
    return forms, faults, np.array(seen)


def rounded(hand: Hand, filed: float, truth: float) -> bool:
    tenths = hand.mean and abs(filed * 10 - round(filed * 10)) < 1e-9
    most = 0.05 if tenths else 0.5 if filed == int(filed) and truth != int(truth) and not hand.mean else 0.005
    return abs(truth - filed) <= most + 1e-9


def named(found: Recheck, n: int) -> list[set[str]]:
    """Per form the causes that were named; empty where the filed score follows."""
    causes: list[set[str]] = [set() for _ in range(n)]
    for row in found.rows():
        causes[row["row"] - 1] |= set(row["possible_cause"].split(" / "))
    return causes


@cache
def table() -> dict[str, dict[str, dict[str, float]]]:
    """Per planted fault and instrument: of the forms in which it shows, the share for which each cause is named."""
    out: dict[str, dict[str, dict[str, float]]] = {}
    for hand in HANDS:
        forms, faults, seen = planted(hand)
        causes = named(recheck(forms, hand.id), len(faults))
        for fault in dict.fromkeys(faults):
            mine = [c for c, f, s in zip(causes, faults, seen, strict=True) if f == fault and (s or fault == "right")]
            share = {cause: sum(cause in c for c in mine) / len(mine) for cause in CAUSES}
            out.setdefault(fault, {})[hand.id] = {cause: round(v, 3) for cause, v in share.items() if v}
    return out


# ------------------------------------------------------------------------------------------------ how often it is found

FOUND, CHANCE = 0.95, 0.03
COINCIDE = {
    # planted: other causes that give the very same number more often than CHANCE, and in what share at the most
    "blank_as_zero": {
        "not_scorable": 1.0,  # where the form bears no blank, the total is also one of a form that is not scorable
        "arithmetic": 0.9,  # one or two blanks with few points: the prorated total is at most two points higher
        "other_coding": 0.15,  # five items of 0-2: a point for each may be what prorating adds
        "not_reversed": 0.05,
    },
    "not_reversed": {"arithmetic": 0.85, "other_coding": 0.2},  # one item read the other way changes little
    "other_coding": {"arithmetic": 0.15, "not_reversed": 0.1},  # nine items: 9 more is also two digits swapped
    "arithmetic": {"not_reversed": 0.45, "other_coding": 0.3},
    "not_scorable": {"blank_as_zero": 0.25},  # one code 1 or 0 short: lowest code and prorating give one number
}


def test_nothing_is_named_where_the_filed_score_follows() -> None:
    assert table()["right"] == {hand.id: {} for hand in HANDS}


@pytest.mark.parametrize("fault", [fault for fault in PLANTED if fault != "right"])
def test_a_planted_fault_is_found_and_what_else_is_named_coincides(fault: str) -> None:
    for hand, named_ in table()[fault].items():
        assert named_[fault] >= FOUND, (hand, named_)
        for other, share in named_.items():
            if other != fault:
                assert share <= COINCIDE[fault].get(other, CHANCE), (hand, other, share)


def test_the_causes_that_coincide_really_do() -> None:
    """No exception stands in the list that nothing needs."""
    for fault, others in COINCIDE.items():
        for other in others:
            assert max(named_.get(other, 0) for named_ in table()[fault].values()) > CHANCE * 0.8, (fault, other)


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
    assert causes[1] == "blank_as_zero / not_scorable"


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
    found = recheck(forms.hstack(full.select(results)), it)
    assert [f.result for f in found.findings if f.differs] == []


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
