"""Instruments: one YAML file each, checked when loaded, frozen afterwards."""

from risico.instrument.conditions import Condition, Test
from risico.instrument.library import catalogue, files, load
from risico.instrument.model import Instrument, Level, Score

__all__ = ["Condition", "Instrument", "Level", "Score", "Test", "catalogue", "files", "load"]
