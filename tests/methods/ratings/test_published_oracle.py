"""Ratings against worked examples of the publications that introduced the coefficients."""

import numpy as np
import pytest

from township_eval.methods.ratings import fleiss_kappa, icc, kendall_w, krippendorff_alpha

NAN = np.nan

# Shrout and Fleiss (1979), "Intraclass correlations", Psychological Bulletin 86, table 2.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section C: four observers, twelve units.
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T

# Siegel, Nonparametric Statistics (1956), table 9.8: three executives rank six applicants.
SIEGEL = [[1, 1, 6], [6, 5, 3], [3, 6, 2], [2, 4, 5], [5, 2, 4], [4, 3, 1]]

# Fleiss (1971), "Measuring nominal scale agreement among many raters", Psychological Bulletin 76, table 1:
# thirty patients, six psychiatrists; depression, personality disorder, schizophrenia, neurosis, other.
FLEISS = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006
10050 11040 03300 10050 02031 00501 30012 51000 02040 10203
00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""


@pytest.mark.parametrize(
    ("form", "printed"),
    [("ICC1", 0.17), ("ICC2", 0.29), ("ICC3", 0.71), ("ICC1k", 0.44), ("ICC2k", 0.62), ("ICC3k", 0.91)],
)
def test_icc_of_shrout_and_fleiss(form, printed):
    """Six targets, four judges: the six coefficients as printed in table 4."""
    assert icc(SHROUT_FLEISS)[form].value == pytest.approx(printed, abs=0.005)


@pytest.mark.parametrize(
    ("metric", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_krippendorff(metric, printed):
    """Four observers with holes, on four scales."""
    found = krippendorff_alpha(KRIPPENDORFF, metric, draws=0)
    assert found.value == pytest.approx(printed, abs=0.0005)
    assert (found.n_units, found.n_ratings) == (11, 40)


def test_kendall_w_of_siegel():
    """Three executives hardly agree: W = .16."""
    assert kendall_w(SIEGEL).value == pytest.approx(0.16, abs=0.005)


def test_kappa_of_fleiss():
    """Thirty patients, six psychiatrists: .556 observed, .220 by chance, kappa .430, z 17.65."""
    found = fleiss_kappa([[int(digit) for digit in patient] for patient in FLEISS.split()])
    assert (found.n_units, found.n_raters) == (30, 6)
    assert [found.observed, found.expected, found.value] == pytest.approx([0.556, 0.220, 0.430], abs=0.0006)
    assert found.z == pytest.approx(17.652, abs=0.0005)
