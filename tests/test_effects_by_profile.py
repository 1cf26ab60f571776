"""What is said about differences between profiles: nothing until shown, and then how sure."""

import numpy as np
import pytest
from scipy import stats

from risico.effects import ProfileEffects, by_profile, randomized
from risico.numbers.clusters import cr2, design
from risico.numbers.heterogeneity import steadied
from risico.numbers.ols import least_squares


def effects(means, size=40, spread=1.0, names="abcde", left_out=None):
    """Profiles whose effect is a mean of `size` values, as for influence functions."""
    q = len(means)
    group = np.repeat(np.arange(q), size)
    noise = np.tile(np.resize([-1.0, 1.0], size) * spread, q)
    X = np.eye(q)[group]
    beta, residuals = least_squares(y=np.array(means)[group] + noise, X=X)
    of = design(X=X)
    return ProfileEffects(
        estimand="att",
        names=tuple(names[:q]),
        theta=beta,
        V=cr2(of, residuals),
        of=of,
        contrasts=np.eye(q),
        n=(size,) * q,
        method="mean",
        source="nobody",
        left_out=left_out or {},
    )


def test_equal_effects_are_one_line_and_no_number_of_families_is_named():
    found = by_profile(effects([0.3, 0.3, 0.3]))
    assert found["heterogeneity_p"].value == pytest.approx(1)
    assert found["heterogeneity_tau"].value == 0
    assert found["line_equal"].value == pytest.approx(0.3)
    assert found["line_zero"].value == 0
    assert found["more_families"].why.startswith(("cannot tell yet", "no difference"))
    assert {e.by["profile"]: e.why for e in found if e.name == "profile_effect"} == dict.fromkeys(
        "abc", "the effect is not shown to differ between profiles"
    )


def test_clear_differences_are_shown_and_hardly_pooled():
    found = by_profile(effects([-3.0, 0.0, 3.0]))
    assert found["heterogeneity_p"].value < 1e-6
    assert found["more_families"].value == 0
    each = [e for e in found if e.name == "profile_effect"]
    pooled = [e for e in found if e.name == "profile_effect_pooled"]
    assert all(e.why is None for e in each)
    assert np.allclose([e.value for e in pooled], [e.value for e in each], atol=0.05)


def test_the_number_of_families_is_what_makes_the_test_succeed_four_times_in_five():
    now = by_profile(effects([0.2, 0.0, 0.1]))
    more = now["more_families"].value
    size = round(40 * (1 + more / 120))
    then = by_profile(effects([0.2, 0.0, 0.1], size=size + size % 2))
    centre = then["heterogeneity_q"].value
    assert stats.ncx2.sf(stats.chi2.isf(0.05, 2), 2, centre) == pytest.approx(0.8, abs=0.02)
    assert f"at least about {now['more_families'].why.split()[-3]} more families" in now["more_families"].why
    assert more <= float(now["more_families"].why.split()[-3].replace(",", "")) <= 1.1 * more + 1


def test_intervals_of_profiles_are_bonferronis():
    found = [e for e in by_profile(effects([0.2, 0.0, 0.1, 0.4])) if e.name == "profile_effect"]
    half = stats.t.isf(0.05 / 8, 39) * (40 / 39) ** 0.5 / 40**0.5
    assert np.allclose([e.high - e.value for e in found], half, rtol=1e-9)


def test_two_profiles_are_enough_and_one_is_not():
    assert by_profile(effects([0.0, 0.5]))["heterogeneity_p"].value is not None
    found = by_profile(effects([0.5], left_out={"z": "fewer than 10 families in an arm"}))
    assert found["heterogeneity_p"].why == "fewer than two profiles have enough families in both arms"
    assert found.where(profile="z")["profile_effect"].why == "fewer than 10 families in an arm"


def test_a_profile_that_one_cluster_settles_is_left_out_with_the_reason():
    group = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2])
    cluster = np.array([0, 1, 2, 3, 4, 4, 0, 1, 2, 3])
    X = np.eye(3)[group]
    beta, residuals = least_squares(y=np.arange(10.0) ** 1.5, X=X)
    of = design(X=X, cluster=cluster)
    shape = {"estimand": "ate", "names": ("a", "b", "c"), "n": (4, 2, 4), "method": "mean", "source": "nobody"}
    found = by_profile(ProfileEffects(theta=beta, V=cr2(of, residuals), of=of, contrasts=np.eye(3), **shape))
    assert "one cluster settles" in found.where(profile="b")["profile_effect"].why
    assert found.where(profile="a")["profile_effect"].value is not None
    assert found["line_equal"].n == 8


def test_steadying_leaves_independent_profiles_with_many_families_alone():
    V = np.diag([0.1, 0.2, 0.4])
    assert np.allclose(steadied(V, np.full(3, 1e8)), V, rtol=1e-6)
    widened = steadied(V + 0.05, np.array([5.0, 8.0, 100.0]))
    assert np.all(np.diag(widened) > np.diag(V + 0.05))
    assert np.linalg.eigvalsh(widened).min() > 0


@pytest.mark.slow
@pytest.mark.parametrize("tau", [0.0, 0.4])
def test_with_few_clusters_the_intervals_still_hold_the_truth(tau):
    rng, pooled, equal, each = np.random.default_rng(4), [], [], []
    cluster = np.repeat(np.arange(14), 16)
    for _ in range(120):
        profile = np.resize([0, 0, 0, 0, 1, 1, 1, 2, 2, 3], 224)
        rng.shuffle(profile)
        z = np.isin(cluster, rng.permutation(14)[:7]).astype(int)
        true = 0.5 + tau * rng.standard_normal(4)
        y = true[profile] * z + 0.45 * rng.standard_normal(14)[cluster] + rng.standard_normal(224)
        found = randomized(outcome=y, assigned=z, profile=profile, cluster=cluster, minimum=5)
        by = {e.by["profile"]: e for e in found if e.name == "profile_effect"}
        pooled += [e.low < true[int(e.by["profile"])] < e.high for e in found if e.name == "profile_effect_pooled"]
        each.append(all(e.value is None or e.low < true[int(p)] < e.high for p, e in by.items()))
        equal.append(found["line_equal"].low < true.mean() < found["line_equal"].high)
    assert 0.92 < np.mean(pooled) < 0.99
    assert np.mean(each) > 0.95 - 2 * 0.0199
    assert tau or np.mean(equal) > 0.95 - 2 * 0.0199
