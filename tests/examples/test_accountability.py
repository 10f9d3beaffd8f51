"""The accountability example: every consequence on invented townships, by hand and through the program."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest

import township_eval as te
from township_eval.cli import run
from township_eval.examples import path

HERE = path("accountability")
NOTICE = "虚构示例,与任何真实乡镇无关"
PERIODS = ("2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4")
WORKBOOKS = [HERE / f"{period}.xlsx" for period in PERIODS]


@pytest.fixture(scope="module")
def scheme() -> te.Scheme:
    return te.read_scheme(HERE / "scheme.yaml")


@pytest.fixture(scope="module")
def quarters(scheme: te.Scheme) -> list[te.Evaluation]:
    found: list[te.Evaluation] = []
    for workbook in WORKBOOKS:
        found.append(te.evaluate(scheme, te.read_inputs(workbook, scheme), history=found))
    return found


@pytest.fixture(scope="module")
def code(scheme: te.Scheme) -> dict[str, str]:
    return {unit.name: unit.code for unit in scheme.units}


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("accountability_build", HERE / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- by hand -------------------------------------------------------------------------------------
def test_one_composite_by_hand(quarters: list[te.Evaluation], code: dict[str, str]) -> None:
    """庚镇 in 2018-Q4: 41.70 for work, nothing for openness, 13 for satisfaction: 54.70."""
    # 92% x 10 + 60% x 10 + 54/90 x 15 + 62% x 25 + (5 - 3) points
    work = 9.2 + 6 + 9 + 15.5 + 2
    # 288 of 400 satisfied or fairly so: (128 x 100 + 80 x 75) / 400 = 47; drawn up to be 52
    good, fair = 148, 80
    satisfaction = (100 * good + 75 * fair) / 400
    assert satisfaction == 52
    expected = work + 0 + 0.25 * satisfaction
    assert quarters[-1].results.loc[code["庚镇"], "composite"] == pytest.approx(round(expected, 2))


def test_the_ledger_of_the_best_by_hand(quarters: list[te.Evaluation], code: dict[str, str]) -> None:
    """甲镇: 2 for an honour, the same content again for nothing, 2 for a trial, 1 beyond the cap of 3."""
    last = quarters[-1]
    own = last.ledger[last.ledger["unit"] == code["甲镇"]]
    assert own[["kind", "amount"]].values.tolist() == [
        ["bonus", 2.0], ["duplicate", 0.0], ["bonus", 2.0], ["cap", -1.0],
    ]  # fmt: skip
    row = last.results.loc[code["甲镇"]]
    assert row["adjusted"] - row["composite"] == pytest.approx(3)


def test_adjusted_points_are_composite_and_ledger(quarters: list[te.Evaluation]) -> None:
    """To the last digit, for every township in every quarter."""
    for evaluation in quarters:
        sums = (
            evaluation.ledger.groupby("unit")["amount"].sum().reindex(evaluation.results.index, fill_value=0)
        )
        expected = (evaluation.results["composite"] + sums).round(2)
        assert evaluation.results["adjusted"].tolist() == expected.tolist()


def test_circumstances_stand_apart(quarters: list[te.Evaluation], code: dict[str, str]) -> None:
    """辛乡's 1.5 points are a row of their own in each quarter, and nobody else has one."""
    for evaluation in quarters:
        rows = evaluation.ledger[evaluation.ledger["kind"] == "context"]
        assert rows[["unit", "amount"]].values.tolist() == [[code["辛乡"], 1.5]]


# ---- what the evidence allows ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "rule", "certainty", "status"),
    [
        ("丁镇", "F1", "confirmed", "proposed"),
        ("丁镇", "F4", "confirmed", "proposed"),
        ("庚镇", "F6", "confirmed", "proposed"),
        ("己乡", "F1", "not_distinguishable", "not_distinguishable"),
        ("辛乡", "F1", "not_distinguishable", "resurvey"),
        ("癸镇", "F5", "confirmed", "waived"),
    ],
)
def test_each_flag_is_as_sure_as_its_evidence(
    quarters: list[te.Evaluation], code: dict[str, str], name: str, rule: str, certainty: str, status: str
) -> None:
    """Sure where the sample shows it; below the bound and unproven; too small a sample; set aside."""
    flag = quarters[-1].flags.set_index(["unit", "rule"]).loc[(code[name], rule)]
    assert (flag["certainty"], flag["status"]) == (certainty, status)


def test_a_point_estimate_below_the_bound_is_not_enough(
    quarters: list[te.Evaluation], code: dict[str, str]
) -> None:
    """己乡 stands at 67.5 with an interval that reaches far beyond 70."""
    total = quarters[-1].tables["satisfaction_total"].set_index("unit").loc[code["己乡"]]
    assert total["value"] == pytest.approx(67.5)
    assert total["upper"] > 70


