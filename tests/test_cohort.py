"""The cohort, rule by rule on a few households, and on every kind of frame."""

import copy
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from risico.cohort import cohort
from risico.errors import Refused, UsageError
from risico.plan import EXAMPLE, Plan, load
from risico.profiles import profile
from risico.synthetic import region
from test_plan import ADJUSTED, EXPERIMENTS, FORM_OUTCOME, WORDS

ZERO = date(2023, 1, 10)
PROFILE = {"how": "column", "column": "soort", "moment": "T0"}


def on(day):
    return ZERO + timedelta(days=day)


def events(*rows, until=800):
    """Rows are (case, day, event[, detail]); every case is assessed on day 0; `until` is the last day that is read."""
    cases = sorted({row[0] for row in rows})
    start = [(case, 0, "assessed") for case in cases]
    everything = [*start, *rows, ("end", until, "nothing"), ("end", 0, "report")]
    return pl.DataFrame(
        {
            "case": [row[0] for row in everything],
            "date": [on(row[1]) for row in everything],
            "event": [row[2] for row in everything],
            "detail": [row[3] if len(row) > 3 else None for row in everything],
        }
    )


def forms(*rows):
    """Rows are (case, person, moment, day, {column: value}); each household has a form with its profile."""
    cases = sorted({row[0] for row in rows} | {"z1", "z2"})
    first = [(case, None, "T0", -3, {"soort": "stress"}) for case in cases]
    return pl.DataFrame(
        [
            {"case": case, "person": person, "moment": moment, "date": on(day), "soort": None} | told
            for case, person, moment, day, told in [*first, *rows]
        ],
        infer_schema_length=None,
    )


def plan(outcome=None, **changes):
    told = copy.deepcopy(EXAMPLE) | {"time_zero": {"event": "assessed"}, "profile": PROFILE}
    told |= copy.deepcopy(ADJUSTED) | {"covariates": ()} | {"design": "adjusted"}
    told["covariates"] = ({"id": "earlier", "event": "report", "window_days": (-365, -1)},)
    told["outcome"] = EXAMPLE["outcome"] | {"window_days": (91, 365)} | (outcome or {})
    return Plan.model_validate(told | changes)


def in_full(case, start=5, kind="traumahulp"):
    return [(case, start, "help_started", kind), *((case, start + 7 * i, "contact", kind) for i in range(3))]


def rows(made, *columns):
    return {row[0]: row[1:] if len(columns) > 1 else row[1] for row in made.frame.select("case", *columns).iter_rows()}


def step(made, **by):
    found = [e.value for e in made.flow if e.name == "flow" and dict(e.by) == by]
    return found[0] if found else 0


OTHERS = [("z1", 0, "nothing"), *in_full("z2")]
"""Two households that fill both arms, so that a test can look at a third."""


def arm_of(*rows_, **changes):
    return rows(cohort(forms(), events(*rows_, *OTHERS), plan(**changes)), "arm").get("x")


# arms ---------------------------------------------------------------------------------------------------------------


def test_three_contacts_within_ninety_days_are_the_help_and_two_are_not():
    assert arm_of(*in_full("x")) == "traumahulp"
    assert arm_of(*in_full("x")[:-1]) == "andere_hulp"


def test_a_start_on_day_ninety_counts_and_on_day_ninety_one_does_not():
    once = {"arms": {"t": {"event": "help_started", "detail": "traumahulp", "within_days": 90}, "o": "otherwise"}}
    made = [arm_of(("x", day, "help_started", "traumahulp"), **once, reference="o") for day in (90, 91)]
    assert made == ["t", "o"]


def test_contacts_after_the_landmark_make_nobody_helped():
    late = [("x", 80, "help_started", "traumahulp"), *(("x", day, "contact", "traumahulp") for day in (80, 87, 94))]
    assert arm_of(*late) == "andere_hulp"


def test_contacts_of_an_earlier_episode_do_not_count():
    earlier = [("x", 0, "contact", "traumahulp"), ("x", 1, "contact", "traumahulp")]
    assert arm_of(*earlier, ("x", 5, "help_started", "traumahulp"), ("x", 5, "contact", "traumahulp")) == "andere_hulp"


