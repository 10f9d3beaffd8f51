"""Channels together: value, error, freedom, what is taken for granted, and whose sample is too small."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods.loadings import total_variance
from township_eval.scheme.model import Unit
from township_eval.scheme.sources import Answer, Channel, Gate, Satisfaction
from township_eval.sources.survey.averages import satterthwaite

SCALE = (Answer("满意", 100.0), Answer("基本满意", 80.0), Answer("不满意", 30.0))
ANSWERS = ("满意", "基本满意", "不满意", "不了解")


def source(*channels, **more):
    """Return a survey of channels, or of one without a name."""
    return Satisfaction(scale=SCALE, dont_know=("不了解",), channels=channels, **more)


def counts(**by_channel):
    """Return the first unit's counts by channel."""
    rows = [
        {"unit": "1", "answer": answer, "count": n, "channel": channel}
        for channel, numbers in by_channel.items()
        for answer, n in zip(ANSWERS, numbers, strict=False)
    ]
    return {"satisfaction": pd.DataFrame(rows)}


def total(found):
    """Return the first unit's row of the table of totals."""
    return dict(found.x.tables)["satisfaction_total"].iloc[0]


def spread(numbers):
    """Return the standard error of the answers' mean, a simple random sample."""
    points = np.repeat([100.0, 80.0, 30.0], numbers[:3])
    return points.std(ddof=1) / np.sqrt(len(points))


PHONE, LETTER = (120, 60, 20), (21, 6, 3)


def test_counts_are_a_simple_random_sample_times_the_design_effect(ask):
    """The sd of the answers counted, times sqrt(deff / n)."""
    found = ask(source(deff=1.5), tables=counts(**{"": PHONE}))
    assert found.x.se[0] == pytest.approx(spread(PHONE) * np.sqrt(1.5))
    assert (found.x.df[0], total(found)["n_eff"]) == (199.0, pytest.approx(200 / 1.5))


def test_channels_are_independent_samples(ask):
    """Squares of shares times errors add up, freedom is Satterthwaite's, limits are t's."""
    found = ask(source(Channel("电话", 6.0), Channel("信", 4.0)), tables=counts(电话=PHONE, 信=LETTER))
    parts = np.array([0.6 * spread(PHONE), 0.4 * spread(LETTER)]) ** 2
    assert found.x.se[0] == pytest.approx(np.sqrt(parts.sum()))
    assert found.x.df[0] == pytest.approx(parts.sum() ** 2 / (parts[0] ** 2 / 199 + parts[1] ** 2 / 29))
    row = total(found)
    assert row["value"] - row["lower"] == pytest.approx(row["upper"] - row["value"])
    assert 1.96 < (row["upper"] - row["value"]) / row["se"] < 2.01
    assert found.x.assumption[0].zh.startswith("电话:未给设计效应")
    assert "信:未给设计效应" in found.x.assumption[0].zh
    assert total_variance(list(found.x.loadings), 3)[0] == pytest.approx(found.x.se[0] ** 2)


def test_a_complete_list_adds_no_error(ask):
    """Delegates are all asked: 87.80 with the phone's error alone."""
    mix = (Channel("电话", 6.0), Channel("代表", 4.0, "list census"))
    found = ask(source(*mix), tables=counts(电话=PHONE, 代表=LETTER))
    assert found.value[0] == pytest.approx(87.8)
    assert found.x.se[0] == pytest.approx(0.6 * spread(PHONE))
    assert (found.x.df[0], found.x.n[0], total(found)["n_eff"]) == (
        pytest.approx(199.0),
        230.0,
        pytest.approx(200.0),
    )
    assert "代表:名单普查,无抽样误差" in found.x.assumption[0].zh
    channels = dict(found.x.tables)["satisfaction_channel"]
    assert channels["se"].tolist() == [pytest.approx(spread(PHONE)), 0.0]
    assert channels["n"].tolist() == [200.0, 30.0]


def test_the_sample_that_falls_short_is_that_of_the_phone(ask):
    """Twenty calls without clusters have the design effect 1 whatever a list adds: ten more are needed."""
    mix = (Channel("电话", 6.0, deff=1.0), Channel("代表", 4.0, "list census"))
    found = ask(source(*mix, minimum=Gate(n_eff=30)), tables=counts(电话=(10, 8, 2), 代表=LETTER))
    assert total(found)[["n", "deff", "n_eff"]].tolist() == [50.0, pytest.approx(1.0), pytest.approx(20.0)]
    (short,) = dict(found.x.tables)["resurvey"].to_dict("records")
    assert (short["channel"], short["n"], short["wanted"]) == ("电话", 20.0, 30.0)


def test_counts_without_a_design_effect_must_reach_the_demand_at_two(ask):
    """Forty counted answers are no effective forty: nobody has said how the people were drawn."""
    few, enough = counts(电话=(20, 16, 4)), counts(电话=(32, 24, 6))
    mix = (Channel("电话", 1.0),)
    found = ask(source(*mix, minimum=Gate(n_eff=30)), tables=few)
    (short,) = dict(found.x.tables)["resurvey"].to_dict("records")
    assert (short["n"], short["n_eff"], short["wanted"]) == (40.0, pytest.approx(20.0), 60.0)
    assert "未说明设计效应,按2计" in short["reason_zh"]
    assert total(ask(source(*mix, minimum=Gate(n_eff=30)), tables=enough))["sample_ok"] is True


