"""三(四), R10 to R15: use of results, the two conditions, the measures, who acts, on what basis, on whom."""

import pytest

import township_eval as te

LADDER = ["约谈", "责令整改", "通报批评", "问责建议(移送)"]


def test_requirement_r10_results_are_a_reference_for_six_uses(last):
    """A list per use, each row saying that it decides nothing; no person is in it, no score changes."""
    uses = last.tables["uses"]
    assert {use.id for use in last.scheme.uses} == {
        "team", "appointment", "honours", "training", "supervision", "incentive",
    }  # fmt: skip
    assert uses["note"].str.contains("仅供参考").all()
    assert uses["note_en"].str.contains("never a decision").all()
    assert set(uses["unit"]) <= set(last.results.index)
    assert set(uses.columns) == {"use", "name", "unit", "note", "note_en"}


def test_requirement_r11_and_or_is_decided_and_printed(last, code, scheme_of, refused):
    """工作实绩差、群众满意度低 needs a reading to be accepted; the reading stands in the evidence."""
    rule = {"id": "f", "measure": "通报批评", "conditions": ["a < 70", "b < 70"], "basis": "三(四)"}
    leaves = ({"id": "a"}, {"id": "b"})
    assert refused(scheme_of(*leaves, flags=[rule])) == ["flag.reading"]
    assert refused(scheme_of(*leaves, flags=[{**rule, "reading": "or"}])) == []
    flag = last.flags.set_index(["unit", "rule"]).loc[(code["庚镇"], "F6")]
    assert flag["reading"] == "and"
    assert "按“且”理解" in flag["evidence"]


@pytest.mark.parametrize(("reading", "flagged"), [("and", ["c"]), ("or", ["a", "b", "c"])])
def test_requirement_r11_either_reading_decides_whom_it_meets(score, scheme_of, reading, flagged):
    """With *and* only who fails both is flagged, with *or* everybody who fails one."""
    rule = {"id": "f", "measure": "通报批评", "conditions": ["x < 70", "y < 70"], "reading": reading}
    draft = scheme_of({"id": "x"}, {"id": "y"}, flags=[{**rule, "basis": "三(四)"}])
    result = score(draft, values={"unit": list("abcd"), "x": [60, 90, 60, 90], "y": [90, 60, 60, 90]})
    assert result.flags["unit"].tolist() == flagged


def test_requirement_r12_four_measures_step_by_step_with_due_dates(quarters, code):
    """丁镇 meets one measure more a quarter, each on fresh evidence, each with its day and an open entry."""
    for number, evaluation in enumerate(quarters.values(), start=1):
        flags = evaluation.flags
        own = flags[(flags["unit"] == code["丁镇"]) & (flags["kind"] == "sanction")]
        assert own["measure"].tolist() == LADDER[:number]
        assert (own["status"] == "proposed").all()
        timed = own[own["measure"] != LADDER[3]]  # the competent authority sets its own time
        assert (timed["due"] > str(evaluation.as_of)).all()
        entries = evaluation.tables["rectification"]
        assert set(own["measure"]) <= set(entries.loc[entries["unit"] == code["丁镇"], "measure"])


def test_requirement_r12_a_measure_is_followed_to_its_closure(quarters, code):
    """乙乡's interview goes on while the exit is not shown, is cleared, and closed with evidence and date."""
    flags = [one.flags.set_index(["unit", "rule"]) for one in quarters.values()]
    at = (code["乙乡"], "F1")
    assert [flag.loc[at, "status"] for flag in flags[:3]] == ["proposed", "continued", "cleared"]
    ledger = quarters["2018-Q3"].tables["rectification"]
    entry = ledger[(ledger["unit"] == code["乙乡"]) & (ledger["rule"] == "F1")].iloc[0]
    assert (entry["status"], entry["closed"]) == ("closed", "2018-09-20")
    assert entry["evidence"]
    assert code["乙乡"] not in set(quarters["2018-Q4"].tables["rectification"]["unit"])


def test_requirement_r13_every_measure_has_an_owner_and_accountability_is_a_referral(last):
    """督查室 and 纪委 act; the last measure is proposed for referral, and all are proposals."""
    sanctions = last.flags[last.flags["kind"] == "sanction"]
    assert (sanctions["owner"] != "").all()
    referral = sanctions[sanctions["level"] == 4]
    assert (referral["owner"] == "纪委").all()
    assert (referral["measure"] == "问责建议(移送)").all()
    assert "note.proposals" in set(last.notes["code"])


def test_requirement_r14_every_flag_carries_its_basis(last, scheme_of, score):
    """The clause stands in every row; a rule without one of its own rests on the scheme's."""
    assert (last.flags["basis"] != "").all()
    rule = {"id": "f", "measure": "约谈", "when": "a < 70"}
    draft = scheme_of({"id": "a"}, basis="实施方案", flags=[rule, {**rule, "id": "g", "basis": "三(四)"}])
    flags = score(draft, values={"unit": ["甲镇"], "a": [60.0]}).flags
    assert flags["basis"].tolist() == ["实施方案", "三(四)"]


def test_requirement_r15_a_flag_names_whom_it_concerns(last, fictional):
    """The township, its leading team, or a post by kind of unit; no person."""
    sanctions = last.flags[last.flags["kind"] == "sanction"]
    assert set(sanctions["subject"]) == {"乡镇(街道)", "领导班子"}
    teams = sanctions[sanctions["subject"] == "领导班子"]
    assert (teams["post"] != "").all()
    kinds = {unit.code: unit.kind for unit in fictional.units}
    assert all(post.startswith(kinds[unit]) for unit, post in zip(teams["unit"], teams["post"], strict=True))
    assert not {"person", "cadre", "姓名"} & set(last.flags.columns)


def test_requirement_r15_evidence_says_numbers_thresholds_and_certainty(last, code):
    """A reader finds the score, the bound, the interval, the sample, p and how sure it is, with the cells."""
    flag = last.flags.set_index(["unit", "rule"]).loc[(code["庚镇"], "F1")]
    for said in ("低于70", "52.00", "95%置信区间", "400 份", "确认"):
        assert said in flag["evidence"]
    assert "2018-Q4.xlsx!满意度!" in flag["cell"]
    assert isinstance(last, te.Evaluation)