def test_contacts_of_another_help_do_not_count():
    rows_ = [("x", 5, "help_started", "traumahulp"), *in_full("x", kind="schuldhulp")[1:]]
    assert arm_of(*rows_) == "andere_hulp"


def test_offered_and_never_started_stays_in_and_is_counted():
    made = cohort(forms(), events(("x", 2, "help_offered", "traumahulp"), *OTHERS), plan())
    assert rows(made, "arm", "never_started")["x"] == ("andere_hulp", True)
    began = cohort(forms(), events(("x", 2, "help_offered", "traumahulp"), *in_full("x"), *OTHERS), plan())
    assert rows(began, "never_started")["x"] is False
    assert made.flow["offered_never_started"].value == 1
    by_offer = {"arms": {"t": {"event": "help_offered", "detail": "traumahulp", "within_days": 5}, "o": "otherwise"}}
    offered = cohort(
        forms(),
        events(("x", 2, "help_offered", "traumahulp"), ("z1", 0, "nothing")),
        plan(**by_offer, reference="o"),
    )
    assert rows(offered, "arm")["x"] == "t"


def test_who_fits_two_arms_is_left_out_and_counted():
    arms = {
        "t": {"event": "help_started", "detail": "traumahulp", "within_days": 90},
        "s": {"event": "help_started", "detail": "schuldhulp", "within_days": 90},
        "o": "otherwise",
    }
    both = [*in_full("x"), ("x", 6, "help_started", "schuldhulp")]
    made = cohort(
        forms(), events(*both, ("y", 3, "help_started", "schuldhulp"), *OTHERS), plan(arms=arms, reference="o")
    )
    assert "x" not in rows(made, "arm")
    assert step(made, step="left_out", reason="fits_several_arms") == 1


def test_who_had_the_help_with_another_is_no_reference_for_the_help_alone():
    alone = {"traumahulp": ADJUSTED["arms"]["traumahulp"] | {"alone": True}, "andere_hulp": "otherwise"}
    made = cohort(forms(), events(*in_full("x"), ("x", 6, "help_started", "schuldhulp"), *OTHERS), plan(arms=alone))
    assert "x" not in rows(made, "arm")
    assert step(made, step="left_out", reason="other_help_beside") == 1


def test_the_helps_had_together_are_a_table_that_adds_up():
    made = cohort(forms(), events(*in_full("x"), ("x", 6, "help_started", "schuldhulp"), *OTHERS), plan())
    found = {(e.by["arm"], e.by["help"]): (e.value, e.n) for e in made.help}
    assert found[("traumahulp", "schuldhulp + traumahulp")] == (1, 2)
    assert found[("traumahulp", "traumahulp")] == (1, 2)
    assert sum(value for value, _ in found.values()) == made.frame.height


def test_nobody_in_an_arm_is_refused():
    with pytest.raises(Refused, match="Nobody falls into the arm traumahulp"):
        cohort(forms(), events(("z1", 0, "nothing")), plan())


# before time zero ---------------------------------------------------------------------------------------------------


COVARIATE = {"id": "mood", "column": "mood", "moment": "T0"}


def known(*told, **changes):
    return cohort(forms(*told), events(("x", 0, "nothing"), *OTHERS), plan(covariates=(COVARIATE | changes,)))


def test_an_answer_on_the_day_itself_is_known_and_a_day_later_is_refused():
    assert rows(known(("x", None, "T0", 0, {"mood": 3})), "mood")["x"] == 3
    with pytest.raises(Refused, match="dated after time zero") as caught:
        known(("x", None, "T0", 1, {"mood": 3}), ("z1", None, "T0", -1, {"mood": 4}))
    assert "mood: 1 of 2 forms" in str(caught.value)


def test_an_answer_without_a_date_is_refused():
    told = forms(("x", None, "T0", -1, {"mood": 3})).with_columns(
        date=pl.when(pl.col("mood").is_null()).then("date")  # the form with an answer loses its date
    )
    with pytest.raises(Refused, match="no date"):
        cohort(told, events(("x", 0, "nothing"), *OTHERS), plan(covariates=(COVARIATE,)))


