"""What a statistic needs to know of many forms, and nothing more: counts, sums and pairs. All add up with `+`."""

from risico.tally.counts import count, ratings
from risico.tally.held import Counts, Sums, label
from risico.tally.pairs import Pairs, pairs
from risico.tally.sums import sums

__all__ = ["Counts", "Pairs", "Sums", "count", "label", "pairs", "ratings", "sums"]
