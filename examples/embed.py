"""Score inside another program: plain data in, JSON out, no files, in threads.

A web service or a batch job keeps its own storage and its own transport. It hands over a scheme and
one period's values as plain data and gets plain data back; evaluations share nothing, so they may
run side by side. Run ``python examples/embed.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd

import township_eval as te

SCHEME: dict[str, Any] = {
    "format": 1,
    "name": "便民服务考核(示例)",
    "version": "1",
    "notice": "示例数据,非官方结果",
    "index": {
        "id": "index",
        "name": "综合得分",
        "children": [
            {
                "id": "online_ready",
                "name": "可不见面办理率",
                "unit": "%",
                "weight": 60,
                "scoring": {"method": "target", "target": 100, "floor": 60},
                "basis": "二(十)",
            },
            {
                "id": "satisfaction",
                "name": "群众满意度",
                "weight": 40,
                "source": {
                    "kind": "satisfaction",
                    "scale": {"满意": 100, "基本满意": 80, "不满意": 30},
                    "dont_know": ["不了解"],
                },
                "basis": "三(四)",
            },
        ],
    },
    "grades": [{"name": "良好", "at_least": 80}, {"name": "一般", "at_least": 0}],
}


def score(request: Mapping[str, Any]) -> str:
    """Score one request and answer with JSON; what is wrong with the data is an answer too."""
    try:
        evaluation = te.evaluate(
            te.read_scheme(request["scheme"]),
            te.Inputs(
                period=request["period"],
                values=pd.DataFrame(request["values"]),
                satisfaction=pd.DataFrame(request["satisfaction"]),
            ),
        )
    except te.TownshipEvalError as error:
        return _to_json({"problems": [problem.to_dict() for problem in error.problems]})
    units = list(evaluation.results.index)
    return _to_json(
        {
            "period": evaluation.period,
            "scheme": evaluation.scheme.fingerprint,
            "results": json.loads(evaluation.results.to_json(orient="index", force_ascii=False)),
            "explanations": {unit: evaluation.explain(unit, lang="zh").to_dict() for unit in units},
        }
    )


def requests() -> Sequence[Mapping[str, Any]]:
    """Return two periods and one request with a misspelled answer."""
    values = [
        {"unit": "甲乡", "indicator": "online_ready", "value": 92},
        {"unit": "乙镇", "indicator": "online_ready", "value": 97},
    ]
    counts = {"甲乡": (120, 60, 20, 12), "乙镇": (140, 48, 12, 8)}
    answers = ("满意", "基本满意", "不满意", "不了解")
    satisfaction: list[dict[str, Any]] = [
        {"unit": unit, "answer": answer, "count": count}
        for unit, given in counts.items()
        for answer, count in zip(answers, given, strict=True)
    ]
    misspelled = [{**row, "answer": row["answer"].replace("基本满意", "基本满意吧")} for row in satisfaction]
    periods = (("2018-H1", satisfaction), ("2018-H2", satisfaction), ("2018-H2", misspelled))
    return [
        {"scheme": SCHEME, "period": period, "values": values, "satisfaction": rows}
        for period, rows in periods
    ]


def _to_json(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False, allow_nan=False)


if __name__ == "__main__":
    with ThreadPoolExecutor(max_workers=4) as pool:
        for answer in pool.map(score, requests()):
            print(answer[:200])