def test_a_profile_dated_after_time_zero_is_refused():
    late = forms().with_columns(pl.lit(on(1)).alias("date"))
    with pytest.raises(Refused, match="profile: 2 of 2"):
        cohort(late, events(("z1", 0, "nothing"), *in_full("z2")), plan())


def test_several_forms_that_differ_are_refused_unless_the_plan_says_which_counts():
    two = (("x", "x1", "T0", -2, {"mood": 3}), ("x", "x2", "T0", -2, {"mood": 5}))
    with pytest.raises(Refused, match="several forms"):
        known(*two)
    assert rows(known(*two, combine="worst", worse="high"), "mood")["x"] == 5
    assert rows(known(*two, combine="worst", worse="low"), "mood")["x"] == 3


def test_where_keeps_one_kind_of_form():
    two = (
        ("x", None, "T0", -2, {"mood": 3, "rater_position": "first"}),
        ("x", None, "T0", -2, {"mood": 5, "rater_position": "second"}),
    )
    assert rows(known(*two, where={"rater_position": "second"}), "mood")["x"] == 5


def test_the_worst_of_words_goes_by_their_order_and_a_strange_word_is_refused():
    two = (("x", "x1", "T0", -2, {"mood": "weinig"}), ("x", "x2", "T0", -2, {"mood": "geen"}))
    levels = {"combine": "worst", "levels": ("geen", "weinig", "veel")}
    assert rows(known(*two, **levels), "mood")["x"] == "weinig"
    with pytest.raises(Refused, match="none of the levels") as caught:
        known(("x", "x1", "T0", -2, {"mood": "Jansen"}), **levels)
    assert "Jansen" not in str(caught.value)
    with pytest.raises(Refused, match="holds text"):
        known(*two, combine="any")


def test_an_empty_answer_stays_empty():
    assert rows(known(("z1", None, "T0", -2, {"mood": 3})), "mood")["x"] is None


def test_events_before_time_zero_are_counted_and_later_ones_are_not():
    told = [("x", day, "report") for day in (-366, -365, -1, 0, 5)]
    made = cohort(forms(), events(*told, *OTHERS), plan())
    assert rows(made, "earlier")["x"] == 2
    assert rows(made, "earlier")["z1"] == 0


def test_who_is_not_eligible_or_unknown_is_left_out_with_the_reason():
    rule = {"id": "young", "column": "age", "moment": "T0", "below": 65, "words": WORDS}
    told = forms(*((case, None, "T0", -1, {"age": age}) for case, age in (("x", 70), ("z1", 64), ("z2", 30))))
    made = cohort(told, events(("x", 0, "nothing"), ("y", 0, "nothing"), *OTHERS), plan(eligible=(rule,)))
    assert set(rows(made, "arm")) == {"z1", "z2"}
    assert step(made, step="left_out", reason="young") == 2
    assert step(made, step="left_out", reason="no_time_zero") == 1  # the case that only marks the end
    assert step(made, step="recorded") == step(made, step="eligible") + 3


def test_who_left_before_the_arms_were_settled_is_in_no_arm():
    made = [cohort(forms(), events(("x", day, "exit", "moved"), *OTHERS), plan()) for day in (90, 91)]
    assert ["x" in rows(one, "arm") for one in made] == [False, True]
    assert step(made[0], step="left_out", reason="left_before_the_arms_were_settled") == 1


def test_time_zero_is_the_first_such_event_between_the_dates():
    told = pl.concat([events(("x", 0, "nothing"), *OTHERS), events(("x", 400, "assessed"))]).unique()
    assert rows(cohort(forms(), told, plan()), "zero")["x"] == ZERO
    last = plan(time_zero={"event": "assessed", "which": "last"})
    assert rows(cohort(forms(), told, last), "zero")["x"] == on(400)
    narrow = plan(time_zero={"event": "assessed", "which": "last", "between": ("2023-01-01", "2023-12-31")})
    assert "x" not in rows(cohort(forms(), told, narrow), "zero")


