"""Somebody's own columns become ours: what is sure is proposed, what is not is asked, nothing is guessed in silence."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risico.errors import BrokenInstrument, IllegalAnswers, Refused, UsageError
from risico.exchange import Labelled, Map, apply, propose, read, read_labelled, read_map, render, write
from risico.exchange.mapping import Given, said
from risico.exchange.naming import find, split_moment
from risico.exchange.propose import skeleton
from risico.instrument import load
from risico.scoring import check, score
from risico.strict import build, read_yaml

PHQ9, SDQ, ODARA = load("phq9"), load("sdq"), load("odara")


def propose_for(frame: pl.DataFrame, *instruments, labels=None, values=None, missing=None):
    file = Labelled(frame=frame, labels=labels or {}, values=values or {}, missing=missing or {})
    return propose(file, instruments or (PHQ9,), made_for="x.csv", language="en")


def phq(name: str, answers=(0, 1, 2, 3)) -> dict[str, list]:
    return {name.format(i): list(answers) for i in range(1, 11)}


def confirmed(map_: Map) -> Map:
    """What a person does who has read a proposal and agrees."""
    return build(Map, read_yaml(render(map_).replace("sure: false", "sure: true")), "map.yaml")


# which column is which item


@pytest.mark.parametrize(
    "name",
    ["phq9_{}", "PHQ_{}", "phq9.{}", "PHQ9_{:02d}", "phq9_item{}", "PHQ-9 {}", "phq9q{}", "phq{}", "Phq9_vraag_{}"],
)
def test_names_in_use_are_recognised(name):
    map_ = propose_for(pl.DataFrame(phq(name))).map
    assert map_.instruments["phq9"].columns == {str(i): name.format(i) for i in range(1, 11)}
    assert map_.guesses() == ()


@pytest.mark.parametrize("name", ["phq9_total", "phq9_band", "phq_sum", "phq9_11", "phqx_1", "sphq9_1", "phq9_1_score"])
def test_names_of_something_else_are_left_alone(name):
    assert find(PHQ9, [name], {}) == []


def test_a_total_is_not_taken_for_an_item():
    frame = pl.DataFrame({**phq("phq9_{}"), "phq9": [1, 2, 3, 4], "PHQ_1": [9, 9, 9, 9]})
    placed = propose_for(frame).map.instruments["phq9"]
    assert placed.columns == {str(i): f"phq9_{i}" for i in range(1, 11)}
    assert placed.sure
    assert propose_for(pl.DataFrame(phq("phq{}"))).map.instruments["phq9"].columns["9"] == "phq9"


@pytest.mark.parametrize(
    ("name", "other"), [("auditc_1", "audit"), ("wast_short_1", "wast"), ("da5_1", "da"), ("cries8_1", "cries13")]
)
def test_a_sibling_with_a_longer_name_is_not_mistaken(name, other):
    assert find(load(other), [name], {}) == []


def test_items_with_letters_are_found():
    assert {m.item for m in find(load("itq"), ["ITQ_P1", "itqc9", "itq_p10"], {})} == {"p1", "c9"}
    assert [m.item for m in find(load("bsafer"), ["bsafer_01_past", "BSAFER1_current"], {})] == ["1_past", "1_current"]


def test_labels_tell_the_item_where_names_do_not():
    frame = pl.DataFrame({"v11": [0, 1], "v12": [2, 3]})
    map_ = propose_for(frame, labels={"v11": "PHQ-9 item 1: plezier", "v12": "PHQ9 2. somber"}).map
    assert map_.instruments["phq9"].columns == {"1": "v11", "2": "v12"}
    assert map_.instruments["phq9"].sure


@pytest.mark.parametrize("name", ["sdq_1_1", "sdq_1.1", "SDQ 1-1", "sdq_2_5", "sdq_item_1_1", "t1_sdq_1_1"])
def test_two_numbers_are_not_joined_to_one(name):
    assert find(SDQ, [name], {}) == []


def test_a_letter_and_a_number_may_stand_apart():
    assert [m.item for m in find(load("itq"), ["itq_p_1", "itq_P01", "ITQ c 9"], {})] == ["p1", "p1", "c9"]


@pytest.mark.parametrize(
    ("label", "item", "sure"),
    [
        ("SDQ 1 4 weken", "1", False),
        ("SDQ 4 weken, item 1", "4", False),
        ("SDQ item 1: laatste 4 weken", "1", True),
        ("SDQ 14. heeft een vriend, 99 woorden", "14", True),
        ("SDQ 1 4 5", "1", False),
    ],
)
def test_a_label_with_two_numbers_is_asked_about(label, item, sure):
    placed = propose_for(pl.DataFrame({"v": [0, 1, 2]}), SDQ, labels={"v": label}).map.instruments["sdq"]
    assert placed.columns == {item: "v"}
    assert placed.sure is sure
    assert sure or "more than one number" in (placed.why or "")


def test_labels_that_only_look_alike_are_a_guess():
    labels = {"a": "Weinig interesse of plezier", "b": "Slechte concentratie", "c": "Postcode"}
    placed = propose_for(pl.DataFrame({c: [0, 1] for c in "abc"}), labels=labels).map.instruments["phq9"]
    assert placed.columns == {"1": "a", "7": "b"}
    assert not placed.sure


def test_a_row_of_numbered_columns_is_a_guess():
    placed = propose_for(pl.DataFrame(phq("v{}"))).map.instruments["phq9"]
    assert placed.columns["10"] == "v10"
    assert not placed.sure
    assert "10 columns in a row" in (placed.why or "")


def test_a_column_that_may_be_reversed_already_is_a_guess():
    columns = {f"sdq{i}": [0, 1, 2] for i in range(1, 26)}
    columns["sdq7_r"] = columns.pop("sdq7")
    placed = propose_for(pl.DataFrame(columns), SDQ).map.instruments["sdq"]
    assert not placed.sure
    assert "already reversed" in (placed.why or "")


def test_the_column_without_an_ending_comes_first():
    frame = pl.DataFrame({**{f"sdq{i}": [0, 1, 2] for i in range(1, 26)}, "sdq7_r": [2, 1, 0]})
    placed = propose_for(frame, SDQ).map.instruments["sdq"]
    assert placed.columns["7"] == "sdq7"
    assert placed.sure


def test_items_without_a_column_are_named():
    proposal = propose_for(pl.DataFrame({"phq9_1": [0, 3], "phq9_9": [0, 1]}))
    assert any("no column for item 2, 3, 4, 5, 6, 7, 8, 10" in note for note in proposal.notes)


def test_columns_named_with_words_of_the_items_are_a_guess():
    frame = pl.DataFrame({"Naam": ["x", "y"], "Interesse": [0, 3], "Somber": [1, 2], "Slaap": [0, 1], "Jansen": [1, 1]})
    placed = propose_for(frame).map.instruments["phq9"]
    assert placed.columns == {"1": "Interesse", "2": "Somber", "3": "Slaap"}
    assert not placed.sure
    assert "a word of our short descriptions" in placed.why


@pytest.mark.parametrize("names", [["Somber", "Jansen"], ["Leeftijd", "Datum", "Gewicht"], ["niet", "veel", "te"]])
def test_one_word_or_a_short_one_finds_nothing(names):
    with pytest.raises(UsageError):
        propose_for(pl.DataFrame({name: [0, 1] for name in names}))


def test_a_map_to_fill_in_is_a_map_once_it_is_filled_in(tmp_path):
    empty = skeleton([PHQ9], "x.csv", "en")
    assert '"2": ""  # low, hopeless mood' in empty
    filled = empty.replace('"1": ""', '"1": a').replace("sure: false", "sure: true")
    kept = "\n".join(line for line in filled.splitlines() if ': ""' not in line)
    (tmp_path / "map.yaml").write_text(kept, encoding="utf-8")
    assert apply(pl.DataFrame({"a": [2]}), read_map(tmp_path / "map.yaml"))["phq9_1"].to_list() == [2]
    (tmp_path / "map.yaml").write_text(empty, encoding="utf-8")
    with pytest.raises(Refused, match="Fill in the column of each item"):
        apply(pl.DataFrame({"a": [2]}), read_map(tmp_path / "map.yaml"))


def test_nothing_found_says_what_was_looked_for():
    with pytest.raises(UsageError, match="No column of phq9 was found among the 1") as refused:
        propose_for(pl.DataFrame({"Jansen": [4]}))
    assert "Jansen" not in str(refused.value), "without a row of names, this is what somebody filled in"


# what the codes mean


def coding(answers, **file):
    columns = {f"phq9_{i}": answers for i in range(1, 10)}
    return propose_for(pl.DataFrame(columns), **file).map.instruments["phq9"].codes.get("often")


def test_codes_of_the_instrument_need_no_coding():
    assert coding([0, 1, 2, 3, None]) is None


def test_a_shift_is_proposed_but_not_applied():
    found = coding([1, 2, 3, 4])
    assert found.answers == {1: 0, 2: 1, 3: 2, 4: 3}
    assert not found.sure
    assert "1-4 → 0-3" in found.why


def test_no_zero_anywhere_is_asked_about():
    assert not coding([1, 2, 3]).sure
    assert coding([1, 2, 3]).answers == {0: 0, 1: 1, 2: 2, 3: 3}


def test_a_code_for_no_answer_is_asked_about():
    found = coding([0, 1, 2, 3, 9])
    assert (found.answers, found.unknown, found.sure) == ({0: 0, 1: 1, 2: 2, 3: 3}, ("9",), False)


def test_a_shift_and_a_code_for_no_answer_at_once():
    found = coding([1, 2, 3, 4, 99])
    assert (found.answers[1], found.unknown, found.sure) == (0, ("99",), False)


def test_words_for_unknown_and_not_asked_are_kept_apart():
    found = coding(["0", "3", "weet niet", "n.v.t.", "unknown"])
    assert (found.unknown, found.not_asked, found.sure) == (("unknown", "weet niet"), ("n.v.t.",), True)


def test_the_words_for_not_asked_and_unknown_of_an_spss_file_become_what_they_are(tmp_path):
    """User-missing 8 and 9 beside a clean 0-3: what was asked and is not known stays unknown; nothing is refused."""
    labels = {"8": "niet gevraagd", "9": "weet niet"}
    frame = pl.DataFrame({f"PHQ9_{i}": [0.0, 1.0, 2.0, 3.0, 8.0, 9.0] for i in range(1, 11)})
    ranges = {name: [8, 9] for name in frame.columns}
    worded = {name: {float(code): text for code, text in labels.items()} for name in frame.columns}
    pyreadstat.write_sav(frame, tmp_path / "um.sav", variable_value_labels=worded, missing_ranges=ranges)
    file = read_labelled(tmp_path / "um.sav")
    map_ = propose(file, [PHQ9]).map
    found = map_.instruments["phq9"].codes["often"]
    assert (found.unknown, found.not_asked, found.sure) == (("unknown",), ("not_asked",), True)
    forms = apply(file.frame, map_)
    assert forms["phq9_1"].to_list()[-2:] == [None, "unknown"]
    assert score(forms, "phq9")["phq9_total"].to_list() == [0, 9, 18, 27, None, None]


@pytest.mark.parametrize("stray", ["Pietje", "5", "x"])
def test_one_stray_cell_does_not_unsettle_the_words(stray):
    hark = load("hark")
    frame = pl.DataFrame({f"hark_{i}": ["ja", "nee", "ja", stray if i == 1 else "nee"] for i in range(1, 5)})
    proposal = propose_for(frame, hark)
    (found,) = proposal.map.instruments["hark"].codes.values()
    assert (found.answers, found.sure) == ({"nee": 0, "ja": 1}, False)
    assert "1 other value(s) belong to no answer" in found.why
    assert "Pietje" not in render(proposal.map) + " ".join(proposal.notes)
    forms = apply(frame, confirmed(proposal.map))
    assert forms["hark_2"].to_list() == [1, 0, 1, 0]
    assert check(forms, "hark").columns[0].illegal == 1


def test_the_word_of_the_instrument_for_unknown_is_no_stray_cell():
    frame = pl.DataFrame({f"hark_{i}": ["ja", "nee", "unknown"] for i in range(1, 5)})
    map_ = propose_for(frame, load("hark")).map
    assert map_.guesses() == ()
    assert apply(frame, map_)["hark_1"].to_list() == ["1", "0", "unknown"]


def test_a_stray_word_does_not_hide_a_shift():
    found = coding([1, 2, 3, 4]), coding(["1", "2", "3", "4", "Pietje"])
    assert found[0].answers == found[1].answers == {1: 0, 2: 1, 3: 2, 4: 3}
    assert not found[1].sure


@pytest.mark.parametrize(
    "words", [["Laag", "MIDDEN", "hoog"], ["geel", "blauw", "Rood"], ["low", "Middle", "high (red)"]]
)
def test_the_words_that_show_prints_are_recognised(words):
    rihg = load("rihg")
    frame = pl.DataFrame({f"rihg_{item}": words for item in rihg.items})
    map_ = propose_for(frame, rihg).map
    assert map_.guesses() == ()
    assert apply(frame, map_)["rihg_1a"].to_list() == ["laag", "midden", "hoog"]


def test_answers_in_words_are_understood():
    found = coding(["Helemaal niet", "several days", "bijna elke dag"])
    assert found.answers == {"Helemaal niet": 0, "several days": 1, "bijna elke dag": 3}
    assert found.sure


def test_labels_of_codes_settle_a_shift_and_a_reversal():
    labels = {
        "4": "helemaal niet",
        "3": "verscheidene dagen",
        "2": "meer dan de helft van de dagen",
        "1": "bijna elke dag",
    }
    found = coding([1, 2, 3, 4], values={f"phq9_{i}": labels for i in range(1, 10)})
    assert found.answers == {"4": 0, "3": 1, "2": 2, "1": 3}
    assert found.sure


ALL = [f"phq9_{i}" for i in range(1, 10)]
NEVER, SOME, MOST, ALWAYS = "Helemaal niet", "Verscheidene dagen", "Meer dan de helft van de dagen", "Bijna elke dag"


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ({"0": ALWAYS, "3": NEVER}, "something else about the codes 0, 3"),
        ({"1": NEVER}, "something else about the codes 1"),
        ({"4": ALWAYS}, "something else about the codes 4"),
        ({"0": NEVER, "1": NEVER, "2": MOST, "3": ALWAYS}, "something else about the codes 1"),
        ({"3": "weet niet"}, "something else about the codes 3"),
        ({"0": "altijd", "1": "vaak", "2": "soms", "3": "nooit"}, "codes 0, 1, 2, 3 were not recognised"),
    ],
)
def test_labels_that_speak_against_the_codes_are_asked_about(labels, why):
    found = coding([0, 1, 2, 3], values=dict.fromkeys(ALL, labels))
    assert not found.sure
    assert why in found.why


@pytest.mark.parametrize(
    "labels",
    [
        {},
        {"0": NEVER, "1": SOME, "2": MOST, "3": ALWAYS},
        {"0": "0 = helemaal niet", "1": "1 - verscheidene dagen", "2": "2", "3": "3. Bijna elke dag"},
        {"0": NEVER, "1": "een paar dagen", "2": "de helft", "3": ALWAYS},
        {"0": "0", "1": "1", "2": "2", "3": "3"},
    ],
)
def test_labels_that_agree_with_the_codes_need_no_answer(labels):
    assert coding([0, 1, 2, 3], values=dict.fromkeys(ALL, labels)) is None


def test_a_code_that_the_file_labels_unknown_is_no_answer():
    found = coding([0, 1, 2, 3], values={name: {"3": "weet niet"} for name in ALL})
    assert (found.answers, found.unknown) == ({0: 0, 1: 1, 2: 2}, ("3",))


def test_columns_that_are_labelled_the_other_way_round_are_asked_about():
    forth = {"0": NEVER, "1": SOME, "2": MOST, "3": ALWAYS}
    back = dict(zip(forth, reversed(forth.values()), strict=True))
    for columns in (ALL, ALL[::-1]):
        found = coding([0, 1, 2, 3], values=dict.fromkeys(columns, forth) | {"phq9_5": back})
        assert not found.sure
        assert "Not every column gives the codes 0, 1, 2, 3 the same label" in found.why


def test_a_label_of_an_answer_is_not_taken_for_unknown(tmp_path, monkeypatch):
    """An instrument with *not known* among its answers: 3 of 1-3 is that answer, as the file says."""
    text = LINES.replace("line: {number: [0, 10], worse: low}", SAYS).replace("[0, 20]", "[0, 4]")
    (tmp_path / "lines.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("RISICO_INSTRUMENTS", str(tmp_path))
    labels = {"1": "nee", "2": "een beetje", "3": "weet niet"}
    frame = pl.DataFrame({"lines1": [1, 2, 3], "lines2": [3, 2, 1]})
    map_ = propose_for(frame, load("lines"), values={"lines1": labels, "lines2": labels}).map
    assert map_.instruments["lines"].codes["line"].answers == {"1": 0, "2": 1, "3": 2}
    assert apply(frame, map_)["lines_1"].to_list() == [0, 1, 2]


SAYS = """line: {codes: {0: {nl: nee, en: "no"}, 1: {nl: een beetje, en: a little}, 2: {nl: weet niet, en: not known}},
  worse: low}"""


def test_words_and_numbers_together_are_asked_about():
    """Only the ends were labelled in the file: 2 and 3 may be the second and third answer of four."""
    found = coding(["helemaal niet", "2", "3", "bijna elke dag"])
    assert not found.sure


def test_true_and_false_are_one_and_zero():
    frame = pl.DataFrame({f"odara{i}": [True, False, None] for i in range(1, 14)})
    map_ = propose_for(frame, ODARA).map
    assert map_.guesses() == ()
    assert apply(frame, map_)["odara_1"].to_list() == [1, 0, None]


def test_true_and_false_answer_nothing_that_has_more_than_two_answers():
    frame = pl.DataFrame({f"phq9_{i}": [True, False, None] for i in range(1, 11)})
    proposal = propose_for(frame)
    assert any("2 value(s) belong to no answer" in note for note in proposal.notes)
    for map_ in (proposal.map, map_of(columns={"1": "phq9_1"}, codes={"often": {"unknown": ["9"]}})):
        assert apply(frame, map_)["phq9_1"].to_list() == ["true", "false", None]
    with pytest.raises(IllegalAnswers):
        score(apply(frame, proposal.map), "phq9")


def test_a_map_may_say_what_true_and_false_are():
    frame = pl.DataFrame({"a": [True, False, None], "s": [True, False, None]})
    map_ = map_of(codes={"often": {"answers": {"true": 3, "false": 0}}})
    map_ = map_.model_copy(update={"context": {"sex": Given(column="s", answers={"true": "f", "false": "m"})}})
    assert apply(frame, map_).select("phq9_1", "sex").rows() == [(3, "f"), (0, "m"), (None, None)]


@pytest.mark.parametrize("cell", [[1], {"null": 1}, b"\xff", dt.timedelta(days=1)])
def test_a_column_of_lists_or_parts_is_refused_by_its_name(cell):
    frame = pl.DataFrame({"phq9_1": [cell], "phq9_2": [1]})
    for work in (lambda: propose_for(frame), lambda: apply(frame, map_of(columns={"1": "phq9_1"}))):
        with pytest.raises(UsageError, match="'phq9_1' holds lists"):
            work()


def test_a_decimal_column_is_read_as_numbers():
    frame = pl.DataFrame({"a": [Decimal("2.00"), None, Decimal("0.50")]})
    assert apply(frame, map_of())["phq9_1"].to_list() == [2.0, None, 0.5]


def test_what_spss_declares_missing_is_unknown():
    found = coding(["0", "3", "missing_9"], missing={"phq9_1": frozenset({"missing_9"})})
    assert found.unknown == ("missing_9",)


def odara(answers):
    frame = pl.DataFrame({f"odara_{i}": answers for i in range(1, 14)})
    return propose_for(frame, ODARA)


def test_ja_nee_is_understood():
    found = odara(["ja", "nee", "onbekend"]).map.instruments["odara"].codes["present"]
    assert (found.answers, found.unknown, found.sure) == ({"nee": 0, "ja": 1}, ("onbekend",), True)


def test_one_and_two_are_not_decided():
    map_ = odara([1, 2]).map
    assert map_.instruments["odara"].codes["present"].answers == {1: None, 2: None}
    with pytest.raises(Refused, match="a code has no meaning yet"):
        apply(pl.DataFrame({f"odara_{i}": [1, 2] for i in range(1, 14)}), confirmed(map_))


def test_ticks_and_blanks_are_not_taken_for_yes_and_no():
    found = odara([1, None]).map.instruments["odara"].codes["present"]
    assert not found.sure


def test_strange_codes_are_named_and_free_text_is_not():
    proposal = odara(["0", "1", "5", "Jansen", "20261140"])
    note = next(note for note in proposal.notes if "belong to no answer" in note)
    assert "5 + 2 ?" in note
    assert "Jansen" not in note + render(proposal.map)
    assert "20261140" not in note + render(proposal.map)


# moments, keys, context


def test_moments_side_by_side_become_rows():
    frame = pl.DataFrame({"clientnr": ["007", "8"], **phq("T1_PHQ_{}", (0, 3)), **phq("T2_PHQ_{}", (0, None))})
    map_ = propose_for(frame).map
    assert map_.moments == ("t1", "t2")
    assert map_.instruments["phq9"].columns["1"] == ("T1_PHQ_1", "T2_PHQ_1")
    long = apply(frame, map_)
    assert long.select("person", "moment", "phq9_1").rows() == [("007", "t1", 0), ("8", "t1", 3), ("007", "t2", 0)]


@pytest.mark.parametrize(
    ("name", "moment"), [("phq9_1_t2", "t2"), ("t10phq_1", None), ("w1_phq9_1", "w1"), ("nameting_phq9_1", "nameting")]
)
def test_where_a_moment_stands_in_a_name(name, moment):
    assert split_moment(name)[0] == moment


def test_moments_come_in_the_order_of_time():
    frame = pl.DataFrame({f"phq9_{i}_{m}": [0, 1, 2, 3] for m in ("t10", "t2", "t1") for i in range(1, 11)})
    assert propose_for(frame).map.moments == ("t1", "t2", "t10")


def test_columns_that_name_no_moment_beside_columns_that_do_are_a_guess():
    frame = pl.DataFrame({**phq("phq9_{}"), **phq("phq9_{}_t1")})
    map_ = propose_for(frame).map
    assert map_.moments == ("t0", "t1")
    assert map_.instruments["phq9"].columns["1"] == ("phq9_1", "phq9_1_t1")
    assert not map_.instruments["phq9"].sure


def test_one_wave_that_is_coded_otherwise_is_noticed():
    frame = pl.DataFrame({**phq("T1_phq{}", (0, 1, 2, 3)), **phq("T2_phq{}", (1, 2, 3, 3))})
    found = propose_for(frame).map.instruments["phq9"].codes["often"]
    assert not found.sure
    assert found.why.startswith("At t2: There is no 0 anywhere.")


def test_keys_are_found_and_stay_text():
    frame = pl.DataFrame({"Casusnummer": [12, 13, 14, 15], "Beoordelaar": ["A"] * 4, **phq("phq_{}")})
    map_ = propose_for(frame).map
    assert map_.keys == {"case": "Casusnummer", "rater": "Beoordelaar"}
    assert apply(frame, map_)["case"].to_list() == ["12", "13", "14", "15"]


def test_context_is_found_or_asked_for():
    columns = {f"sdq{i}": [0, 1, 2] for i in range(1, 26)}
    frame = pl.DataFrame({**columns, "Informant": ["moeder", "leerkracht", "vader"]})
    proposal = propose_for(frame, SDQ)
    given_ = proposal.map.context["informant"]
    assert (given_.answers, given_.sure) == ({"leerkracht": "teacher", "moeder": "parent", "vader": "parent"}, True)
    assert any("`norms` is not in the file" in note for note in proposal.notes)
    assert apply(frame, proposal.map)["informant"].to_list() == ["parent", "teacher", "parent"]


def test_an_unknown_informant_is_asked_about_and_free_text_is_not_written_down():
    columns = {f"sdq{i}": [0, 1, 2] for i in range(1, 26)}
    given_ = propose_for(pl.DataFrame({**columns, "informant": ["1", "2", "tante Jo"]}), SDQ).map.context["informant"]
    assert (given_.answers, given_.sure) == ({"1": None, "2": None}, False)


def test_an_age_is_found_for_an_instrument_that_is_meant_for_some_ages():
    frame = pl.DataFrame({**phq("PHQ9_{}"), "Leeftijd": ["34", "vijftien", "", "8"]})
    proposal = propose_for(frame)
    assert proposal.map.context["age"].column == "Leeftijd"
    assert "Column Leeftijd (`age`): 1 value(s) are no number. Write the age in years, or leave the cell blank." in (
        proposal.notes
    )
    assert "vijftien" not in "".join(proposal.notes)
    assert apply(frame, proposal.map)["age"].to_list() == ["34", "vijftien", "", "8"]


def test_sex_is_read_from_labels_and_an_unknown_one_stays_blank():
    it = SDQ.model_copy(update={"context": {"sex": ("f", "m")}})
    columns = {f"sdq_{item}": [0, 1, 2] for item in it.items}
    values = {"Geslacht": {"1": "man", "2": "vrouw", "9": "onbekend"}}
    frame = pl.DataFrame({**columns, "Geslacht": [1, 2, 9]})
    map_ = propose_for(frame, it, values=values).map
    assert (map_.context["sex"].answers, map_.context["sex"].unknown) == ({"1": "m", "2": "f"}, ("9",))
    assert apply(frame, map_)["sex"].to_list() == ["m", "f", None]
    assert not propose_for(frame, it).map.context["sex"].sure, "without labels 1 and 2 say nothing"


# the map itself


def map_of(**phq9) -> Map:
    return build(Map, {"made_for": "x.csv", "instruments": {"phq9": {"columns": {"1": "a"}, **phq9}}}, "map.yaml")


def test_a_code_outside_the_map_never_becomes_an_answer():
    shifted = map_of(codes={"often": {"answers": {1: 0, 2: 1, 3: 2, 4: 3}, "unknown": [8], "not_asked": [9]}})
    frame = pl.DataFrame({"a": [1, 4, 0, 7, 8, 9, None]})
    assert apply(frame, shifted)["phq9_1"].to_list() == ["0", "3", "not_in_map:0", "7", "unknown", None, None]


def test_a_map_may_say_only_which_codes_are_no_answer():
    frame = pl.DataFrame({"a": [0, 3, 8, 9, 7]})
    forms = apply(frame, map_of(codes={"often": {"unknown": [8], "not_asked": [9]}}))
    assert forms["phq9_1"].to_list() == ["0", "3", "unknown", None, "7"]


LINES = """
id: lines
version: 1
status: computed
model: reflective
title: {nl: Lijnen, en: Lines}
domain: demonstration
informant: self
nl_status: {value: none, source: memory}
administer: open
licence: {kind: free, electronic: allowed}
qualification: {nl: iedereen, en: anybody}
answers: {line: {number: [0, 10], worse: low}}
missing_codes: [unknown]
items:
  "1": {label: {nl: zelf, en: self}, answers: line}
  "2": {label: {nl: thuis, en: home}, answers: line}
