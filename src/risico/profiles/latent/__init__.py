"""What the data alone make of the families: latent classes of the same indicators, beside the rule and never above it.

    found = fit(forms)                 1 to 8 classes, each from many starts
    found.estimates                    every model, which one was accepted and why, what its classes look like
    found.add(forms)                   the same frame with each family's chances: for the caller alone
    stability(forms, found)            are the classes the same in halves of the families and in other regions?
    beside_rule(forms, found)          do rule and classes put the same families together?
    by_class(chances, outcome, …)      an outcome per class, corrected for not knowing the class for sure

Nothing here is a profile: a class has the name of one only where its usual codes meet the core of that profile alone.
Another number of classes than five is a result. No number of one family may stand on a page about that family, so
that no page, form or dossier imports this.
"""

from risico.profiles.latent.classes import Classes, fit
from risico.profiles.latent.outcome import by_class
from risico.profiles.latent.stable import beside_rule, stability

__all__ = ["Classes", "beside_rule", "by_class", "fit", "stability"]
