"""Results of several studies or regions taken together: effects, and how well a cut-off tells people apart."""

from risico.pooling.accuracy import pooled_accuracy
from risico.pooling.effects import pooled

__all__ = ["pooled", "pooled_accuracy"]