def test_the_worker_is_the_one_at_time_zero():
    told = [("x", -10, "worker", "w1"), ("x", -1, "worker", "w2"), ("x", 20, "worker", "w3")]
    assert rows(cohort(forms(), events(*told, *OTHERS), plan()), "worker")["x"] == "w2"


# outcome from events ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "again"), [(90, 0), (91, 1), (365, 1), (366, 0)])
def test_a_report_counts_from_the_first_to_the_last_day_of_the_window(day, again):
    made = cohort(forms(), events(("x", day, "report"), *OTHERS), plan())
    assert rows(made, "outcome")["x"] == again


def test_who_left_before_the_end_is_not_read_as_no_report():
    told = [("x", 200, "exit", "moved"), ("y", 150, "report"), ("y", 200, "exit", "moved"), *OTHERS]
    made = cohort(forms(), events(*told), plan())
    bounds = rows(made, "outcome", "outcome_low", "outcome_high", "why_not", "left_why")
    assert bounds["x"] == (None, 0.0, 1.0, "left", "moved")
    assert bounds["y"] == (None, 1.0, 1.0, "left", "moved")
    assert step(made, step="not_measured") == step(made, step="not_measured", reason="left") == 2


def test_a_window_that_is_not_over_is_no_good_news():
    made = cohort(forms(), events(("x", 0, "nothing"), *OTHERS, until=364), plan())
    assert set(rows(made, "outcome").values()) == {None}
    assert set(rows(made, "why_not").values()) == {"window_not_over"}
    over = cohort(forms(), events(("x", 0, "nothing"), *OTHERS, until=365), plan())
    assert set(rows(over, "outcome").values()) == {0.0}
    until = plan(follow_up={"until": str(on(364))})
    assert rows(cohort(forms(), events(*OTHERS), until), "followed_days")["z1"] == 364


def test_without_yes_or_any_events_are_counted():
    made = cohort(forms(), events(("x", 100, "report"), ("x", 101, "report"), *OTHERS), plan({"combine": "only"}))
    assert rows(made, "outcome")["x"] == 2


# outcome from forms -------------------------------------------------------------------------------------------------


def violence(*told, **outcome):
    """Rows are (person, moment, day, level) of household x; the moment of the end is one that others had."""
    told = forms(
        ("z1", "z", "T1", 365, {"violence": "none"}),
        *(("x", person, moment, day, {"violence": level}) for person, moment, day, level in told),
    )
    missed = ("x", 365, "follow_up_missed", "unreachable")
    return cohort(told, events(missed, *OTHERS), plan().model_copy(update={"outcome": form_outcome(**outcome)}))


def form_outcome(**changes):
    return Plan.model_validate(copy.deepcopy(EXAMPLE) | {"outcome": FORM_OUTCOME | changes}).outcome


BOTH = (("x1", "T0", -1, "serious"), ("x2", "T0", -1, "below"))


@pytest.mark.parametrize(
    ("first", "second", "outcome", "low", "high"),
    [
        ("none", "none", 0, 0, 0),
        ("none", "serious", 2, 2, 2),
        ("none", None, None, 0, 2),
        ("below", None, None, 1, 2),
        ("serious", None, None, 2, 2),
        (None, None, None, 0, 2),
    ],
)
def test_the_worst_of_a_household_is_only_known_when_everybody_was_asked_again(first, second, outcome, low, high):
    again = [(p, "T1", 365, v) for p, v in (("x1", first), ("x2", second)) if v]
    made = violence(*BOTH, *again)
    assert rows(made, "outcome", "outcome_low", "outcome_high")["x"] == (outcome, low, high)
    reason = None if outcome is not None else "unreachable" if not again else "not_everybody_asked_again"
    assert rows(made, "why_not")["x"] == reason


def test_yes_for_the_worst_is_good_news_only_when_nobody_is_missing():
    stopped = {"yes": {"is": "none"}}
    again = (("x1", "T1", 365, "none"), ("x2", "T1", 365, "none"))
    assert rows(violence(*BOTH, *again, **stopped), "outcome")["x"] == 1
    assert rows(violence(*BOTH, again[0], **stopped), "outcome", "outcome_low", "outcome_high")["x"] == (None, 0, 1)
    known_bad = violence(*BOTH, ("x1", "T1", 365, "serious"), **stopped)
    assert rows(known_bad, "outcome", "outcome_low", "outcome_high")["x"] == (None, 0, 0)


