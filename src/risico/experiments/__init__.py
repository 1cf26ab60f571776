"""Experiments: from a locked plan to a run in the store, and from a run to its page. The only part that knows MLflow.

    run(plan, store="out/runs", role="analyst") -> Run      reads, computes, releases, keeps
    latest(store, name=None) -> Run                         a kept run: by the id of its plan or its own, or the newest
    headline(run) -> Estimates                              what a reader looks for first, ready to print
    write_review(run, path=None, language="nl") -> Path     the page of a run
    series(store, name=None) -> list[Run]                   the kept runs of one plan, the oldest first
    series_text(runs, language="nl") -> list[str]           the series as text
    write_tables(run, path, language="nl") -> list[Path]    its tables: an .xlsx file, or CSV files in a folder
    look(plan) -> Run                                       a team's own numbers, for its screen: nothing is kept
    write_series(runs, path, language="nl") -> Path         the page of a series

A `Run` holds `estimates` (released), `plan` (as it was kept), `tags` and `facts` for the small print.
"""

from risico.experiments.reading import headline, latest, series, series_text, write_review, write_series, write_tables
from risico.experiments.run import look, run
from risico.experiments.tracking import Run, Store

__all__ = [
    "Run",
    "Store",
    "headline",
    "latest",
    "look",
    "run",
    "series",
    "series_text",
    "write_review",
    "write_series",
    "write_tables",
]