def test_a_mix_stays_within_what_its_lists_allow(ask):
    """Everybody on the phone content, delegates known to give 89: more than 95.6 is impossible."""
    mix = (Channel("电话", 6.0), Channel("代表", 4.0, "list census"))
    row = total(ask(source(*mix), tables=counts(电话=(200, 0, 0), 代表=LETTER)))
    assert row["value"] == row["upper"] == pytest.approx(60 + 0.4 * 89)
    assert 94 < row["lower"] < row["value"]


def test_whoever_took_part_by_himself_counts_without_certainty(ask):
    """The value counts; no error is stated, for none is known."""
    mix = (Channel("电话", 6.0), Channel("扫码", 4.0, "convenience"))
    found = ask(source(*mix), tables=counts(电话=PHONE, 扫码=LETTER))
    assert (found.value[0], found.x.unknown[0]) == (pytest.approx(87.8), True)
    row = total(found)
    assert np.isnan(row[["se", "df", "lower", "upper"]].to_numpy(dtype=float)).all()
    assert total_variance(list(found.x.loadings), 3).tolist() == [0.0] * 3
    assert "扫码:自愿参与,误差未知" in found.x.assumption[0].zh


def test_a_channel_of_weight_zero_changes_nothing(ask):
    """Not even the knowledge of the error."""
    mix = (Channel("电话", 6.0), Channel("扫码", 0.0, "convenience"))
    found = ask(source(*mix), tables=counts(电话=PHONE, 扫码=LETTER))
    assert (found.value[0], found.x.unknown[0], found.x.n[0]) == (87.0, False, 200.0)
    assert found.x.se[0] == pytest.approx(spread(PHONE))


def test_answers_all_alike_are_bounded_and_not_exact(ask):
    """Fifty content people say nothing certain about those who were not asked."""
    found = ask(source(), tables=counts(**{"": (50, 0, 0)}))
    row = total(found)
    assert row["lower"] == pytest.approx(100 - 70 * (1 - 0.05 ** (1 / 50)))
    assert (row["upper"], found.x.se[0] > 0, found.x.unknown[0]) == (100.0, True, False)
    assert row["se_deff_1"] == found.x.se[0] < row["se_deff_2"]
    middle = total(ask(source(), tables=counts(**{"": (0, 50, 0)})))
    assert middle["lower"] == pytest.approx(80 - 50 * (1 - 0.025 ** (1 / 50)))
    assert middle["upper"] == pytest.approx(80 + 20 * (1 - 0.025 ** (1 / 50)))


@given(st.lists(st.tuples(st.floats(0.01, 100), st.integers(1, 200)), min_size=1, max_size=5))
def test_freedom_of_a_mix_lies_between_its_channels(parts):
    """At least that of the poorest, at most that of all together."""
    variances, df = zip(*parts, strict=True)
    assert min(df) * (1 - 1e-9) <= satterthwaite(variances, df).item() <= sum(df) * (1 + 1e-9)


GATE = Gate(n_eff=30, df=8)


def test_a_sample_too_small_is_marked_and_asked_for_again(ask):
    """Fifty answers at a design effect of 2 are twenty-five; sixty would do."""
    found = ask(source(deff=2.0, minimum=GATE), tables=counts(**{"": (30, 15, 5)}))
    row = dict(found.x.tables)["resurvey"].iloc[0].to_dict()
    assert (row["unit"], row["n"], row["n_eff"], row["wanted"]) == ("1", 50.0, 25.0, 60.0)
    assert (row["reason_zh"], row["reason_en"]) == (
        "有效样本量 25.0,应不少于 30",
        "effective sample 25.0, at least 30 wanted",
    )
    assert total(found)["sample_ok"] is False
    warning = found.problem("satisfaction.sample")
    assert (warning.severity, "25.0" in warning.what.zh) == ("warning", True)
    assert found.value[0] == pytest.approx(87.0)


def test_a_sample_that_is_large_enough_passes(ask):
    """The bound is included, and no table asks for anybody."""
    found = ask(source(deff=2.0, minimum=GATE), tables=counts(**{"": (36, 18, 6)}))
    assert total(found)["sample_ok"] is True
    assert "resurvey" not in dict(found.x.tables)
    assert "satisfaction.sample" not in found.codes


def test_few_villages_are_few_however_many_answer(ask):
    """Three hundred answers from four villages have three degrees of freedom."""
    rows = [
        {"unit": "1", "answer": ANSWERS[(k + v) % 3], "cluster": f"v{v}"} for v in range(4) for k in range(75)
    ]
    found = ask(source(minimum=Gate(df=8)), tables={"responses": pd.DataFrame(rows)})
    assert "自由度 3.0" in dict(found.x.tables)["resurvey"]["reason_zh"][0]


