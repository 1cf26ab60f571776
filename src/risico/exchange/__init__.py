"""Files in, files out, and the map from somebody's own columns to ours."""

from risico.exchange.files import Labelled, read, read_labelled, write

__all__ = ["Labelled", "read", "read_labelled", "write"]
