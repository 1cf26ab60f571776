"""The same number elsewhere: R and SPSS syntax that gives a statistic of this package on the same data.

Reviewers check with what they know. Each line names the function that the stored reference values were made with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from risico.errors import UsageError, did_you_mean

Program = Literal["r", "spss"]

TWINS: dict[str, dict[Program, str]] = {
    "alpha": {
        "r": "psych::alpha(d[, c({quoted})], check.keys = FALSE)$total$raw_alpha",
        "spss": "RELIABILITY /VARIABLES={spaced} /SCALE('all') ALL /MODEL=ALPHA.",
    },
    "omega_total": {
        "r": (
            'f <- lavaan::cfa("g =~ {plus}", d, std.lv = TRUE, meanstructure = FALSE)\n'
            "l <- lavaan::lavInspect(f, 'est'); sum(l$lambda)^2 / (sum(l$lambda)^2 + sum(l$theta))"
        ),
    },
    "icc_2_1": {
        "r": "psych::ICC(d[, c({quoted})], lmer = FALSE)$results['Single_random_raters', 'ICC']",
        "spss": "RELIABILITY /VARIABLES={spaced} /ICC=MODEL(RANDOM) TYPE(ABSOLUTE) CIN=95.",
    },
    "cohen_kappa": {
        "r": "psych::cohen.kappa(d[, c({quoted})])$kappa",
        "spss": "CROSSTABS /TABLES={by} /STATISTICS=KAPPA.",
    },
    "auc": {
        "r": "pROC::auc(pROC::roc(d${second}, d${first}, direction = '<', quiet = TRUE))[1]",
        "spss": "ROC {first} BY {second} (1) /PRINT=SE.",
    },
}
"""By name of an Estimate. `d` is the data: one column per item or rater, or the score and the outcome."""


def twin(name: str, columns: Sequence[str], program: Program = "r") -> str:
    """Return the syntax that gives the same number on columns of these names.

    For `auc` the columns are the score and the outcome. Raises UsageError where there is no twin.

    >>> print(twin("alpha", ["i1", "i2", "i3"], "spss"))
    RELIABILITY /VARIABLES=i1 i2 i3 /SCALE('all') ALL /MODEL=ALPHA.
    """
    found = TWINS.get(name, {}).get(program)
    if found is None:
        have = [known for known, texts in TWINS.items() if program in texts]
        near = did_you_mean(name, have)
        raise UsageError(f"There is no {program} syntax for '{name}' yet; there is for {', '.join(have)}.{near}")
    return found.format(
        quoted=", ".join(f'"{column}"' for column in columns),
        spaced=" ".join(columns),
        plus=" + ".join(columns),
        by=" BY ".join(columns),
        first=columns[0],
        second=columns[-1],
    )