def test_a_gate_does_not_ask_a_complete_list_for_more(ask):
    """There is nobody left to ask."""
    found = ask(source(design="list census", minimum=GATE), tables=counts(**{"": (5, 0, 0)}))
    assert total(found)["sample_ok"] is True


def test_an_unknown_error_never_passes_the_gate(ask):
    """However many clicked."""
    found = ask(source(design="convenience", minimum=GATE), tables=counts(**{"": (5000, 0, 900)}))
    assert total(found)["sample_ok"] is False
    assert "误差未知" in dict(found.x.tables)["resurvey"]["reason_zh"][0]


def test_who_only_said_dont_know_is_to_be_asked_again(ask):
    """No value, a row instead of silence."""
    found = ask(source(minimum=GATE), tables=counts(**{"": (0, 0, 0, 9)}))
    assert dict(found.x.tables)["resurvey"]["reason_zh"].tolist() == ["没有有效回答,或缺一个渠道"]
    assert total(found)["sample_ok"] is None


def test_without_a_gate_nothing_is_judged(ask):
    """One answer is as good as any, and the table says so."""
    assert total(ask(source(), tables=counts(**{"": (3, 1, 0)})))["sample_ok"] is None


def survey_of_three(sizes):
    """Return counts of the three units with the same shares, and different numbers."""
    rows = [
        {"unit": str(unit + 1), "answer": answer, "count": n * size}
        for unit, size in enumerate(sizes)
        for answer, n in zip(ANSWERS, (5 + unit, 3, 2), strict=False)
    ]
    return pd.DataFrame(rows)


def test_too_few_areas_for_a_small_area_estimate_are_said(ask):
    """Three townships make no model; the value stands as it is."""
    values = pd.DataFrame({"unit": ["1", "2", "3"], "人均收入": [1.0, 2.0, 4.0]})
    tables = {"satisfaction": survey_of_three([1, 2, 3]), "values": values}
    found = ask(source(small_area=("人均收入",)), tables=tables)
    problem = found.problem("satisfaction.small_area")
    assert (problem.severity, "至少要 5 个" in problem.what.zh) == ("warning", True)
    assert np.isnan(total(found)["small_area"])


def test_a_column_nobody_reported_is_said(ask):
    """A warning: advice is no reason to stop."""
    found = ask(source(small_area=("人均收入",)), tables={"satisfaction": survey_of_three([1, 2, 3])})
    assert "人均收入" in found.problem("satisfaction.small_area").what.zh


def test_small_area_estimates_stand_beside_the_value(ask):
    """Pulled toward the line, the more the noisier; never in the value's place."""
    units = tuple(Unit(code=str(k), name=f"{k}镇", group="I") for k in range(8))
    shares = [(9, 1), (5, 5), (7, 3), (2, 8), (6, 4), (8, 2), (3, 7), (0, 0)]
    sizes = [20, 2, 10, 3, 8, 30, 1, 1]
    rows = [
        {"unit": str(k), "answer": answer, "count": n * size}
        for k, (share, size) in enumerate(zip(shares, sizes, strict=True))
        for answer, n in zip(("满意", "不满意"), share, strict=True)
    ]
    values = pd.DataFrame({"unit": [str(k) for k in range(8)], "收入": [8.0, 5, 6, 3, 7, 7.5, 4, 5]})
    tables = {"satisfaction": pd.DataFrame(rows), "values": values}
    found = ask(source(small_area=("收入",)), tables=tables, scheme={"units": units})
    rows = dict(found.x.tables)["satisfaction_total"].set_index("unit")
    assert found.value[:7] == rows["value"].tolist()
    assert ((rows["small_area_gamma"] > 0) & (rows["small_area_gamma"] < 1)).all()
    assert rows["small_area_gamma"]["5"] > rows["small_area_gamma"]["6"]
    assert (rows["small_area_se"] <= rows["se"] * 1.2).all()


@pytest.mark.parametrize(
    ("income", "said"), [([5.0] * 8, "有一列全部相同"), ([8.0, 5, 6, 3, 7, 7.5, 4, 5], "方差估计为 0")]
)
def test_what_limits_a_small_area_estimate_is_said(ask, income, said):
    """A column that tells nothing allows none; townships that do not differ all get the prediction."""
    units = tuple(Unit(code=str(k), name=f"{k}镇", group="I") for k in range(8))
    rows = [
        {"unit": str(k), "answer": answer, "count": n}
        for k in range(8)
        for answer, n in (("满意", 12), ("不满意", 8 + k % 2))
    ]
    values = pd.DataFrame({"unit": [str(k) for k in range(8)], "收入": income})
    tables = {"satisfaction": pd.DataFrame(rows), "values": values}
    found = ask(source(small_area=("收入",)), tables=tables, scheme={"units": units})
    problem = found.problem("satisfaction.small_area")
    assert (problem.severity, said in problem.what.zh) == ("warning", True)
    assert np.isfinite(found.value).all()
