"""The twenty ways an office turns a figure into points, each as a user writes it and as it is scored.

Every case is one indicator in the YAML of a scheme file, the tables of one period, the arithmetic of
the regulation, and the points it gives to four townships. Numbers and names are those of the list of
rule kinds that a scheme must be able to express as data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest
import yaml

import township_eval as te

UNITS = ("甲镇", "乙镇", "丙镇", "丁镇")
GROUPS = ("一类", "一类", "二类", "二类")

SCHEME = """\
format: 1
name: 示例
version: "1"
scale: {scale}
groups:
  一类: {{name: 近郊, reason: 示例}}
  二类: {{name: 农业, reason: 示例}}
index:
  children:
    - {{id: rest, name: 其余指标, weight: {others}, basis: 示例}}
    - id: x
      name: 指标
      weight: {points}
      basis: 示例
{leaf}
"""


@dataclass(frozen=True)
class Kind:
    """One rule kind: its number and name, how it is written, one period's tables, the points it gives."""

    number: int
    name: str
    leaf: str
    points: Sequence[float]
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict)
    before: Mapping[str, Sequence[float]] | None = None
    worth: float = 4

    def scheme(self) -> te.Scheme:
        """Return the scheme with this indicator."""
        leaf = "\n".join(f"      {line}" for line in self.leaf.strip().splitlines())
        scale = 100 if self.worth < 100 else 1000
        text = SCHEME.format(leaf=leaf, points=self.worth, others=scale - self.worth, scale=scale)
        return te.read_scheme(yaml.safe_load(text))

    def scored(self) -> list[float]:
        """Return the points of the indicator, township by township."""
        scheme = self.scheme()
        history = []
        if self.before is not None:
            history = [te.evaluate(scheme, _inputs("2018-H1", self.before), provisional=True)]
        evaluation = te.evaluate(scheme, _inputs("2018-H2", self.values, self.tables), history=history)
        scores = evaluation.scores
        found = scores[scores["node"] == "x"].set_index("unit").loc[list(UNITS)]
        assert (found["weight"] == self.worth).all()
        return [float(score) * self.worth / 100 for score in found["score"]]


def _inputs(
    period: str,
    values: Mapping[str, Sequence[Any]],
    tables: Mapping[str, Mapping[str, Sequence[Any]]] | None = None,
) -> te.Inputs:
    """Make the tables of one period; what is not reported of an indicator is simply not there."""
    rows = [
        (unit, column, value)
        for column, reported in {"rest": [100.0] * 4, **values}.items()
        for unit, value in zip(UNITS, reported, strict=True)
    ]
    frames = {name: pd.DataFrame(table) for name, table in (tables or {}).items()}
    long = pd.DataFrame(rows, columns=["unit", "indicator", "value"]).astype({"value": object})
    reasons = frames.pop("reasons", None)
    if reasons is not None:
        long = long.merge(reasons, how="left")
    return te.Inputs(
        period=period,
        units=pd.DataFrame({"unit": UNITS, "name": UNITS, "group": GROUPS}),
        values=long,
        as_of="2018-12-31",
        **frames,
    )


