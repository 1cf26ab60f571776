"""How often score control finds a planted cause, and names a wrong one: writes docs/audit_causes.md.

python benchmarks/audit_causes.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))
    from planted import told

    (ROOT / "docs" / "audit_causes.md").write_text(told(), encoding="utf-8")
