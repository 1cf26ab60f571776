"""One answer, asked once: what one form already says is carried over to another, only where it is the same question.

Carried over is an answer to the same narrow question, asked by the same kind of informant, about the same declared
stretch of time, with the same codes in the same words. Anything else is asked again. What is not declared is not the
same. Until a second person has read the table of pairs, only the items of a short form that its makers took from the
long one are carried over.
"""

from risico.prefill.carry import Filled, Prefilled, prefill
from risico.prefill.lists import Concept, Concepts, concepts
from risico.prefill.pairing import Pair, Reason, pairs, table

__all__ = ["Concept", "Concepts", "Filled", "Pair", "Prefilled", "Reason", "concepts", "pairs", "prefill", "table"]
