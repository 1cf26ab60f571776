"""Part of building the wheel: reads the instrument library once, so that users need not."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Writes `instruments/compiled.json` before files are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, str(Path(self.root) / "src"))
        from risico.instrument.compiled import compile_folder

        compile_folder(Path(self.root) / "instruments")
