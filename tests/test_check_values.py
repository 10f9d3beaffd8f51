"""The fifteen results a reader can check by hand; the table is in ``data/check_values.csv``."""

import csv
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from township_eval.methods.aggregation import PowerMean
from township_eval.methods.ranking import round_half_up
from township_eval.methods.ratings import trimmed_mean
from township_eval.methods.scoring import RankStep, RatioToBest, Step, Target, Threshold
from township_eval.sources.measured import yearly_growth
from township_eval.sources.survey.averages import mean_points, mixed

ANSWERS = [120.0, 60.0, 20.0]  # 满意, 基本满意, 不满意; the 12 不了解 are no answer of the scale


def _points(scores, full):
    """Return scores on 0-100 as points of *full*."""
    return np.asarray(scores) * full / 100


def _steps(*, whole_steps):
    rule = Step(target=98, base=100, up=20, up_cap=40, down=20, whole_steps=whole_steps)
    return _points(rule([99.5, 101.0, 95.0, 90.0]), 5)


# name of the row -> what the program makes of it, as printed: one text per number
CHECKS = {
    "missing-item ratio 缺项比率": lambda: [PowerMean()([[100.0], [50.0], [np.nan]], [86, 4, 10])[0]],
    "satisfaction 100/80/30, don't-know excluded": lambda: [mean_points(ANSWERS, [100, 80, 30])],
    "satisfaction 100/75/55": lambda: [mean_points(ANSWERS, [100, 75, 55])],
    "satisfaction 100/70/30": lambda: [mean_points(ANSWERS, [100, 70, 30])],
    "phone:questionnaire 6:4": lambda: [mixed([87.0, 89.0], [6, 4])],
    "drop one high one low": lambda: trimmed_mean([[92, 88, 85, 90, 71]], trim=1),
    "rank step -5% of full marks": lambda: _points(RankStep(step=5)([40.0, 30.0, 20.0, 10.0]), 4),
    "rank step -2% of base": lambda: _points(RankStep(step=2)([30.0, 20.0, 10.0]), 200),
    "ratio to best": lambda: _points(RatioToBest()([560.0, 504.0]), 600)[1:],
    "attainment capped": lambda: _points(Target(target=100)([112.0]), 20),
    "over-target +1 per 1 pp, max +2; short -1 per 1 pp, floor 0": lambda: [
        *_steps(whole_steps=True)[:1],
        *_steps(whole_steps=False),
    ],
    "two-year mix": lambda: PowerMean()([[84.0], [1056 / 12]], [40, 60]),
    "double hundred": lambda: PowerMean()([[92.0], [85.0]], [0.3, 0.7]),
    "exact two thirds": lambda: Threshold(at_least=Fraction(2, 3))([6 / 9]),
    "average annual growth": lambda: [100 * yearly_growth(9000, 12644.352, 3)],
}

# What the table says in words or in another notation.
READ = {
    "over-target +1 per 1 pp, max +2; short -1 per 1 pp, floor 0": ["6", "6.5", "7.00", "2.00", "0.00"],
    "exact two thirds": ["100"],
    "average annual growth": ["12.00"],
}


def _rows():
    path = Path(__file__).parent / "data" / "check_values.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_checked():
    """The table has fifteen rows, and each is among the checks."""
    assert [row["rule"] for row in _rows()] == list(CHECKS)
    assert len(CHECKS) == 15


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["rule"])
def test_a_row_of_the_table(row):
    """The program prints the number of the table."""
    expected = READ.get(row["rule"], row["expected"].split(";"))
    ours = round_half_up(np.asarray(CHECKS[row["rule"]](), dtype=float).ravel(), 2)
    assert ours.tolist() == [float(text) for text in expected]


def test_the_notations_read_here_are_those_of_the_table():
    """The three rows whose expectation is not plain numbers still say what is read from them."""
    said = {row["rule"]: row["expected"] for row in _rows()}
    assert [said[name] for name in READ] == [
        "6 or 6.5 (whole steps or pro rata, say which);7.00;2.00;0.00",
        "passes ≥2/3",
        "12.00%",
    ]
