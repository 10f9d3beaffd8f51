"""Every way to call `te.survey_estimates`, and everything it refuses."""

import numpy as np
import pandas as pd
import pytest

import township_eval as te

DESIGN = {"weights": "w", "strata": "s", "cluster": "v", "population": "N"}


def answers(**changed):
    """Return sixteen answers: two townships, a stratum each, four villages, four answers in each."""
    frame = pd.DataFrame(
        {
            "township": ["甲镇"] * 8 + ["乙镇"] * 8,
            "s": ["A"] * 8 + ["B"] * 8,
            "v": [f"V{number}" for number in np.arange(16) // 4],
            "person": [f"R{number:02d}" for number in range(16)],
            "N": [6] * 16,
            "M": [40] * 16,
            "w": [15.0] * 16,
            "age": ["18-34", "35-59"] * 8,
            "q1": [100, 80, 80, 30, 100, 100, 80, 80, 30, 30, 80, 100, 80, 80, 30, 100],
        }
    )
    return frame.assign(**changed)


def estimates(frame=None, **options):
    frame = answers() if frame is None else frame
    return te.survey_estimates(frame, **{"value": "q1", "by": "township", **DESIGN, **options})


def refused(frame=None, **options):
    """Return (code, where) of all problems; each has words in both languages, and a hint."""
    with pytest.raises(te.DataError) as error:
        estimates(frame, **options)
    for problem in error.value.problems:
        assert all((problem.what.zh, problem.what.en, problem.hint.zh, problem.hint.en)), problem
        assert "{" not in problem.say("zh") + problem.say("en")
    return [(problem.code, problem.where) for problem in error.value.problems]


def said(frame=None, **options):
    with pytest.raises(te.DataError) as error:
        estimates(frame, **options)
    return "\n".join(problem.say(lang) for problem in error.value.problems for lang in ("zh", "en"))


class TestFrames:
    """The same answers in other frames give the same figures."""

    @pytest.mark.parametrize("kind", [str, "category", object])
    def test_names_of_any_kind(self, kind):
        """Text, objects and categories are names alike."""
        names = answers()[["township", "s", "v"]].astype(kind)
        found = estimates(answers(**names), population=None)
        pd.testing.assert_frame_equal(found, estimates(population=None), check_index_type=False)

    @pytest.mark.parametrize("kind", [np.int64, np.int8, float, "Int64"])
    def test_numbers_as_names(self, kind):
        """Codes are names too, whatever their type and wherever they start."""
        codes = {name: pd.factorize(answers()[name], sort=True)[0] + 7 for name in ("township", "s", "v")}
        frame = answers(**{name: pd.array(values).astype(kind) for name, values in codes.items()})
        found = estimates(frame)
        assert found.index.tolist() == [7, 8]
        np.testing.assert_array_equal(found["se"], estimates()["se"])

    def test_codes_far_apart_have_no_rows_between(self):
        """Only townships that are there have a row."""
        frame = answers(township=[3] * 8 + [20] * 8)
        assert estimates(frame).index.tolist() == [3, 20]

    def test_the_order_of_rows_changes_nothing(self):
        """Rows come from anywhere; the result is the same to the bit."""
        shuffled = answers().sample(frac=1.0, random_state=3)
        pd.testing.assert_frame_equal(estimates(shuffled), estimates(), check_exact=True)

    def test_townships_across_villages(self):
        """A township need not be a stratum: its members may live in every village."""
        frame = answers(township=["甲镇", "乙镇"] * 8, q1=np.arange(16) * 5)
        assert estimates(frame)["df"].tolist() == [2, 2]

    def test_the_frame_is_left_alone(self):
        """Neither its values nor its attributes change."""
        frame = answers()
        frame.attrs["source"] = "phone"
        found = estimates(frame)
        pd.testing.assert_frame_equal(frame, answers())
        assert frame.attrs == {"source": "phone"}
        assert found.attrs == {"kind": "mean", "level": 0.95}


class TestDesigns:
    """Stages and populations that may be left out."""

    def test_without_anything_but_answers(self):
        """A simple random sample of persons: one row, n - 1 degrees of freedom."""
        found = te.survey_estimates(answers(), "q1").loc["all"]
        values = answers()["q1"]
        assert found["estimate"] == values.mean()
        assert found["se"] == pytest.approx(values.std() / 4, rel=1e-12)
        assert found["df"] == 15

    def test_persons_of_a_stratum(self):
        """Without clusters the population is that of persons."""
        plain = estimates(cluster=None, population=None)
        finite = estimates(cluster=None, population="M")
        np.testing.assert_allclose(finite["se"], plain["se"] * np.sqrt(1 - 8 / 40), rtol=1e-12)

    def test_the_second_stage_adds_error(self):
        """Persons drawn from a village: the error is larger than that of villages asked in full."""
        second = estimates(cluster=["v", "person"], population=["N", "M"])
        assert (second["se"] > estimates()["se"]).all()
        pd.testing.assert_frame_equal(second, estimates(population=["N", "M"]))
        pd.testing.assert_frame_equal(estimates(cluster=["v", "person"]), estimates())

    def test_a_census_is_exact(self):
        """Every village asked: no error, limits at the estimate, and the result says why."""
        found = estimates(answers(N=2))
        assert found["se"].tolist() == [0.0, 0.0]
        assert found["lower"].tolist() == found["upper"].tolist() == found["estimate"].tolist()
        assert set(found["interval"]) == {"exact"}
        assert found["n_eff"].tolist() == [np.inf, np.inf]

    def test_the_design_effect_is_named(self):
        """Against a sample with or without replacement: `deff` and `n_eff` follow the choice."""
        without, replaced = estimates(), estimates(deff="wr")
        np.testing.assert_allclose(without["n_eff"], without["n"] / without["deff"])
        np.testing.assert_allclose(replaced["n_eff"], replaced["n"] / replaced["deff_wr"])
        assert replaced["deff"].tolist() == replaced["deff_wr"].tolist() == without["deff_wr"].tolist()
        assert (without["deff"] > without["deff_wr"]).all()


class TestGaps:
    """Missing answers, silent townships, equal answers."""

    def test_a_township_without_answers_keeps_its_row(self):
        """Estimate NaN and n = 0; nothing is raised."""
        frame = answers(q1=[np.nan] * 8 + [80, 30] * 4)
        found = estimates(frame).loc["甲镇"]
        assert np.isnan(found[["estimate", "se", "lower", "upper", "deff", "n_eff"]].to_numpy(float)).all()
        assert found[["n", "missing", "df"]].tolist() == [0, 8, 0]
        assert found["interval"] == ""

    def test_a_category_without_rows_keeps_its_row(self):
        """Townships listed beforehand are all in the result, in their order."""
        listed = pd.Categorical(answers()["township"], categories=["甲镇", "丙镇", "乙镇"])
        found = estimates(answers(township=listed))
        assert found.index.tolist() == ["甲镇", "丙镇", "乙镇"]
        assert found.loc["丙镇", "n"] == 0

    def test_equal_answers_get_the_bounds_of_the_scale(self):
        """Zero variance among two villages of many is no zero error; eight persons drawn alone bound more."""
        frame = answers(q1=[80] * 8 + [80, 30] * 4)
        plain, bounded = estimates(frame).loc["甲镇"], estimates(frame, scale=(30, 100)).loc["甲镇"]
        assert np.isnan([plain["lower"], plain["upper"]]).all()
        assert plain["interval"] == ""
        share = 1 - 0.025 ** (1 / 2)
        assert bounded["lower"] == pytest.approx(80 - 50 * share, rel=1e-12)
        assert bounded["upper"] == pytest.approx(80 + 20 * share, rel=1e-12)
        alone = estimates(frame, scale=(30, 100), cluster=None, population=None).loc["甲镇"]
        assert alone["lower"] == pytest.approx(80 - 50 * (1 - 0.025 ** (1 / 8)), rel=1e-12)
        assert bounded["interval"] == "bound"
        assert bounded["se"] == 0.0

    @pytest.mark.parametrize("weight", [0.3, 1.7, 2.5])
    def test_clusters_that_agree_are_no_census(self, weight):
        """Two villages of many with one mean show no variance; rounding makes none, whatever the weight."""
        frame = answers(q1=[100, 80, 30, 80] * 4, w=[weight] * 16)
        found = estimates(frame, scale=(30, 100)).loc["甲镇"]
        assert (found["se"], found["interval"]) == (0.0, "bound")
        assert found["lower"] == pytest.approx(72.5 - 42.5 * (1 - 0.025 ** (1 / 2)), rel=1e-12)
        assert np.isnan(found["n_eff"])
        share = estimates(frame, kind="share", at_least=80).loc["甲镇"]
        assert (share["estimate"], share["interval"]) == (0.75, "bound")
        assert 0 < share["lower"] < 0.75 < share["upper"] < 1

    def test_a_share_of_one_gets_korn_and_graubards_limits(self):
        """Whatever interval was chosen; the others keep the choice."""
        frame = answers(q1=[80] * 8 + [80, 80, 80, 30, 80, 30, 30, 30])
        found = estimates(frame, kind="share", at_least=80, interval="wilson")
        assert found["interval"].to_dict() == {"甲镇": "korn_graubard", "乙镇": "wilson"}
        assert found.loc["甲镇", "upper"] == 1.0
        assert found.loc["甲镇", "lower"] < 0.8

    def test_at_least_includes_the_bound_and_leaves_missing_missing(self):
        """80 counts in a share of 80 and more; a blank is no 0."""
        frame = answers(q1=[80, 79, 100, np.nan] * 4)
        found = estimates(frame, kind="share", at_least=80)
        assert found["estimate"].tolist() == pytest.approx([2 / 3, 2 / 3])
        assert found["missing"].tolist() == [2, 2]


class TestCalibration:
    """Known totals and trimmed weights."""

    def test_one_margin_is_post_stratification(self):
        """The weights add up to the population, and what age explains is no error."""
        frame = answers(q1=[100, 30] * 8)
        found = estimates(frame, by=None, calibrate={"age": {"18-34": 300, "35-59": 100}})
        assert found.loc["all", "estimate"] == pytest.approx((3 * 100 + 30) / 4)
        assert found.loc["all", "se"] == pytest.approx(0.0, abs=1e-9)
        assert found.attrs["weight_ratio"] == pytest.approx(3.0)

    def test_a_series_is_a_mapping_too(self):
        """Totals as pandas gives them, a cross of two columns with pairs for labels."""
        totals = answers().groupby(["township", "age"])["w"].sum() * 2
        found = estimates(calibrate={("township", "age"): totals})
        np.testing.assert_allclose(found["estimate"], estimates()["estimate"])

    def test_trimming_says_what_it_cut(self):
        """One weight of ten medians is cut to three; the sum is kept."""
        found = estimates(answers(w=[150.0] + [15.0] * 15), trim=3.0)
        assert found.attrs["trim"] == {"limit": 45.0, "n_cut": 1, "cut": 105.0}


class TestRefusals:
    """Everything that is wrong is told at once, with its place."""

    def test_options_and_columns(self):
        """Unknown options, a level that is no level and columns that are not there: all in one go."""
        found = refused(
            value="q9", by="townshp", kind="median", level=95, lonely="ignore", deff="x", interval="wald"
        )
        assert [code for code, _ in found] == [
            "survey.kind",
            "survey.lonely",
            "survey.deff",
            "survey.interval",
            "survey.level",
            "survey.column",
            "survey.column",
        ]
        assert "township" in said(by="townshp")

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"at_least": 80}, "survey.at_least"),
            ({"interval": "logit"}, "survey.interval"),
            ({"scale": (100, 30)}, "survey.scale"),
            ({"residuals": "none"}, "survey.residuals"),
            ({"trim": 0.0}, "survey.trim"),
            ({"trim": 3.0, "weights": None}, "survey.trim"),
            ({"cluster": ["s", "v", "person"]}, "survey.stages"),
            ({"cluster": None, "population": ["N", "M"]}, "survey.stages"),
            ({"population": ["N", "M", "M"]}, "survey.stages"),
        ],
    )
    def test_options_that_do_not_fit(self, options, code):
        """Options that contradict the kind or each other."""
        assert [found for found, _ in refused(**options)] == [code]

    def test_entries(self):
        """Text among answers, weights missing, blank names, an infinite population: place by place."""
        frame = answers(
            q1=[*[80] * 14, "很满意", 30],
            w=[np.nan, *[15.0] * 15],
            township=[*["甲镇"] * 8, None, *["乙镇"] * 7],
            N=[*[6.0] * 15, np.inf],
        )
        assert refused(frame) == [
            ("survey.not_a_number", "frame[14] q1"),
            ("survey.missing", "frame[0] w"),
            ("survey.blank", "frame[8] township"),
            ("survey.missing", "frame[15] N"),
        ]
        assert "很满意" in said(frame)

    def test_many_faults_are_counted(self):
        """The first are listed, the rest counted."""
        frame = pd.concat([answers(w=-1.0)] * 3)
        found = refused(frame)
        assert len(found) == 21
        assert found[0] == ("survey.negative_weight", "frame[0] w")
        assert "28" in said(frame)

    def test_weights(self):
        """Negative ones, and such that add up to nothing, in all or in one township."""
        assert refused(answers(w=[-2.0, *[15.0] * 15])) == [("survey.negative_weight", "frame[0] w")]
        assert refused(answers(w=0.0)) == [("survey.no_weight", "frame w")]
        assert refused(answers(w=[0.0] * 8 + [15.0] * 8)) == [("survey.no_weight", "frame w")]
        assert "甲镇" in said(answers(w=[0.0] * 8 + [15.0] * 8))

    def test_faults_of_one_column_do_not_hide_each_other(self):
        """Text, a blank and a negative number in one column are three problems."""
        assert refused(answers(w=["多", np.nan, -2.0, *[15.0] * 13])) == [
            ("survey.not_a_number", "frame[0] w"),
            ("survey.missing", "frame[1] w"),
            ("survey.negative_weight", "frame[2] w"),
        ]

    def test_populations(self):
        """Smaller than the sample, or two figures in one stratum; the stratum is named."""
        assert refused(answers(N=1)) == [("survey.population_small", "frame N")] * 2
        assert "A 总体 1,样本却有 2" in said(answers(N=1))
        assert refused(answers(N=[6] * 15 + [7])) == [("survey.population_varies", "frame N")]
        assert "B 的“N”前后不一:6, 7" in said(answers(N=[6] * 15 + [7]))
        assert refused(answers(M=3), population=["N", "M"]) == [("survey.population_small", "frame M")] * 4

    def test_one_village_in_a_stratum(self):
        """The stratum is named, and the options; with one of them it goes on."""
        frame = answers(v=["V0"] * 8 + ["V2"] * 4 + ["V3"] * 4)
        assert refused(frame) == [("survey.lonely", "frame s")]
        assert "A 层" in said(frame)
        assert "adjust、average、certainty、remove" in said(frame)
        assert set(estimates(frame, lonely="certainty")["lonely"]) == {"certainty"}
        assert set(estimates(lonely="certainty")["lonely"]) == {""}

    def test_one_person_in_a_village(self):
        """Of two stages the second may be lonely as well."""
        frame = answers().iloc[3:]
        assert refused(frame, population=["N", "M"]) == [("survey.lonely", "frame v")]
        assert "V0" in said(frame, population=["N", "M"])

    def test_persons_that_stand_twice(self):
        """The second stage is persons: a household in two rows is told, not added."""
        frame = answers(person=["R00", "R00", *answers()["person"][2:]])
        found = refused(frame, cluster=["v", "person"], population=["N", "M"])
        assert found == [("survey.stage_repeats", "frame[1] person")]

    def test_answers_outside_the_scale(self):
        """A code for don't know left among the answers."""
        assert refused(answers(q1=[9, *[80] * 15]), scale=(30, 100)) == [
            ("survey.outside_scale", "frame[0] q1")
        ]

    def test_shares_of_what_is_no_share(self):
        """Without at_least answers are 0 and 1."""
        assert refused(answers(q1=[0, 1, 2, 1] * 4), kind="share")[0] == ("survey.no_share", "frame[2] q1")
        assert estimates(answers(q1=[0, 1, 0, 1] * 4), kind="share")["estimate"].tolist() == [0.5, 0.5]

    def test_known_totals(self):
        """A category without a total, a blank one, and one with people that nobody was asked of."""
        frame = answers(age=[None, *answers()["age"][1:]])
        found = refused(frame, calibrate={"age": {"18-34": 300, "60+": 100}})
        assert found == [("survey.blank", "frame[0] age"), ("calibration.unlisted", "frame age")]
        full = {"18-34": 300, "35-59": 100, "60+": 50}
        assert [code for code, _ in refused(calibrate={"age": full})] == ["calibration.empty"]
        assert [code for code, _ in refused(calibrate={"age": {**full, "60+": "些"}})] == [
            "calibration.total"
        ]

    def test_an_empty_frame(self):
        """Nobody asked: told, not divided by zero."""
        assert refused(answers().iloc[:0]) == [("survey.empty", "frame")]
