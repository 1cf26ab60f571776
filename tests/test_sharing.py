"""Sharing by file: exact sums, small numbers withheld, signatures that hold, and every refusal."""

import json
import stat
import sys

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regions import RISKS, STEPS, Regions, asks, forms
from risico.disclosure.tallies import Told, withheld
from risico.errors import BrokenInstrument, MissingExtra, Refused, UnreadableFile, UsageError
from risico.exchange import read
from risico.pooling import pooled
from risico.reliability import consistency
from risico.sharing import new_key, pool, share
from risico.sharing.counting import joined
from risico.validity import auc, calibration

ITEMS = [f"phq9_{i}" for i in range(1, 10)]


def value(found, name, **by):
    return next(e for e in found if e.name == name and dict(e.by).items() >= by.items() and "without" not in e.by).value


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Twenty-five regions, each with its own forms, and all of these in one frame."""
    there = Regions(tmp_path_factory.mktemp("many") / "r", [f"r{i:02}" for i in range(25)])
    rows = {name: forms(place, 400 + 7 * place) for place, name in enumerate(there.keys)}
    files = [there.send(name, rows[name]) for name in rows]
    return there, rows, pool(files, there.plan)


# what is promised to be exact, is


def test_pooled_numbers_are_those_of_the_pooled_records(many):
    _, rows, found = many
    everything = pl.concat(rows.values())
    points = everything.select(ITEMS).to_numpy()
    known = consistency(points)
    total = points.sum(axis=1)
    assert not found.withheld
    for name in ("alpha", "sem"):
        assert value(found.estimates, name) == pytest.approx(known[name].value, abs=1e-10)
    assert found.estimates[0].low == pytest.approx(known["alpha"].low, abs=1e-10)
    assert value(found.estimates, "score_mean") == pytest.approx(total.mean(), abs=1e-10)
    assert value(found.estimates, "share_at_least") == pytest.approx((total >= 10).mean(), abs=1e-10)
    again = everything["again"].to_numpy() == "ja"
    level = np.array(STEPS)[np.searchsorted(STEPS, total, side="right") - 1]
    area = auc({"s": level, "y": again}, "s", "y")["auc"]
    told = next(e for e in found.estimates if e.name == "auc")
    assert (told.value, told.low, told.se) == pytest.approx((area.value, area.low, area.se), abs=1e-10)
    assert "joined to 5 levels, from 0, 4, 7, 10, 15; exact, of 25 regions" in told.method
    assert value(found.estimates, "base_rate") == pytest.approx(again.mean(), abs=1e-10)
    risk = np.array(RISKS)[np.searchsorted(STEPS, total, side="right") - 1]
    for e in calibration({"p": risk, "y": again}, "p", "y"):
        assert value(found.estimates, e.name) == pytest.approx(e.value, abs=1e-10)


def test_each_region_is_left_out_in_turn_in_the_order_of_the_alphabet(many):
    there, rows, found = many
    left = [e for e in found.estimates if e.name == "alpha" and "without" in e.by]
    assert [e.by["without"] for e in left] == sorted(there.keys) == list(found.regions)
    others = pl.concat(rows[name] for name in rows if name != "r03").select(ITEMS).to_numpy()
    assert left[3].value == pytest.approx(consistency(others)["alpha"].value, abs=1e-10)


def test_what_does_not_add_up_is_taken_together_by_random_effects(many):
    _, rows, found = many
    own = [consistency(frame.select(ITEMS).to_numpy())["omega_total"] for frame in rows.values()]
    known = pooled(own)
    for name in ("pooled_effect", "pooled_tau2", "pooled_q"):
        assert value(found.estimates, name, of="omega_total") == pytest.approx(known[name].value, abs=1e-10)


def test_a_mean_of_its_own_is_exact_and_regions_that_differ_show(tmp_path):
    there = Regions(tmp_path / "r", ["a", "b", "c"], {"means": [{"instrument": "phq9"}]})
    rows = {name: forms(place).with_columns(pl.col(ITEMS[:5]).clip(place, 3)) for place, name in enumerate("abc")}
    found = pool([there.send(name, rows[name]) for name in rows], there.plan).estimates
    totals = [frame.select(ITEMS).to_numpy().sum(axis=1) for frame in rows.values()]
    assert value(found, "score_mean") == pytest.approx(np.concatenate(totals).mean(), abs=1e-10)
    assert value(found, "pooled_i2", of="score_mean") > 0.9


def test_levels_that_one_region_joined_are_joined_for_all(tmp_path):
    there = Regions(tmp_path / "r", ["a", "b", "c"])
    few = forms(5, 110)
    rows = {"a": forms(1), "b": forms(2), "c": few}
    told = {name: there.leaving(name, rows[name]) for name in rows}
    starts = {name: one.content["tables"]["phq9_total again"]["from"] for name, one in told.items()}
    assert set(starts["c"]) < set(starts["a"])
    files = [one.write(tmp_path / f"{name}.json") for name, one in told.items()]
    found = pool(files, there.plan).estimates
    total = pl.concat(rows.values()).select(ITEMS).to_numpy().sum(axis=1)
    again = pl.concat(rows.values())["again"].to_numpy() == "ja"
    level = np.searchsorted(starts["c"], total, side="right")
    assert value(found, "auc") == pytest.approx(auc({"s": level, "y": again}, "s", "y")["auc"].value, abs=1e-10)
    assert "steps with different predictions were joined" in found["calibration_slope"].why


# what is joined and what is withheld


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 27), min_size=1, max_size=300),
    st.lists(st.integers(1, 27), min_size=1, max_size=9, unique=True),
    st.integers(20, 80),
    st.randoms(use_true_random=False),
)
def test_the_rule_that_joins_keeps_every_level_large_and_never_looks_at_outcomes(totals, steps, enough, chance):
    starts = joined([0, *sorted(steps)], np.array(totals), enough)
    sizes = np.bincount(np.searchsorted(starts, totals, side="right") - 1, minlength=len(starts))
    assert len(starts) == 1 or sizes.min() >= enough
    assert set(starts) <= {0, *steps}
    chance.shuffle(totals)  # the same forms, with other outcomes beside them
    assert joined([0, *sorted(steps)], np.array(totals), enough) == starts


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.integers(60, 300), st.floats(0.02, 0.98))
def test_no_small_cell_travels_whatever_the_outcome(seed, n, rate):
    from risico.plan.sharing import Shared
    from risico.sharing.counting import chosen, counted
    from risico.strict import build

    table = asks()["tables"]
    keys = {name: "A" * 41 + letter + "A=" for name, letter in (("a", "A"), ("b", "B"), ("c", "C"))}
    plan = build(Shared, {"regions": keys, "tables": table}, "x")
    rng = np.random.default_rng(seed)
    rows = forms(seed, n)
    other = rows.with_columns(again=pl.Series(np.where(rng.random(n) < rate, "ja", "nee")))
    told = [counted(chosen(one, plan, "x"), plan) for one in (rows, other)]
    sent = [one.sent["table phq9_total again"] for one in told]
    assert sent[0]["from"] == sent[1]["from"]
    for one, cells in zip(told, sent, strict=True):
        small = min(*cells["with"], *cells["without"]) < 10
        assert bool(withheld(one.told, one.levels, 10)) == small


def test_a_small_cell_takes_its_table_along_and_the_file_says_so(tmp_path):
    there = Regions(tmp_path / "r", ["a", "b", "c"])
    rare = forms(1).with_columns(again=pl.Series(["ja"] * 9 + ["nee"] * 391))
    leaving = there.leaving("a", rare)
    assert leaving.withheld == {"table phq9_total again": "fewer than 10 (withheld)"}
    assert leaving.content["tables"] == {}
    files = [leaving.write(tmp_path / "a.json"), *(there.send(name, forms(ord(name))) for name in "bc")]
    found = pool(files, there.plan)
    assert found.withheld == {"table phq9_total again": 1}
    assert next(e for e in found.estimates if e.name == "auc").why == "fewer than three regions could send this"


def test_nine_forms_are_refused_and_ten_are_not(tmp_path):
    there = Regions(tmp_path / "r", ["a", "b", "c"], {"means": [{"instrument": "phq9"}]})
    with pytest.raises(Refused, match="fewer than 10 are complete"):
        there.leaving("a", forms(1, 9))
    assert there.leaving("a", forms(1, 10)).content["forms"] == 10


def test_the_same_person_twice_is_refused(tmp_path):
    there = Regions(tmp_path / "r", ["a", "b", "c"])
    with pytest.raises(UsageError, match="more than one form"):
        there.leaving("a", pl.concat([forms(1), forms(1)]))


def test_all_numbers_of_a_file_are_of_the_same_forms(tmp_path):
    there = Regions(tmp_path / "r", ["a", "b", "c"])
    rows = forms(1).with_columns(
        again=pl.when(pl.int_range(400) < 3).then(None).otherwise("again"),
        phq9_2=pl.when(pl.int_range(400) > 394).then(None).otherwise("phq9_2"),
    )
    content = there.leaving("a", rows).content
    table = content["tables"]["phq9_total again"]
    sizes = {content["forms"], content["scales"]["phq9_total"]["n"], sum(table["with"]) + sum(table["without"])}
    assert sizes == {392}


# keys, signatures and refusals


def test_a_private_key_is_for_its_owner_alone_and_never_written_over(tmp_path):
    path, public = new_key("noord", tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert public not in path.read_text()
    before = path.read_bytes()
    with pytest.raises(UsageError, match="already there"):
        new_key("noord", tmp_path)
    assert path.read_bytes() == before
    with pytest.raises(UsageError, match="a name of letters"):
        new_key("../noord", tmp_path)


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    there = Regions(tmp_path_factory.mktemp("three") / "r", ["a", "b", "c"])
    return there, [there.send(name, forms(ord(name))) for name in "abc"]


def test_three_regions_are_pooled_and_two_are_refused(three):
    there, files = three
    assert pool(files, there.plan).regions == ("a", "b", "c")
    with pytest.raises(Refused, match="files of 2 regions") as problem:
        pool(files[:2], there.plan)
    assert problem.value.exit_code == 6


def test_a_file_twice_is_refused(three):
    there, files = three
    with pytest.raises(Refused, match="more than one file of: b"):
        pool([*files, files[1]], there.plan)


def test_one_number_changed_breaks_the_signature_and_layout_does_not(three, tmp_path):
    there, files = three
    content = json.loads(files[0].read_text())
    (tmp_path / "same.json").write_text(json.dumps(content, indent=4, sort_keys=True))
    assert pool([tmp_path / "same.json", *files[1:]], there.plan).regions == ("a", "b", "c")
    content["shares"]["phq9_total 10"]["at_least"] += 1
    (tmp_path / "other.json").write_text(json.dumps(content))
    with pytest.raises(Refused, match="not that of a over this content"):
        pool([tmp_path / "other.json", *files[1:]], there.plan)


@pytest.mark.parametrize("signature", ["", "no base64 !", "AAAA", None])
def test_what_is_no_signature_is_refused(three, tmp_path, signature):
    there, files = three
    content = json.loads(files[0].read_text()) | {"signature": signature}
    (tmp_path / "a.json").write_text(json.dumps(content))
    with pytest.raises(Refused, match="signature is not that of a"):
        pool([tmp_path / "a.json", *files[1:]], there.plan)


def test_the_name_of_another_region_does_not_make_its_file(three, tmp_path):
    there, files = three
    content = json.loads(files[0].read_text()) | {"region": "b"}
    (tmp_path / "b.json").write_text(json.dumps(content))
    with pytest.raises(Refused, match="signature is not that of b"):
        pool([tmp_path / "b.json", files[0], files[2]], there.plan)


def test_a_key_that_is_not_in_the_plan_is_refused(three, tmp_path):
    there, _ = three
    key, _ = new_key("d", tmp_path)
    with pytest.raises(Refused, match="none of the regions"):
        share(there.home / "a" / "together.yaml", key)


def test_a_file_of_another_plan_or_region_is_refused(three, tmp_path):
    there, files = three
    plan = json.loads(there.plan.read_text())
    (tmp_path / "together.yaml").write_text(json.dumps(plan | {"version": 2}))
    with pytest.raises(Refused, match="another version of this one"):
        pool(files, tmp_path / "together.yaml")
    content = json.loads(files[0].read_text()) | {"region": "elsewhere"}
    (tmp_path / "x.json").write_text(json.dumps(content))
    with pytest.raises(Refused, match="not in the plan"):
        pool([tmp_path / "x.json", *files[1:]], there.plan)


def test_mixed_versions_of_an_instrument_are_refused(three, tmp_path, monkeypatch):
    there, files = three
    other = Regions(tmp_path / "r", ["a"])
    other.keys, other.home = {"a": there.keys["a"]}, tmp_path / "r"
    (tmp_path / "r" / "a" / "together.yaml").write_text(there.plan.read_text())
    monkeypatch.setattr("risico.sharing.outgoing.versions", lambda shared: {"phq9": "phq9@2 0123456789abcdef"})
    forms(97).write_csv(there.home / "a" / "forms.csv")
    leaving = share(there.home / "a" / "together.yaml", there.keys["a"])
    (tmp_path / "a.json").write_text(leaving.text)
    with pytest.raises(Refused, match="2 versions of phq9"):
        pool([tmp_path / "a.json", *files[1:]], there.plan)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind": "other"}', '{"kind": NaN}', "[" * 100_000])
def test_what_is_no_file_of_a_region_cannot_be_read(three, tmp_path, text):
    there, files = three
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(UnreadableFile, match="no file of a region"):
        pool([tmp_path / "a.json", *files[1:]], there.plan)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"regions": {"a": "AAAA"}}, "at least 3"),
        ({"scales": [], "shares": [], "tables": []}, "at least one of"),
        ({"means": [{"instrument": "phq9"}]}, "one of scales and means"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused(three, tmp_path, change, said):
    there, files = three
    told = json.loads(there.plan.read_text())
    told["shared"] |= change
    (tmp_path / "together.yaml").write_text(json.dumps(told))
    with pytest.raises(BrokenInstrument, match=said):
        pool(files, tmp_path / "together.yaml")


def test_one_key_for_two_regions_is_refused(three, tmp_path):
    there, files = three
    told = json.loads(there.plan.read_text())
    told["shared"]["regions"]["b"] = told["shared"]["regions"]["a"]
    (tmp_path / "together.yaml").write_text(json.dumps(told))
    with pytest.raises(BrokenInstrument, match="a public key of its own"):
        pool(files, tmp_path / "together.yaml")


def test_a_planted_name_and_answer_are_in_no_file(tmp_path):
    """The sentinels of test_cli, as case number, as person and in a column beside the forms."""
    there = Regions(tmp_path / "r", ["a", "b", "c"])
    rows = forms(1).with_columns(
        case=pl.when(pl.int_range(400) == 7).then(pl.lit("20269911482")).otherwise("case"),
        person=pl.when(pl.int_range(400) == 7).then(pl.lit("Zelda Sentinelsma")).otherwise("person"),
        note=pl.lit("ANTWOORDQX"),
    )
    there.send("a", rows)
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "forms.csv"]
    assert len(written) > 5
    text = b"".join(path.read_bytes() for path in written)
    assert not [s for s in (b"Zelda", b"20269911482", b"ANTWOORDQX") if s in text]
    assert read(there.home / "a" / "forms.csv")["note"][0] == "ANTWOORDQX"


@pytest.mark.parametrize("audience", ["team", "buiten"])
def test_a_file_leaves_the_organisation_whoever_reads_what_comes_of_it(tmp_path, audience):
    there = Regions(tmp_path / "r", ["a", "b", "c"], {"means": [{"instrument": "phq9"}]})
    there.write_plan(audience=audience)
    with pytest.raises(Refused, match="fewer than 10"):
        there.leaving("a", forms(1, 9))


def test_without_the_package_for_signing_the_extra_is_named(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "cryptography"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match="'share'"):
        new_key("noord", tmp_path)


# the rule for sums


def test_sums_that_say_how_often_each_answer_was_given_are_withheld():
    """Of answers 0, 1, 2 the number, sum and sum of squares are three equations for three numbers."""
    levels = {0: 60, 1: 36, 2: 4}
    sums = [({0: 1, 1: 1, 2: 1}, 100), ({1: 1, 2: 2}, 44), ({1: 1, 2: 4}, 52)]
    assert withheld([Told(name="mean", equations=tuple(sums))], levels, 10)
    assert not withheld([Told(name="mean", equations=tuple(sums[:2]))], levels, 10)
    assert not withheld([Told(name="mean", equations=tuple(sums))], {0: 40, 1: 36, 2: 12}, 10)


def test_two_cut_offs_with_few_between_are_not_both_sent():
    levels = dict.fromkeys(range(20), 10) | {10: 3, 11: 2}
    cut = {low: sum(levels[k] for k in range(low, 20)) for low in (10, 12)}
    told = [
        Told(
            name=str(low),
            cells=(n, sum(levels.values()) - n),
            equations=((dict.fromkeys(levels, 1), sum(levels.values())), (dict.fromkeys(range(low, 20), 1), n)),
        )
        for low, n in cut.items()
    ]
    assert list(withheld(told, levels, 10)) == ["12"]
