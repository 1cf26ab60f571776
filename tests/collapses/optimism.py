"""What was chosen on the forms at hand, where it must be something known."""

from functools import cache

from collapses.made_up import NUMBER, OUTCOMES, Collapses, Counted, value
from risico.estimate import Estimates
from risico.tally import Counts, count
from risico.validity import accuracy, auc, chosen_cut_off, optimism

APART = {"score": [1, 2, 3, 4, 5, 6], "again": [0, 0, 0, 1, 1, 1]}

COUNTED: Counted = {
    "optimism": (OUTCOMES, lambda data: optimism(data, ["score", "risk"], "again", seed=1, redraws=100), count),
    "chosen_cut_off": (OUTCOMES, lambda data: chosen_cut_off(data, "score", "again", seed=1), count),
}


def endless() -> Counts:
    """The made-up forms, each so often that chance is gone."""
    return count(OUTCOMES | {"n": [5 * 10**16 * n for n in NUMBER]}, ["score", "again"], number="n")


@cache
def model() -> Estimates:
    return optimism(endless(), ["score"], "again", seed=1, redraws=100)


@cache
def cut() -> Estimates:
    return chosen_cut_off(endless(), "score", "again", seed=1, redraws=2000)


def there(name: str) -> float:
    return value(accuracy(endless(), "score", "again", at_least=value(cut(), "chosen_cut_off")), name)


COLLAPSES: Collapses = {
    "auc_apparent": lambda: (value(model(), "auc_apparent"), value(auc(endless(), "score", "again"), "auc")),
    "auc_corrected": lambda: (value(model(), "auc_corrected"), value(model(), "auc_apparent")),
    "slope_corrected": lambda: (value(model(), "slope_corrected"), 1.0),
    "chosen_cut_off": lambda: (value(chosen_cut_off(APART, "score", "again", seed=1), "chosen_cut_off"), 4.0),
    "youden_apparent": lambda: (value(cut(), "youden_apparent"), there("sensitivity") + there("specificity") - 1),
    "youden_corrected": lambda: (value(cut(), "youden_corrected"), value(cut(), "youden_apparent")),
    "sensitivity_apparent": lambda: (value(cut(), "sensitivity_apparent"), there("sensitivity")),
    "sensitivity_corrected": lambda: (value(cut(), "sensitivity_corrected"), value(cut(), "sensitivity_apparent")),
    "specificity_apparent": lambda: (value(cut(), "specificity_apparent"), there("specificity")),
    "specificity_corrected": lambda: (value(cut(), "specificity_corrected"), value(cut(), "specificity_apparent")),
}