def test_any_yes_of_one_person_is_a_yes_of_the_household():
    serious = {"yes": {"is": "serious"}, "combine": "any"}
    again = (("x1", "T1", 365, "none"), ("x2", "T1", 365, "serious"))
    assert rows(violence(*BOTH, *again, **serious), "outcome")["x"] == 1
    assert rows(violence(*BOTH, again[0], **serious), "outcome", "outcome_low", "outcome_high")["x"] == (None, 0, 1)
    assert violence(*BOTH, *again, **serious).change == ()
    assert rows(violence(*BOTH, *again, **serious), "level")["x"] is None  # no level of a household was asked for


def test_a_form_left_blank_at_the_start_is_somebody_who_was_asked():
    """A member whose answer is blank, or who answers at the end only, never makes a household look better."""
    one, blank = ("x1", "T0", -1, "below"), ("x2", "T0", -1, None)
    well, ill, empty = ("x1", "T1", 365, "none"), ("x2", "T1", 365, "serious"), ("x2", "T1", 365, None)
    told = ("outcome", "outcome_low", "outcome_high", "why_not")
    assert rows(violence(one, blank, well, ill), *told)["x"] == (2, 2, 2, None)
    assert rows(violence(one, blank, well, empty), *told)["x"] == (None, 0, 2, "not_everybody_asked_again")
    assert rows(violence(one, blank, well), *told)["x"] == (None, 0, 2, "not_everybody_asked_again")
    assert rows(violence(one, well, ill), *told)["x"] == (2, 2, 2, None)
    assert rows(violence(one, well, ("x2", "T1", 365, "none")), *told)["x"] == (0, 0, 0, None)


def test_what_one_member_left_blank_at_the_start_is_no_worsening_and_no_improvement():
    blank, end = ("x2", "T0", -1, None), (("x1", "T1", 365, "below"), ("x2", "T1", 365, "below"))
    ways = {e.by["change"]: e.value for e in violence(("x1", "T0", -1, "below"), blank, *end).change}
    assert ways == {"worse": 0, "same": 0, "better": 0, "best": 0, "unclear": 1}
    ways = {e.by["change"]: e.value for e in violence(("x1", "T0", -1, "serious"), blank, *end).change}
    assert ways == {"worse": 0, "same": 0, "better": 1, "best": 0}, "worse than the worst nobody was"


def test_who_leaves_on_the_very_first_day_is_not_read_as_no_report():
    told = copy.deepcopy(EXAMPLE) | {"profile": PROFILE}
    happened = events(*(row for case, arm in (("z1", "systeemhulp"), ("z2", "gebruikelijk"), ("x", "systeemhulp"))
                        for row in [(case, 0, "assigned", arm)]), ("x", 0, "exit", "moved"))  # fmt: skip
    made = cohort(forms(), happened, Plan.model_validate(told))
    assert rows(made, "arm", "outcome", "why_not")["x"] == ("systeemhulp", None, "left")
    assert rows(made, "outcome")["z1"] == 0


def test_a_moment_nobody_has_is_refused_and_so_are_cases_that_never_meet():
    with pytest.raises(Refused, match="no form has moment T9"):
        violence(*BOTH, moment="T9")
    with pytest.raises(Refused, match="no form has moment T0, soort: x"):
        known(("x", None, "T0", 0, {"mood": 3}), where={"soort": "x"})
    with pytest.raises(Refused, match="No case of the forms is a case of the events"):
        cohort(forms().with_columns(case=pl.col("case") + ".0"), events(*OTHERS), plan())
    with pytest.raises(Refused, match="earlier: no case has an event 'rapport'"):
        cohort(
            forms(), events(*OTHERS), plan(covariates=({"id": "earlier", "event": "rapport", "window_days": (-9, 0)},))
        )
    with pytest.raises(Refused, match="no case has an event 'report' with detail 'zzz'"):
        cohort(forms(), events(*OTHERS), plan({"detail": "zzz"}))
    with pytest.raises(Refused, match="No event 'assessed'"):
        cohort(forms(), events(*OTHERS).filter(pl.col("event") != "assessed"), plan())