KINDS = [
    Kind(
        1,
        "attainment with cap, floor and zero below",
        "scoring: {method: target, target: 100, floor: 60}",
        # 112 % counts as 100: 4; 90 % of 4 = 3.6; 60 % still counts: 2.4; 59 % is below the floor: 0
        [4, 3.6, 2.4, 0],
        {"x": [112, 90, 60, 59]},
    ),
    Kind(
        2,
        "attainment uncapped",
        "scoring: {method: target, target: 50, cap: null}",
        # 60/50 x 4 = 4.8; 50/50; 25/50 x 4 = 2; nothing
        [4.8, 4, 2, 0],
        {"x": [60, 50, 25, 0]},
    ),
    Kind(
        3,
        "base and steps pro rata",
        "scoring: {method: step, target: 12, base: 100, up: 5, up_cap: 12.5, down: 5, every: 1}",
        # 4 + 1 x 0.2; +8 points would be 1.6 but 0.5 is the most; on target; 4 - 1.5 x 0.2
        [4.2, 4.5, 4, 3.7],
        {"x": [13, 20, 12, 10.5]},
    ),
    Kind(
        3,
        "base and whole steps",
        "scoring: {method: step, target: 98, base: 100, up: 20, up_cap: 40, down: 20, whole_steps: true}",
        # base 5, target 98 %: 99.5 is one whole step over: 5 + 1; 101: at most +2; 5 - 3; nothing left
        [6, 7, 2, 0],
        {"x": [99.5, 101, 95, 90]},
        worth=5,
    ),
    Kind(
        4,
        "threshold with an exact fraction",
        """
source: {kind: ratio, numerator: 有经历人数, denominator: 班子人数}
scoring: {method: threshold, at_least: "2/3", otherwise: proportional}
""",
        # 6 of 9 passes exactly; 5/9 of what 2/3 asks = 5/6 of 4; 3 of 9: half; 9 of 9
        [4, 4 * 5 / 6, 2, 4],
        {"有经历人数": [6, 5, 3, 9], "班子人数": [9, 9, 9, 9]},
    ),
    Kind(
        4,
        "threshold yes or no, at most",
        "scoring: {method: threshold, at_most: 3}",
        # the bound is included
        [4, 0, 4, 4],
        {"x": [3, 4, 0, 2]},
    ),
    Kind(
        5,
        "range with three zones",
        "scoring: {method: range, low: 3, high: 5, below: proportional, above: 50}",
        # 1.5 of 3: half; both bounds are inside; above the scheme says half
        [2, 4, 4, 2],
        {"x": [1.5, 3, 5, 8]},
    ),
    Kind(
        6,
        "tiers, half-open",
        "scoring: {method: bands, bounds: [60, 80, 90], scores: [0, 60, 80, 100]}",
        # 90 belongs to the highest tier, 89.99 does not; 60 to the second; below it nothing
        [4, 3.2, 2.4, 0],
        {"x": [90, 89.99, 60, 59.99]},
    ),
    Kind(
        7,
        "linear between goalposts",
        "scoring: {method: linear, low: 40, high: 0}",
        # smaller is better: (40 - 10)/40 x 4 = 3; beyond the goalposts the score stays at 0
        [4, 3, 0, 0],
        {"x": [0, 10, 40, 55]},
    ),
    Kind(
        8,
        "min-max within the class",
        "scoring: {method: min_max, cohort: group, low: 50}",
        # the best of each class 4, the worst half of it
        [2, 4, 4, 2],
        {"x": [10, 20, 300, 100]},
    ),
    Kind(
        8,
        "z-score",
        "scoring: {method: z_score, mean: 75, sd: 25, ddof: 0}",
        # mean 2, standard deviation 1: 75 - 25 = 50 and 75 + 25 = 100
        [2, 2, 4, 4],
        {"x": [1, 1, 3, 3]},
    ),
    Kind(
        9,
        "ratio to the best",
        "scoring: {method: ratio_to_best}",
        # 560 is the best: 600 x 504/560 = 540
        [600, 540, 300, 0],
        {"x": [560, 504, 280, 0]},
        worth=600,
    ),
    Kind(
        10,
        "rank step in percent",
        "scoring: {method: rank_step, first: 100, step: 5, floor: 60}",
        # 1st 4.00, 2nd twice 3.80, the next is 4th: 3.40
        [3.8, 4, 3.8, 3.4],
        {"x": [88, 95, 88, 70]},
    ),
    Kind(
        11,
        "efficacy coefficient",
        "scoring: {method: efficacy, bad: 70, good: 90, base: 60, span: 40}",
        # 60 + 40 x (80 - 70)/(90 - 70) = 80 %; 100 % at the good value; 60 % at the bad one
        [4, 3.2, 2.4, 2.8],
        {"x": [90, 80, 70, 75]},
    ),
    Kind(
        12,
        "checklist n of m, weighted",
        """
unit: "%"
source: {kind: items, columns: [首问责任制, 联席会议, 经费保障], weights: [1, 1, 2]}
""",
        # all; 3 of 4; 1 of 4; nothing
        [4, 3, 1, 0],
        {"首问责任制": [1, 1, 0, 0], "联席会议": [1, 0, 1, 0], "经费保障": [1, 1, 0, 0]},
    ),
    Kind(
        13,
        "deduction by graded events, down to nothing",
        """
source: {kind: events, marks: {重大: 2, 一般: 0.5}}
scoring: {method: deduction}
""",
        # 4 - 2 - 0.5; 4 - 0.5; 4 - 3 x 2 is less than nothing; without an event all marks stay
        [1.5, 3.5, 0, 4],
        tables={
            "events": {
                "unit": ["甲镇", "甲镇", "乙镇", "丙镇", "丙镇", "丙镇"],
                "rule": ["x"] * 6,
                "grade": ["重大", "一般", "一般", "重大", "重大", "重大"],
                "reason": ["通报"] * 6,
            }
        },
    ),
    Kind(
        14,
        "discretionary mark with a reason",
        "scoring: {method: mark, full: 5}",
        # marks of 5 turned into marks of 4
        [4, 2, 0, 3.2],
        {"x": [5, 2.5, 0, 4]},
        {"reasons": {"unit": UNITS, "indicator": ["x"] * 4, "reason": ["推广", "一般", "未开展", "较好"]}},
    ),
    Kind(
        15,
        "milestone with free days and a loss a day",
        """
source: {kind: milestone, due: "2018-05-10", done: 报备日期}
scoring: {method: late, free: 3, per_day: 10, floor: 20}
""",
        # early; 3 days late are free; 5 days: 2 x 10 %; 51 days: a fifth always remains
        [4, 4, 3.2, 0.8],
        {"报备日期": ["2018-05-08", "2018-05-13", "2018-05-15", "2018-06-30"]},
    ),
    Kind(
        16,
        "zero target",
        "scoring: {method: target, target: 0, direction: lower, per_unit: 25}",
        # 25 % of 4 for each road left, down to nothing
        [4, 3, 2, 0],
        {"x": [0, 1, 2, 9]},
    ),
    Kind(
        17,
        "average annual growth",
        """
unit: "%"
source: {kind: growth, start: 期初收入, end: 期末收入, years: 3}
scoring: {method: target, target: 12}
""",
        # (12644.352/9000)^(1/3) - 1 = 12 %; 6 %; no growth; more than 12 % is full marks
        [4, 2, 0, 4],
        {"期初收入": [9000] * 4, "期末收入": [12644.352, 9000 * 1.06**3, 9000, 13000]},
    ),
    Kind(
        18,
        "coverage with a filtered denominator",
        """
unit: "%"
may_not_apply: true
source: {kind: ratio, numerator: 已覆盖, denominator: 村, where: 人口 >= 1500 and 需求 == 1}
scoring: {method: target, target: 100}
""",
        # one of two villages; the only one; no village of 1,500: does not apply; none of one
        [2, 4, math.nan, 0],
        tables={
            "roster": {
                "unit": ["甲镇", "甲镇", "甲镇", "乙镇", "丙镇", "丁镇"],
                "村": [1] * 6,
                "人口": [1500, 2100, 900, 1800, 1499, 1600],
                "需求": [1] * 6,
                "已覆盖": [1, 0, 0, 1, 0, 0],
            }
        },
    ),
    Kind(
        19,
        "share of persons meeting a bound",
        """
unit: "%"
source: {kind: share_of_persons, column: 培训天数, at_least: 12}
scoring: {method: target, target: 100}
""",
        # two of two, 12 days included; one of two; none; one of one
        [4, 2, 0, 4],
        tables={
            "roster": {
                "unit": ["甲镇", "甲镇", "乙镇", "乙镇", "丙镇", "丁镇"],
                "培训天数": [12, 15, 11.5, 12, 3, 20],
            }
        },
    ),
    Kind(
        20,
        "improvement on the own past",
        """
source: {kind: change}
missing: exclude
scoring: {method: linear, low: -10, high: 10}
""",
        # +10 earns all, 0 half, -5 a quarter, -20 nothing
        [4, 2, 1, 0],
        {"x": [60, 60, 65, 60]},
        before={"x": [50, 60, 70, 80]},
    ),
]


