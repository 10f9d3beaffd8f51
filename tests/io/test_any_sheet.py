"""No sheet whatever makes the reader fail in an unforeseen way."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from township_eval.io.evidence.answers import read_satisfaction
from township_eval.io.evidence.ballots import read_reviews
from township_eval.io.evidence.kinds import kind_of
from township_eval.io.evidence.panels import read_ratings
from township_eval.io.evidence.responses import read_responses
from township_eval.io.evidence.samples import read_margins, read_means
from township_eval.io.evidence.tables import read_events, read_not_applicable, read_roster, read_units
from township_eval.io.grids.grid import Area, Grid
from township_eval.io.schemes import read_scheme
from township_eval.io.sheets.columns.reading import Sheet
from township_eval.io.sheets.cover import facts_of
from township_eval.io.sheets.locating import locate
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Entry, Register
from township_eval.io.sheets.values import read_values
from township_eval.io.sheets.vocabulary import Vocabulary
from township_eval.scheme.model import Layout

SCHEME = read_scheme(
    {
        "format": 1,
        "name": "x",
        "version": "1",
        "weights": "relative",
        "units": {"1": {"name": "东塔镇", "aliases": ["东塔"]}, "2": {"name": "崇兴镇"}},
        "index": {
            "id": "index",
            "children": [
                {"id": "a", "name": "普及率", "unit": "%", "weight": 1},
                {
                    "id": "b",
                    "name": "增长",
                    "weight": 1,
                    "source": {"kind": "growth", "start": "期初", "end": "期末", "years": 1},
                },
                {
                    "id": "c",
                    "name": "满意度",
                    "weight": 1,
                    "source": {
                        "kind": "satisfaction",
                        "scale": {"满意": 100, "不满意": 0},
                        "questions": {"总体评价": 1, "服务态度": 1},
                        "calibrate": ["性别"],
                    },
                },
                {
                    "id": "d",
                    "name": "部门评议",
                    "weight": 1,
                    "source": {"kind": "reviews", "direction": "departments_rate_townships"},
                },
            ],
        },
    }
)
WORDS = [
    None, "", "单位", "代码", "东塔镇", "东塔", "崇兴镇", "马家滩镇", "普及率",
    "普及率(%)", "(%)", "期初", "期末", "增长", "合计", "注:说明", "序号", "指标",
    "数值", "满意", "不满意", "合计", "评估员1", "填报单位:甲", "考核期", "2018-H2",
    "/", "98%", 0.5, 95, 1.0, "约90", "①", True, "不满意(人)", "满意(%)",
    "目标值", "完成值", "答案", "总体评价", "权重", "层", "村", "均值", "样本量", "变量", "类别", "人数",
    "性别", "部门评乡镇", "评议单位", "被评议单位", "得分", "农牧局",
]  # fmt: skip
CELL = st.one_of(st.sampled_from(WORDS), st.text(max_size=4), st.floats(), st.integers(-5, 200))


@st.composite
def grids(draw: Any) -> Grid:
    """Sheets of words such tables have, in any disorder, some of their cells merged."""
    width, height = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    rows = draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=height, max_size=height))
    merged = {}
    if draw(st.booleans()):
        top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        area = Area(top, left, draw(st.integers(top, height - 1)), draw(st.integers(left, width - 1)))
        cells = [(r, c) for r in range(top, area.bottom + 1) for c in range(left, area.right + 1)]
        merged = dict.fromkeys(cells, area)
    return Grid("a.xlsx", "表", rows, merged=merged)


@settings(max_examples=150)
@given(grids(), st.sampled_from(["", "rows", "columns"]), st.booleans())
def test_any_sheet_is_read_or_refused(grid, orientation, listed):
    """Every reader ends with readings and problems, which have places and both languages."""
    entries = [Entry(unit.code, unit.name, aliases=unit.aliases) for unit in SCHEME.units] if listed else []
    units, words, log = Register.of(entries), Vocabulary.of(SCHEME), Log()
    pins = Layout(orientation=orientation)
    sheet = Sheet(units, words, log, {}, pins)
    table = locate(grid, units, words.knows, log, pins)
    readings = read_values(table, sheet) if table is not None else []
    read_satisfaction(grid, sheet, SCHEME)
    read_ratings(grid, sheet)
    read_responses(grid, sheet, SCHEME)
    read_means(grid, sheet, SCHEME)
    read_margins(grid, sheet, SCHEME)
    read_reviews(grid, sheet, SCHEME)
    assert kind_of(grid, "a", SCHEME)
    read_roster(grid, sheet, SCHEME)
    read_events(grid, sheet, SCHEME)
    read_not_applicable(grid, sheet, SCHEME)
    read_units(grid, log)
    facts_of(grid)
    assert all(reading.where.startswith("a.xlsx!表!") for reading in readings)
    assert all(p.where.startswith("a.xlsx!表") and p.what.zh and p.what.en for p in log.problems)