def test_each_gives_one_row_per_person():
    made = violence(*BOTH, ("x1", "T1", 365, "none"), combine="each")
    part = made.frame.filter(pl.col("case") == "x").sort("person")
    assert part["person"].to_list() == ["x1", "x2"]
    assert part["outcome"].to_list() == [0, None]
    assert part["baseline"].to_list() == [2, 1]
    assert step(made, step="eligible_cases") == 3


def test_only_refuses_several_people():
    with pytest.raises(Refused, match="several people"):
        violence(*BOTH, combine="only")


@pytest.mark.parametrize(("day", "seen"), [(299, False), (300, True), (450, True), (451, False)])
def test_an_answer_outside_the_window_is_no_outcome_and_says_so(day, seen):
    made = violence(("x1", "T0", -1, "below"), ("x1", "T1", day, "none"))
    assert rows(made, "outcome", "why_not")["x"] == ((0, None) if seen else (None, "asked_outside_the_window"))


def test_who_was_not_asked_at_the_start_is_not_analysed():
    assert rows(violence(("x1", "T1", 365, "none")), "outcome", "why_not")["x"] == (None, "not_asked_at_the_start")


def test_a_baseline_after_time_zero_is_refused():
    with pytest.raises(Refused, match="baseline: 1 of 1"):
        violence(("x1", "T0", 1, "below"), ("x1", "T1", 365, "none"))


def test_the_flow_says_how_people_were_joined():
    made = violence(*BOTH)
    said = next(e.method for e in made.flow if e.by == {"step": "analysed"})
    assert said == "count with violence at T1 from day 300 to 450, the worst of all who were asked at T0"


CHANGED = [("below", "serious", "worse"), ("below", "below", "same"), ("serious", "below", "better"),
           ("serious", "none", "best"), ("none", "none", "best")]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "way"), CHANGED)
def test_change_is_counted_worse_first_and_what_is_over_apart(before, after, way):
    made = violence(("x1", "T0", -1, before), ("x1", "T1", 365, after))
    counted = [(e.by["change"], e.value, e.n) for e in made.change]
    assert counted == [(one, int(one == way), 1) for one in ("worse", "same", "better", "best")]


# the whole ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made():
    return region(11, households=800)


@pytest.fixture(scope="module")
def scored(made):
    return profile(made.forms)


@pytest.mark.parametrize("name", ["synthetic_randomized", "synthetic_adjusted"])
def test_the_flow_adds_up_and_the_arrays_fit(name, made, scored):
    told = load(EXPERIMENTS / f"{name}.yaml")
    found = cohort(scored, made.events, told)
    left = sum(e.value for e in found.flow if e.by.get("step") == "left_out")
    lost = [e for e in found.flow if e.by.get("step") == "not_measured"]
    assert step(found, step="recorded") == left + step(found, step="eligible") == 800
    assert step(found, step="eligible") == step(found, step="analysed") + step(found, step="not_measured")
    assert sum(e.value for e in lost if "reason" in e.by) == step(found, step="not_measured")
    for name in {(e.name, *(v for k, v in e.by.items() if k != "arm")) for e in found.by_arm} - {("started",)}:
        told = [e for e in found.by_arm if (e.name, *(v for k, v in e.by.items() if k != "arm")) == name]
        whole = [e for e in found.flow + found.change if (e.name, *e.by.values()) == name]
        assert sum(e.value for e in told) == whole[0].value, name
        assert sum(e.n for e in told) == whole[0].n, name
    arrays = found.arrays()
    n = found.frame.height
    assert {len(arrays[key]) for key in ("arm", "outcome", "profile", "cluster")} == {n}
    assert {len(values) for values in arrays["covariates"].values()} == {n}
    assert np.isnan(arrays["outcome"]).sum() == step(found, step="not_measured")
    assert set(arrays["arm"]) == {0.0, 1.0}