def test_an_exit_takes_evidence(quarters: list[te.Evaluation], code: dict[str, str]) -> None:
    """乙乡 at 71 points on 200 answers goes on; at 82 on 400 it is cleared."""
    states = [one.flags.set_index(["unit", "rule"])["status"].get((code["乙乡"], "F1")) for one in quarters]
    assert states == ["proposed", "continued", "cleared", None]


def test_flags_are_the_same_whatever_the_order_of_rows(
    scheme: te.Scheme, quarters: list[te.Evaluation]
) -> None:
    """Rows of events, waivers and values in reverse change nothing."""
    from dataclasses import replace

    given = te.read_inputs(WORKBOOKS[-1], scheme)
    turned = {name: frame.iloc[::-1] for name, frame in given.tables() if name != "units"}
    again = te.evaluate(scheme, replace(given, **turned), history=quarters[:3])
    assert again.flags.equals(quarters[-1].flags)
    assert again.ledger.equals(quarters[-1].ledger)


def test_two_half_years_climb_as_quarters_do(
    scheme: te.Scheme, quarters: list[te.Evaluation], code: dict[str, str]
) -> None:
    """丁镇's second half-year with evidence is one step up; quarters among the history do not count."""
    from dataclasses import replace

    found: list[te.Evaluation] = []
    for period, workbook in (("2018-H1", WORKBOOKS[1]), ("2018-H2", WORKBOOKS[3])):
        given = replace(te.read_inputs(workbook, scheme), period=period, rectifications=None)
        found.append(te.evaluate(scheme, given, history=[*quarters[:2], *found]))
    rows = [one.flags[one.flags["unit"] == code["丁镇"]] for one in found]
    assert [own["measure"].tolist() for own in rows] == [["约谈"], ["约谈", "责令整改"]]


# ---- grades and vetoes ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "grade", "reason"),
    [
        ("甲镇", "优秀", ""),
        ("丙街道", "一般", "limiter"),
        ("壬街道", "良好", "quota"),
        ("乙乡", "良好", "limiter"),
        ("庚镇", "较差", ""),
    ],
)
def test_each_grade_says_why(
    quarters: list[te.Evaluation], code: dict[str, str], name: str, grade: str, reason: str
) -> None:
    """A limit by condition, one by an event, and the one place of the class."""
    row = quarters[-1].results.loc[code[name]]
    assert (row["grade"], row["grade_reason"]) == (grade, reason)


# ---- the files ------------------------------------------------------------------------------------
def test_no_name_is_that_of_a_real_township(scheme: te.Scheme) -> None:
    """Every unit is called by a heavenly stem; none of Lingwu's is among them."""
    real = {unit.name for unit in te.read_scheme(path("lingwu/scheme.yaml")).units}
    names = {unit.name for unit in scheme.units}
    assert not names & real
    assert {name[0] for name in names} == set("甲乙丙丁戊己庚辛壬癸")


def test_every_sheet_says_that_it_is_invented(scheme: te.Scheme) -> None:
    """No sheet can be taken for official."""
    assert scheme.notice == NOTICE
    for file in (*WORKBOOKS, HERE / "review" / "2018-Q4.xlsx"):
        for page in openpyxl.load_workbook(file).worksheets:
            texts = [str(value) for row in page.iter_rows(max_row=3, values_only=True) for value in row]
            assert NOTICE in texts, (file.name, page.title)


def test_the_workbooks_are_what_the_script_makes(tmp_path: Path) -> None:
    """Building again gives the committed workbooks, cell for cell, and the same bytes twice."""
    built = _builder().build(tmp_path / "one")
    again = _builder().build(tmp_path / "two")
    assert [file.read_bytes() for file in built] == [file.read_bytes() for file in again]
    for file in built:
        kept = HERE / file.relative_to(tmp_path / "one")
        made, shipped = (
            [list(page.iter_rows(values_only=True)) for page in openpyxl.load_workbook(one).worksheets]
            for one in (file, kept)
        )
        assert made == shipped


def test_the_example_is_small() -> None:
    """Less than 100 kB to ship."""
    assert sum(file.stat().st_size for file in HERE.rglob("*") if file.is_file()) < 100_000


