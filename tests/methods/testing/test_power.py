"""What the t test can show at a given error, against how often it does."""

from __future__ import annotations

import numpy as np
import pytest

from township_eval.methods.testing import student_p, student_power


@pytest.mark.parametrize("df", [4.0, 30.0, np.inf])
def test_the_power_of_the_t_test_is_how_often_it_shows(df: float) -> None:
    """Drawn about a truth ten points under the cut, so many estimates are shown to be under it."""
    drawn = 60.0 + 4.0 * np.random.default_rng(1).standard_normal(20_000)
    shown = student_p(drawn, np.full(20_000, 4.0), np.full(20_000, df), 70.0) <= 0.05
    assert student_power(10.0, 4.0, df, 0.05) == pytest.approx(shown.mean(), abs=3 * 0.5 / np.sqrt(20_000))
