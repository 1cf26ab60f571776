"""Sharing without pooling records: each region counts for itself, and a small signed file is all that travels.

    new_key(region, folder=".") -> (Path, str)     the key pair of a region: its own file, and the public key
    share(plan, key) -> Leaving                    what would leave: `.text` to read, `.write(path)` to write it
    pool(files, plan) -> Pooled                    the files of at least three regions together: `.estimates`

What travels is exact or withheld, never rounded: forms counted by joined level of a score and outcome, whole sums, and
for what does not add up the number that a region worked out itself.
"""

from risico.sharing.keys import new_key
from risico.sharing.outgoing import Leaving, share
from risico.sharing.pooled import Pooled, pool

__all__ = ["Leaving", "Pooled", "new_key", "pool", "share"]
