"""Every number the synthetic region rests on, with where it comes from.

`seen` was read in a source, `derived` follows from such numbers, `assumed` has no source: nobody may cite it as a
fact about families. The profile shares are assumptions; no shares were ever published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

BANNER: Final = {
    "nl": "Synthetisch: bedachte huishoudens. De getallen zijn deels aangenomen en zeggen niets over echte gezinnen.",
    "en": "Synthetic: invented households. The numbers are partly assumed and say nothing about real families.",
}


@dataclass(frozen=True)
class Assumption:
    """One number of the region: its name, value, what it rests on and the source."""

    name: str
    value: float
    basis: Literal["seen", "derived", "assumed"]
    source: str


PROFILES: Final = (
    "intieme_terreur",
    "gezin_in_stress",
    "langdurige_zorg",
    "kindgedrag_opvoedstress",
    "complexe_conflictscheiding",
    "niet_ingedeeld",
)
ONLY_WITH_CHILDREN: Final = ("kindgedrag_opvoedstress", "complexe_conflictscheiding")
LEVELS: Final = ("none", "below", "serious")
MISSED: Final = {"unreachable": 0.5, "refused": 0.25, "not_safe": 0.12, "forgotten": 0.13}
"""Why a follow-up was missed, and how often of all that were (assumed)."""
DEPARTED: Final = {"schulden_eerst": 0.45, "eerst_apart": 0.35, "later_begonnen": 0.2}
"""Where a team deliberately did otherwise, and how often of all times (assumed)."""
ELEMENTS: Final = {"ieder_apart": 0.4, "netwerkplan": 0.3, "stress_aangepakt": 0.25, "vast_gezicht": 0.55}
"""How often an element of help was there where the case is light (assumed). None of them makes any difference here."""

_OWN = "our assumption"
ASSUMPTIONS: Final = tuple(
    Assumption(*row)  # type: ignore[arg-type]
    for row in (
        ("share_family", 0.75, "assumed", "three quarters with children; cohort 3 also took adults without"),
        ("share_couple", 0.13, "assumed", "adults without children at home"),
        ("share_elder", 0.12, "assumed", "somebody over 65"),
        ("share_intieme_terreur", 0.15, "assumed", "family_profiles 6: no shares are published"),
        ("share_gezin_in_stress", 0.35, "assumed", "family_profiles 6: no shares are published"),
        ("share_langdurige_zorg", 0.15, "assumed", "family_profiles 6: no shares are published"),
        ("share_kindgedrag_opvoedstress", 0.15, "assumed", "family_profiles 6: no shares are published"),
        ("share_complexe_conflictscheiding", 0.15, "assumed", "family_profiles 6: no shares are published"),
        ("share_niet_ingedeeld", 0.05, "assumed", "family_profiles 6: no shares are published"),
        ("share_secondary", 0.25, "assumed", "family_profiles 6"),
        ("none_t0", 0.065, "seen", "no violence at the start, cohort 2: sociaaldomeinonline.nl"),
        ("none_t1", 0.265, "assumed", "85 % of the fall is reached after a year; shape of cohort 1"),
        ("none_t2", 0.30, "seen", "no violence after 18 months, cohort 2: nos.nl 12-11-2020"),
        ("serious_t0", 0.75, "assumed", "not seen in any source"),
        ("serious_t1", 0.555, "assumed", "85 % of the way from 75 % to 52 %"),
        ("serious_t2", 0.52, "derived", "'more than half' after 18 months, cohort 2: nos.nl, nltimes.nl 12-11-2020"),
        ("incidents_t0", 71, "seen", "mean in the year before the report, cohort 2: De Telegraaf, Nov 2018"),
        ("serious_from", 22, "seen", "about 22 incidents a year count as serious or frequent: nos.nl 12-11-2020"),
        ("poverty", 0.48, "seen", "'nearly half' in poverty, cohort 2: De Telegraaf, Nov 2018"),
        ("alcohol_men", 0.40, "seen", "problematic use, cohort 2: De Telegraaf, Nov 2018"),
        ("alcohol_women", 0.30, "seen", "problematic use, cohort 2: De Telegraaf, Nov 2018"),
        ("held_t1", 0.72, "assumed", "between all at the start and .576 after 18 months"),
        ("held_t2", 0.576, "derived", "576 of about 1,000 families kept, cohort 2: CBS Impactmonitor, nos.nl"),
        ("rereport_year", 0.30, "seen", "new violence at the police without a restraining order: focusgroningen.nl"),
        ("rereport_ratio", 0.70, "derived", "21 % against 30 %: focusgroningen.nl; for an average effect of help"),
        ("rereport_region_low", 0.7, "assumed", "registration differs by region; outcomes_nl 2.3 and 6"),
        ("rereport_region_high", 1.3, "assumed", "registration differs by region; outcomes_nl 2.3 and 6"),
        ("region_icc", 0.03, "assumed", "outcomes_nl 6: .02 to .05"),
        ("worker_icc", 0.08, "assumed", f"{_OWN}; only with clustered"),
        ("effect", 0.54, "assumed", "logit of d = .3: planning value of interventions 1 (meta-analyses, d .2 to .4)"),
        ("indication_odds", 2.5, "assumed", "heavier cases get heavier help, odds x 2 to 3; outcomes_nl 6"),
        ("hidden_weight", 0.8, "assumed", f"{_OWN}: severity that no form measures, logit per standard deviation"),
        ("refused", 0.20, "assumed", _OWN),
        ("stopped_early", 0.12, "assumed", f"{_OWN}: fewer than three contacts, and then no effect"),
        ("always_takers", 0.05, "assumed", f"{_OWN}: got the help though the lot said otherwise"),
        ("left", 0.03, "assumed", f"{_OWN}: moved out of the region within 18 months"),
        ("not_assessed", 0.06, "assumed", f"{_OWN}: an indicator of the profile rule left open"),
        ("miscoded", 0.03, "assumed", f"{_OWN}: an indicator coded at random; ten times as often with misjudged"),
        ("double_coded", 0.10, "assumed", f"{_OWN}: households coded by a second worker as well"),
        ("departed", 0.18, "assumed", f"{_OWN}: something was deliberately done otherwise than agreed"),
        ("element_odds", 2.5, "assumed", f"{_OWN}: an element is there more often in heavier cases, as help is"),
        ("blank", 0.03, "assumed", f"{_OWN}: an item left open"),
    )
)
"""The table of assumptions, for a reader and for the code alike."""

VALUE: Final = {one.name: one.value for one in ASSUMPTIONS}

EFFECTS: Final = {
    "systeemhulp": dict(zip(PROFILES, (0.0, 1.65, 0.75, 1.1, 0.75, 0.75), strict=True)),
    "traumahulp": dict(zip(PROFILES, (1.5, 1.0, 0.4, 1.0, 0.6, 0.8), strict=True)),
}
"""What each help does per profile, as a multiple of the average effect. Assumed: no source says what works where."""
