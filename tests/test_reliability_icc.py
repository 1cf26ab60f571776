"""Intraclass correlations and variance components, as a user calls them."""

import pytest

from risico.errors import UsageError
from risico.reliability import icc


def test_a_value_to_beat_is_a_reliability_and_its_test_has_a_reason_where_nothing_is_left() -> None:
    found = icc([[1, 2], [2, 3], [4, 5]], above=0.7)
    assert found.where(coefficient="icc_3_1")["icc_p"].why == "the residual mean square is 0"
    assert 0 < found.where(coefficient="icc_1_1")["icc_p"].value < 1
    assert "1 of 2 units" in icc([[1, 2], [3, None]], above=0.7).where(coefficient="icc_2_1")["icc_f"].why
    assert next(iter(found)).name == "icc_2_1"
    for wrong in (1.0, -0.1, 75.0):
        with pytest.raises(UsageError, match="from 0 to below 1"):
            icc([[1, 2], [2, 3], [4, 5]], above=wrong)
