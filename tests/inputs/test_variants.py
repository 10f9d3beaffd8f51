"""Each class is a plain scheme; a unit with its own rules is another."""

import numpy as np
import pandas as pd

from township_eval.inputs import Inputs, prepare
from township_eval.inputs.variants import scheme_variants, unit_values
from township_eval.methods.varying import Case, Varying
from township_eval.scheme.model import Override


def test_every_unit_is_in_one_variant(scheme_of, leaf):
    """Classes and single units share out all positions."""
    own = Override(who="002", reason="新建", fields=(("weight", 5.0),))
    scheme = scheme_of(leaf("x", weight=Varying((Case("II", 3.0),), default=1.0), overrides=(own,)))
    units = prepare(scheme, Inputs(period="2018", values=pd.DataFrame({"x": [1.0]}, index=["001"]))).units
    variants = scheme_variants(scheme, units)
    assert sorted(np.concatenate([at for _, at in variants]).tolist()) == [0, 1, 2]
    weights = {int(i): plain.node("x").weight for plain, at in variants for i in at}
    assert weights == {0: 1.0, 1: 5.0, 2: 3.0}


def test_a_number_by_unit_is_spread_by_any_name(scheme):
    """Targets written by name, alias or code reach their units; the rest has the default."""
    units = prepare(scheme, Inputs(period="2018")).units
    stated = Varying((Case("白土岗", 600.0), Case("001", 400.0)), default=None)
    assert unit_values(stated, units, np.arange(3)).tolist()[0::2] == [400.0, 600.0]
    assert np.isnan(unit_values(stated, units, np.arange(3))[1])
