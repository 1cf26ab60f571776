"""What an attacker gets of few people, from the tallies as they are and from the file that a region sends.

python benchmarks/reidentification.py
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from attackers import table

if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
