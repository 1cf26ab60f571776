"""The house stands: imports run downward, what is heavy is imported where it is used, and each contract bites."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).parents[1]
CONTRACTS = ROOT / ".importlinter"
HEAVY = {
    "pandas",
    "sklearn",
    "statsmodels",
    "matplotlib",
    "mlflow",
    "duckdb",
    "pyarrow",
    "pyreadstat",
    "openpyxl",
    "jinja2",
    "stepmix",
}
MODULES = sorted((ROOT / "src" / "risico").rglob("*.py"))


def test_imports_keep_to_the_layers(capsys: pytest.CaptureFixture[str]) -> None:
    broken = cli.lint_imports(config_filename=str(CONTRACTS), no_cache=True, no_logo=True)
    assert not broken, capsys.readouterr().out


UPPER = "    (scoring) | (cohort) | (exchange) | (synthetic)\n"
LOWER = "    instrument : forms : columns : tally : plan : study\n"
BREAKS = {
    "a module without a place": ("    (pages)\n", ""),
    "a layer upside down": (UPPER + LOWER, LOWER + UPPER),
    "somebody else who knows Narwhals": ("    risico.scoring\n", ""),
    "somebody else who knows MLflow": ("allowed_importers = risico.experiments", "allowed_importers = risico.pages"),
    "somebody else who knows latent classes": ("    risico.statistics\n", ""),
    "somebody else who knows Polars": ("    risico.exchange\n", ""),
}


@pytest.mark.parametrize("what", BREAKS)
def test_each_contract_bites(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same code against a contract it does not keep: a contract that nothing can break protects nothing."""
    kept, broken = BREAKS[what]
    text = CONTRACTS.read_text()
    assert text.count(kept) == 1
    (tmp_path / "importlinter.ini").write_text(text.replace(kept, broken))
    assert cli.lint_imports(config_filename=str(tmp_path / "importlinter.ini"), no_cache=True, no_logo=True)
    assert "BROKEN" in capsys.readouterr().out


def outer_imports(source: str) -> set[str]:
    """The top names that a module imports as soon as it is imported itself: not in a function, not for types alone."""
    found: set[str] = set()

    def walk(body: list[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add((node.module or "").split(".")[0])
            elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                walk(node.orelse)
            elif isinstance(node, ast.If | ast.Try | ast.With | ast.ClassDef):
                walk([part for part in ast.iter_child_nodes(node) if isinstance(part, ast.stmt)])

    walk(ast.parse(source).body)
    return found


def test_the_look_at_outer_imports_sees_what_it_should() -> None:
    source = "import a.b\nif TYPE_CHECKING:\n    import c\ntry:\n    from d import x\nexcept E:\n    pass\n"
    source += "def f():\n    import g\n"
    assert outer_imports(source) == {"a", "d"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src" / "risico")))
def test_nothing_heavy_is_imported_before_it_is_used(path: Path) -> None:
    assert not outer_imports(path.read_text()) & HEAVY


@pytest.mark.parametrize("module", ["risico", "risico.cli", "risico.instrument"])
def test_what_the_first_command_waits_for_is_small(module: str) -> None:
    """In a fresh process, as it is for whoever types a command; no engine and no numerical library is loaded yet."""
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not set(loaded) & (HEAVY | {"numpy", "scipy", "polars", "narwhals"})
