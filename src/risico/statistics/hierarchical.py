"""Omega hierarchical: how much of a score is one thing."""

from __future__ import annotations

from risico.reliability import hierarchical
from risico.statistics.row import Statistic

ROWS: dict[str, Statistic] = {
    "omega_hierarchical": Statistic(
        function=hierarchical,
        input="sums",
        reference="psych::omega 2.2.9, cor(items), nfactors = 3, minres, oblimin (GPArotation 2022.10.2), flip = FALSE",
        stored="hierarchical",
        tolerance=1e-5,
        reason="psych stops its search for uniquenesses and its rotation at about 1e-5; here they go on to 1e-10",
        collapse="three groups of items with simple structure: (sum l √r)² / sum R",
    )
}