def test_received_and_compliers_agree_with_what_really_was_so(made, scored):
    found = cohort(scored, made.events, load(EXPERIMENTS / "synthetic_randomized.yaml"))
    both = found.frame.join(made.households, on="case")
    compliers = both.filter("complier")
    assert (compliers["received"] == (compliers["arm"] == "systeemhulp")).all()
    began = {e.by["arm"]: (e.value, e.n) for e in found.by_arm if e.name == "started"}
    told = found.frame.group_by("arm").agg(pl.col("received").sum(), pl.len().alias("n"))
    assert began == {arm: (value, n) for arm, value, n in told.iter_rows()}
    assert 0 < began["systeemhulp"][0] < began["systeemhulp"][1]


def test_the_outcome_is_what_the_forms_show_read_another_way(made, scored):
    found = cohort(scored, made.events, load(EXPERIMENTS / "synthetic_randomized.yaml"))
    later = made.forms.filter(pl.col("moment") == "T1")
    free = dict(later.group_by("case").agg((pl.col("violence") == "none").all()).iter_rows())
    for case, outcome in rows(found, "outcome").items():
        assert outcome == (float(free[case]) if case in free else None)


@pytest.mark.parametrize("kind", ["pandas", "pyarrow", "lazy", "duckdb", "text dates"])
def test_every_kind_of_frame_gives_the_same_cohort(kind, made, scored):
    told = load(EXPERIMENTS / "synthetic_adjusted.yaml")
    duckdb = pytest.importorskip("duckdb")
    turn = {
        "pandas": lambda frame: frame.to_pandas(),
        "pyarrow": lambda frame: frame.to_arrow(),
        "lazy": lambda frame: frame.lazy(),
        "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
        "text dates": lambda frame: frame.with_columns(pl.col("date").cast(pl.String)),
    }[kind]
    expected = cohort(scored, made.events, told)
    found = cohort(turn(scored), turn(made.events), told)
    assert found.flow == expected.flow
    assert found.help == expected.help
    arrays = found.arrays()
    for key, values in expected.arrays().items():
        if key == "covariates":
            for name, column in values.items():
                np.testing.assert_array_equal(arrays[key][name], column)
        elif values is not None:
            np.testing.assert_array_equal(arrays[key], values)


def test_row_order_does_not_matter(made, scored):
    told = load(EXPERIMENTS / "synthetic_randomized.yaml")
    one = cohort(scored, made.events, told)
    mixed = [frame.sample(fraction=1, shuffle=True, seed=1) for frame in (scored, made.events)]
    other = cohort(*mixed, told)
    assert other.flow == one.flow
    assert other.frame.equals(one.frame)


def test_an_arm_must_be_named_when_there_are_several():
    arms = {
        "t": {"event": "help_started", "detail": "traumahulp", "within_days": 90},
        "s": {"event": "help_started", "detail": "schuldhulp", "within_days": 90},
        "o": "otherwise",
    }
    found = cohort(forms(), events(*OTHERS, ("y", 3, "help_started", "schuldhulp")), plan(arms=arms, reference="o"))
    with pytest.raises(UsageError, match="Name one of the arms: t, s"):
        found.arrays()
    assert found.arrays("s")["arm"].tolist() == [1.0, 0.0]


def test_absent_columns_are_named_with_what_to_do():
    with pytest.raises(UsageError, match="no column 'soort'"):
        cohort(forms().drop("soort"), events(*OTHERS), plan())
    with pytest.raises(UsageError, match=r"risico\.profiles\.profile"):
        cohort(forms(), events(*OTHERS), plan(profile={"how": "rule", "moment": "T0"}))
    with pytest.raises(UsageError, match="no column 'date'"):
        cohort(forms().drop("date"), events(*OTHERS), plan())


def test_events_without_date_or_with_an_unreadable_one_are_refused_and_not_shown():
    told = events(*OTHERS).with_columns(date=pl.when(pl.col("event") != "contact").then("date"))
    with pytest.raises(UsageError, match="have no date"):
        cohort(forms(), told, plan())
    words = events(*OTHERS).with_columns(date=pl.lit("Jansen 2023"))
    with pytest.raises(UsageError, match="cannot be read") as caught:
        cohort(forms(), words, plan())
    assert "Jansen" not in str(caught.value)
