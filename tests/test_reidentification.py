"""What an attacker gets of few people: something from the bare tallies, and nothing from what is sent."""

from functools import cache

import pytest

import attackers
from attackers import ATTACKS, MINIMUM, NOTHING, all_but_one, bare, programme, regions, whole_numbers
from regions import forms
from risico.disclosure.tallies import withheld


@cache
def made_by(attack):
    return attack()


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a not in (all_but_one, programme)], ids=lambda a: a.__name__)
def test_nothing_of_few_is_sent(attack):
    assert made_by(attack).sent == NOTHING


def test_each_attack_gets_something_from_the_bare_tallies():
    found = {attack.__name__: made_by(attack).bare for attack in ATTACKS if attack is not programme}
    assert found == {
        "one_more": "all nine answers of the one: True",
        "one_of_many_more": "1 of 40 in the highest level",
        "outlier_among_many_more": "how many of 40 have 27 points: 1 to 1",
        "part_of_the_same": "3 of the 20 between them have the outcome",
        "alone": "all nine answers: True",
        "one_in_a_cell": "1 with the outcome in the lowest level",
        "all_but_one": "every cell of the last, down to 0",
        "outlier": "how many have 27 points: 1 to 1",
        "two_cut_offs": "8 have 24 points exactly",
    }


def test_all_regions_but_one_together_get_no_cell_below_the_rule():
    said = made_by(all_but_one).sent
    assert int(said.rpartition(" ")[2]) >= MINIMUM


def test_the_linear_programme_comes_close_to_no_small_level_of_what_is_sent():
    found = programme((0, 3))
    assert int(found.bare.split(" of ")[0]) > 0
    assert found.sent.startswith("0 of ")


def test_nor_does_another_solver_over_whole_numbers():
    """The rule is worked out over real numbers, and somebody could count in whole ones."""
    made = bare(forms(5, 300))
    hidden = withheld(made.told, made.levels, MINIMUM)
    told = [one for one in made.told if one.name not in hidden]
    assert any(one.name.startswith("scale") for one in told)
    few = [level for level, n in made.levels.items() if 0 < n < MINIMUM]
    for level in few[:6]:
        low, high = whole_numbers(told, made, level)
        assert low <= made.levels[level] <= high
        assert high - low + 1 >= MINIMUM


def test_the_same_again_is_the_same_file_and_another_question_is_refused():
    there = regions()
    rows = forms(1)
    there.send("a", rows)
    assert there.leaving("a", rows).text == (there.home / "a.json").read_text()
    there.write_plan(version=2)
    with pytest.raises(attackers.Refused, match="fewer than 10 forms came in or left"):
        there.leaving("a", rows)


def test_the_same_forms_may_answer_a_plan_about_another_instrument():
    there = regions()
    rows = forms(1)
    there.send("a", rows)
    there.told["shared"] = {"regions": there.told["shared"]["regions"], "means": [{"instrument": "gad2"}]}
    there.write_plan()
    other = rows.with_columns(gad2_1="phq9_1", gad2_2="phq9_2")
    assert there.leaving("a", other).content["means"]["gad2_total"]["n"] == 400


def test_what_was_hidden_on_these_data_stays_hidden():
    there = regions()
    rows = attackers._with_a_small_cell()
    assert there.send("a", rows).exists()
    key = there.keys["a"]
    path = key.with_suffix(".sent.jsonl")
    hidden = '"withheld": {"share phq9_total 10": "fewer than 10 (withheld)", '
    path.write_text(path.read_text().replace('"withheld": {', hidden))
    assert "share phq9_total 10" in there.leaving("a", rows).withheld


def test_an_unreadable_line_of_what_was_sent_stops_everything():
    there = regions()
    there.keys["a"].with_suffix(".sent.jsonl").write_text("{\n")
    with pytest.raises(attackers.Refused, match=r"line 1.*cannot be read"):
        there.leaving("a", forms(1))
