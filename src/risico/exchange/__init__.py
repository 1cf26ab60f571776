"""Files in, files out, and the map from somebody's own columns to ours."""

from risico.exchange.apply import apply
from risico.exchange.files import Labelled, read, read_labelled, single, write
from risico.exchange.mapping import Map, read_map, render
from risico.exchange.propose import Proposal, propose

__all__ = [
    "Labelled",
    "Map",
    "Proposal",
    "apply",
    "propose",
    "read",
    "read_labelled",
    "read_map",
    "render",
    "single",
    "write",
]