# ---- through the program --------------------------------------------------------------------------
@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Score the four quarters once."""
    folder = tmp_path_factory.mktemp("结果") / "out"
    assert run(["score", str(HERE / "scheme.yaml"), *map(str, WORKBOOKS), "-o", str(folder)]) == 0
    return folder


Program = Callable[..., tuple[int, str]]


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Program:
    """Run the program; return its exit code and all it said."""

    def call(*arguments: object) -> tuple[int, str]:
        capsys.readouterr()
        done = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return done, said.out + said.err

    return call


def test_score_prints_flags_veto_and_waiver_and_fails_on_rectify(program: Program, tmp_path: Path) -> None:
    """Evidence and certainty, the veto that is not applied, the waiver; exit code 4 from 责令整改 on."""
    done, said = program(
        "score", HERE / "scheme.yaml", *WORKBOOKS, "-o", tmp_path / "out", "--fail-on", "rectify"
    )
    assert done == 4
    lines = said.splitlines()
    for parts in (
        (NOTICE,),
        ("丁镇", "问责建议(移送)", "确认", "95%置信区间"),
        ("不可区分", "己乡"),
        ("样本不足", "辛乡"),
        ("越级集体上访", "丙街道", "未按程序报自治区批准,不予适用"),
        ("癸镇", "虚构县委容错〔2018〕3号"),
    ):
        assert any(all(part in line for part in parts) for line in lines), parts


def test_fail_on_counts_open_proposals_only(program: Program, tmp_path: Path) -> None:
    """The second quarter alone: what is set aside, cleared or unproven reaches no level."""
    done, _ = program("score", HERE / "scheme.yaml", WORKBOOKS[0], "-o", tmp_path, "--fail-on", "circular")
    assert done == 0


def test_verify_passes_and_names_the_file_with_a_changed_digit(
    program: Program, out: Path, tmp_path: Path
) -> None:
    """One digit of one archived result is enough."""
    copy = tmp_path / "out"
    shutil.copytree(out, copy)
    done, said = program("verify", copy)
    assert done == 0, said
    file = copy / "2018-Q2.json"
    text = file.read_text(encoding="utf-8")
    place = text.index("83.6")
    file.write_text(text[:place] + "93.6" + text[place + 4 :], encoding="utf-8")
    done, said = program("verify", copy)
    assert done == 1
    assert "2018-Q2.json" in said
    assert "2018-Q3.json" not in said


def test_archive_twice_gives_the_same_bytes(program: Program, out: Path, tmp_path: Path) -> None:
    """No clock and no order of the file system in it."""
    files = [tmp_path / name for name in ("one.zip", "two.zip")]
    for file in files:
        done, said = program("archive", out, "-o", file)
        assert done == 0, said
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_letter_holds_no_other_townships_name(
    program: Program, out: Path, tmp_path: Path, scheme: te.Scheme
) -> None:
    """Ten workbooks, in each the addressee and none of the others."""
    done, _ = program("notice", out / "2018-Q4.json", "-o", tmp_path)
    assert done == 0
    letters = sorted(tmp_path.rglob("*.xlsx"))
    assert len(letters) == len(scheme.units)
    for letter in letters:
        texts = {
            str(cell)
            for page in openpyxl.load_workbook(letter).worksheets
            for row in page.iter_rows(values_only=True)
            for cell in row
            if cell is not None
        }
        named = {unit.name for unit in scheme.units if any(unit.name in text for text in texts)}
        assert len(named) == 1
        assert named.pop() in letter.name


def test_a_review_makes_a_new_edition_and_keeps_the_old_one(
    program: Program, out: Path, tmp_path: Path, code: dict[str, str]
) -> None:
    """An objection after the notice is upheld: 辛乡 gains, the first edition is kept, the chain verifies."""
    copy, review = tmp_path / "out", tmp_path / "2018-Q4"
    shutil.copytree(out, copy)
    review.mkdir()
    shutil.copy(WORKBOOKS[-1], review / "报表.xlsx")
    shutil.copy(HERE / "review" / "2018-Q4.xlsx", review / "复核.xlsx")
    first = (copy / "2018-Q4.json").read_bytes()
    done, said = program("score", HERE / "scheme.yaml", review, "-o", copy, "--history", copy)
    assert done == 0, said
    assert (copy / "editions" / "2018-Q4.1.json").read_bytes() == first
    done, said = program("verify", copy)
    assert done == 0, said
    old = te.read_evaluation(copy / "editions" / "2018-Q4.1.json").results
    new = te.read_evaluation(copy / "2018-Q4.json").results
    # five hazards in a hundred more, of 25 points
    gain = new["composite"] - old["composite"]
    assert gain[gain != 0].round(2).to_dict() == {code["辛乡"]: 1.25}
    assert old.loc[code["辛乡"], "rank"] > new.loc[code["辛乡"], "rank"]