scores:
  total: {rule: sum, of: ["1", "2"], higher_is: better, range: [0, 20], source: memory}
"""


def test_measured_numbers_stay_numbers(tmp_path, monkeypatch):
    (tmp_path / "lines.yaml").write_text(LINES, encoding="utf-8")
    monkeypatch.setenv("RISICO_INSTRUMENTS", str(tmp_path))
    frame = pl.DataFrame({"lines1": [4.5, 10.0, None], "lines2": ["3.5", "weet niet", "1"]})
    forms = apply(frame, propose_for(frame, load("lines")).map)
    assert forms.rows() == [(4.5, "3.5"), (10.0, "unknown"), (None, "1")]
    assert score(forms, "lines")["lines_total"].to_list() == [8.0, None, None]


@pytest.mark.parametrize(
    "line", ["    sure: true\n", "        sure: true\n", ", sure: true}}\n"], ids=["columns", "codes", "context"]
)
def test_a_part_that_does_not_say_whether_it_is_sure_is_a_guess(tmp_path, line):
    text = """made_for: x
context: {age: {column: years, sure: true}}
instruments:
  phq9:
    sure: true
    columns: {"1": a}
    codes:
      often:
        answers: {"1": 0}
        sure: true
"""
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8")
    frame = pl.DataFrame({"a": [1], "years": [40]})
    assert apply(frame, read_map(path))["phq9_1"].to_list() == [0]
    path.write_text(text.replace(line, "}}\n" if "}" in line else ""), encoding="utf-8")
    with pytest.raises(Refused, match="Nothing here says whether it is right"):
        apply(frame, read_map(path))


def test_a_guess_is_refused_with_its_place_and_reason():
    with pytest.raises(Refused, match=r"instruments\.phq9\.codes\.often: because") as refused:
        apply(pl.DataFrame({"a": [1]}), map_of(codes={"often": {"answers": {1: 0}, "sure": False, "why": "because"}}))
    assert "sure: true" in str(refused.value)


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ({"columns": {"99": "a"}}, "no item '99'"),
        ({"codes": {"never": {}}}, "no set of answers 'never'. Known are: often, difficulty"),
        ({"codes": {"often": {"answers": {1: 7}}}}, "does not know the code"),
        ({"columns": {"1": "a", "2": "a"}}, "a stands at more than one item"),
    ],
)
def test_a_map_that_does_not_fit_the_instrument_is_refused(part, says):
    with pytest.raises(BrokenInstrument, match=says):
        apply(pl.DataFrame({"a": [1]}), map_of(**part))


def test_a_map_for_another_file_is_refused():
    with pytest.raises(UsageError, match=r"lacks 1 column\(s\) of the map"):
        apply(pl.DataFrame({"b": [1]}), map_of())


def test_a_column_that_would_be_lost_is_refused():
    with pytest.raises(UsageError, match="already has 1 column"):
        apply(pl.DataFrame({"a": [1], "phq9_1": [2]}), map_of())


CODES = "made_for: x\ninstruments: {{phq9: {{columns: {{'1': a}}, codes: {{often: {{{}}}}}}}}}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("made_for: x\ninstruments: {}\nmomnets: [t1]", "no key 'momnets'"),
        (
            "made_for: x\nmoments: [t1, t2]\ninstruments: {phq9: {columns: {'1': [a]}}}",
            "has 1 columns, but there are 2",
        ),
        ("made_for: x\nmoments: [t1, t1]\ninstruments: {}", "stands twice"),
        (CODES.format("answers: {1: 0, '1': 3}"), r"codes\.often: 1 stands more than once"),
        (CODES.format("answers: {1: 0, 1.0: 3}"), "stands twice"),
        (CODES.format("answers: {1: 0, ' 1': 3}"), "1 stands more than once"),
        (CODES.format("answers: {1: 0}, unknown: ['1']"), "1 stands more than once"),
        (CODES.format("answers: {1: 0}, not_asked: [1]"), "1 stands more than once"),
        (CODES.format("unknown: [9], not_asked: [9, 8]"), "9 stands more than once"),
        (
            "made_for: x\ncontext: {sex: {column: a, answers: {1: f}, unknown: ['1']}}\ninstruments: {}",
            r"context\.sex: 1 stands more than once",
        ),
        ("made_for: x\ncontext: {age: {}}\ninstruments: {}", "give either column or value"),
    ],
)
def test_a_broken_map_is_refused(tmp_path, text, says):
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenInstrument, match=says):
        read_map(tmp_path / "map.yaml")


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=8)
codes = st.integers(-9, 99) | names


@given(
    made_for=names,
    columns=st.dictionaries(names, names, min_size=1, max_size=4),
    said_=st.lists(codes, max_size=6, unique_by=said),
    ours=st.lists(st.none() | codes, min_size=4, max_size=4),
    why=st.none() | names,
    value=codes,
)
def test_a_map_is_read_back_as_it_was_written(made_for, columns, said_, ours, why, value):
    answers, unknown = dict(zip(said_, ours, strict=False)), said_[4:]
    made = Map.model_validate(
        {
            "made_for": made_for,
            "keys": {"case": made_for},
            "context": {"age": {"value": value}},
            "instruments": {
                "phq9": {
                    "columns": columns,
                    "codes": {"often": {"answers": answers, "unknown": tuple(unknown), "sure": False, "why": why}},
                }
            },
        }
    )
    assert build(Map, read_yaml(render(made, "read me\nplease")), "map.yaml") == made


answers = st.lists(st.lists(st.none() | st.integers(0, 3), min_size=10, max_size=10), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None)
@given(rows=answers)
def test_shifted_names_and_codes_give_the_same_scores(rows):
    """Renaming columns and recounting codes, undone by a map, changes no score."""
    forms = pl.DataFrame(rows, schema={f"phq9_{i}": pl.Int64 for i in range(1, 11)}, orient="row")
    theirs = forms.select((pl.col(f"phq9_{i}") + 1).alias(f"vraag{i}") for i in range(1, 11))
    code = {"answers": {1: 0, 2: 1, 3: 2, 4: 3}}
    columns = {str(i): f"vraag{i}" for i in range(1, 11)}
    placed = {"phq9": {"columns": columns, "codes": {"often": code, "difficulty": code}}}
    mapped = apply(theirs, Map.model_validate({"made_for": "x", "instruments": placed}))
    assert (
        score(mapped, "phq9")
        .select("phq9_total", "phq9_band", "phq9_missing")
        .equals(score(forms, "phq9").select("phq9_total", "phq9_band", "phq9_missing"))
    )


def test_from_an_spss_file_to_scores(tmp_path):
    """User-missing, labels and moments together, from a file as a researcher has it."""
    frame = pl.DataFrame(
        {
            "respnr": ["01", "02"],
            "datum": [dt.date(2025, 1, 1)] * 2,
            **{f"T1_v{i}": ["0" if i == 9 else "1", "unknown"] for i in range(1, 10)},
            **{f"T2_v{i}": ["0", "3"] for i in range(1, 10)},
        }
    )
    labels = {f"T{t}_v{i}": f"PHQ-9 {i}" for t in (1, 2) for i in range(1, 10)}
    write(frame, tmp_path / "x.sav", labels=labels)
    file = read_labelled(tmp_path / "x.sav")
    map_ = propose(file, [PHQ9]).map
    assert map_.guesses() == ()
    long = apply(file.frame, map_)
    assert long["phq9_1"].to_list() == ["1", "unknown", "0", "3"]
    scored = score(long.with_columns(phq9_10=None), "phq9")
    assert scored["phq9_total"].to_list() == [8.0, None, 0.0, 27.0]


def test_the_real_dass_answers_need_a_confirmed_shift(real_data):
    file = read_labelled(real_data("dass42") / "dass42_n5000.csv.gz")
    map_ = propose(file, [load("dass42")], language="en").map
    with pytest.raises(Refused, match="1-4 → 0-3"):
        apply(file.frame, map_)
    forms = apply(file.frame, confirmed(map_))
    assert set(forms["dass42_1"].unique()) == {0, 1, 2, 3}
    assert forms.height == 5000
    assert (forms["dass42_1"] + 1).equals(
        read(real_data("dass42") / "dass42_n5000.csv.gz")["dass1_S"], check_names=False
    )


# what is kept beside the answers


def fase(**columns) -> pl.DataFrame:
    it = load("fase")
    answers = {f"fase_{item}": [(it.codes(item) or (0,))[0], None] for item in it.items}
    return pl.DataFrame(answers | columns, strict=False)


def test_what_is_kept_beside_the_answers_has_a_place_in_the_map():
    frame = fase(FASE_datum_besluit=["2026-03-01", None], waarom=["er was een plan", "x"])
    map_ = confirmed(propose_for(frame, load("fase")).map)
    assert map_.instruments["fase"].kept == {"datum_besluit": "FASE_datum_besluit"}
    kept = {"datum_besluit": "FASE_datum_besluit", "redenen": "waarom"}
    placed = map_.instruments["fase"].model_copy(update={"kept": kept})
    map_ = map_.model_copy(update={"instruments": {"fase": placed}})
    forms = apply(frame, map_)
    assert forms["fase_datum_besluit"].to_list() == ["2026-03-01", None]
    assert forms["fase_redenen"].to_list() == ["er was een plan", "x"]
    assert not {"FASE_datum_besluit", "waarom"} & set(forms.columns)
    assert check(forms, "fase").strange == ()


def test_a_map_with_what_is_kept_is_read_back_unchanged(tmp_path):
    map_ = confirmed(propose_for(fase(fase_datum_besluit=["2026-03-01", None]), load("fase")).map)
    (tmp_path / "map.yaml").write_text(render(map_), encoding="utf-8")
    assert read_map(tmp_path / "map.yaml") == map_
    assert 'datum_volgende: ""  # datum van de volgende weging' in skeleton([load("fase")], "x.csv")


def test_a_kept_column_that_an_instrument_does_not_keep_is_refused():
    frame = fase(toen=["2026-03-01", None])
    map_ = confirmed(propose_for(frame, load("fase")).map)
    placed = map_.instruments["fase"].model_copy(update={"kept": {"datum": "toen"}})
    with pytest.raises(BrokenInstrument, match="fase keeps no 'datum' beside the answers"):
        apply(frame, map_.model_copy(update={"instruments": {"fase": placed}}))


def test_kept_at_each_moment():
    frame = pl.DataFrame({"T1_x": ["a"], "T2_x": ["b"], "d1": ["2026-01-01"], "d2": ["2026-02-01"]})
    placed = {"columns": {"besluit": ["T1_x", "T2_x"]}, "kept": {"datum_besluit": ["d1", "d2"]}}
    map_ = build(Map, {"made_for": "x", "moments": ["t1", "t2"], "instruments": {"fase": placed}}, "map")
    assert apply(frame, map_)["fase_datum_besluit"].to_list() == ["2026-01-01", "2026-02-01"]