def _id(kind: Kind) -> str:
    return f"{kind.number:02d} {kind.name}"


@pytest.mark.parametrize("kind", KINDS, ids=_id)
def test_points(kind: Kind) -> None:
    """The indicator as written gives each township the points worked out by hand."""
    assert kind.scored() == pytest.approx(list(kind.points), abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("kind", KINDS, ids=_id)
def test_the_rule_survives_a_file(kind: Kind, tmp_path: Any) -> None:
    """Each kind can be kept as YAML, JSON and workbook without a loss, and is said in both languages."""
    scheme = kind.scheme()
    for ending in ("yaml", "json", "xlsx"):
        path = tmp_path / f"scheme.{ending}"
        te.write_scheme(scheme, path)
        assert te.read_scheme(path) == scheme
    leaf = scheme.node("x")
    words = leaf.scoring.words()
    assert words.zh
    assert words.en


def test_all_twenty_are_there() -> None:
    """No kind of the list is left out."""
    assert {kind.number for kind in KINDS} == set(range(1, 21))


def test_14_a_mark_needs_its_reason() -> None:
    """A discretionary mark that nobody justified is refused, township by township."""
    kind = next(kind for kind in KINDS if kind.number == 14)
    with pytest.raises(te.DataError) as caught:
        te.evaluate(kind.scheme(), _inputs("2018-H2", kind.values))
    assert [problem.code for problem in caught.value.problems] == ["values.reason_missing"] * 4


def test_06_a_gap_between_tiers_is_refused() -> None:
    """Tiers that leave 89-90 open, as some regulations do, cannot be read."""
    kind = Kind(6, "tiers", "scoring: {method: bands, bounds: [60, [89, 90]], scores: [0, 60, 100]}", [])
    with pytest.raises(te.SchemeError):
        kind.scheme()
