"""Inputs hold what they were given, and nobody can change it from outside."""

import pickle

import numpy as np
import pandas as pd
import pytest

from township_eval.inputs import TABLES, Inputs


def test_frames_are_copied_in():
    """Changing the caller's frame afterwards changes nothing inside."""
    given = pd.DataFrame({"x": [1.0, 2.0]}, index=["a", "b"])
    inputs = Inputs(period="2018", values=given)
    given.loc["a", "x"] = 99.0
    assert inputs.values.loc["a", "x"] == 1.0


def test_an_array_behind_a_frame_is_not_shared():
    """Changing the array a frame was made from changes nothing inside."""
    array = np.zeros((2, 2))
    inputs = Inputs(period="2018", values=pd.DataFrame(array, index=["a", "b"], columns=["x", "y"]).copy())
    array[:] = 7.0
    assert inputs.values.to_numpy().max() == 0.0


def test_records_and_columns_are_made_into_frames():
    """Data that never was a frame, as from JSON, is welcome."""
    inputs = Inputs(period=2018, units=[{"unit": "1"}], values={"unit": ["1"], "x": [5]})
    assert (inputs.period, list(inputs.units.columns), list(inputs.values.columns)) == (
        "2018",
        ["unit"],
        ["unit", "x"],
    )


def test_what_is_no_table_is_refused():
    """A path handed in as a table is a mistake of the caller, said at once."""
    with pytest.raises(TypeError, match=r"Inputs\.values"):
        Inputs(period="2018", values="a.xlsx")


def test_repr_says_what_is_inside():
    """A notebook shows the period and the size of each table."""
    inputs = Inputs(period="2018-H2", values=pd.DataFrame({"x": [1.0]}), as_of="2018-12-31")
    assert repr(inputs) == "<Inputs 2018-H2, as of 2018-12-31: values 1 x 1>"


def test_inputs_pickle():
    """Inputs go to another process unharmed."""
    inputs = pickle.loads(pickle.dumps(Inputs(period="2018", values=pd.DataFrame({"x": [1.0]}))))
    assert inputs.values["x"].tolist() == [1.0]


def test_every_table_of_the_contract_is_a_field():
    """`TABLES` and the fields of `Inputs` name the same tables."""
    fields = {*Inputs.__dataclass_fields__} - {"period", "as_of", "problems", "reading"}
    assert fields == set(TABLES)
