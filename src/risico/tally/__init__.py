"""What a statistic needs to know of many forms, and nothing more: counts and sums. Both add up with `+`."""

from risico.tally.counts import count, ratings
from risico.tally.held import Counts, Sums
from risico.tally.sums import sums

__all__ = ["Counts", "Sums", "count", "ratings", "sums"]
