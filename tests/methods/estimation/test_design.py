"""Samples that do not fit their populations, and lonely units."""

import pickle

import numpy as np
import pytest

from township_eval.methods.estimation.design import Design, LonelyCluster, factors
from township_eval.methods.estimation.linearized import estimate
from township_eval.methods.estimation.sums import tabulate

# Two strata; the second has one village in the sample.
VILLAGES = {"cluster": [0, 0, 1, 1, 2, 2], "stratum": [0, 0, 0, 0, 1, 1]}
ANSWERS = [100.0, 80.0, 60.0, 80.0, 30.0, 50.0]


def test_a_lonely_village_is_refused_by_name():
    """The exception carries the strata, and survives the way from another process."""
    with pytest.raises(LonelyCluster, match="adjust, average, certainty, remove") as refused:
        estimate(tabulate(ANSWERS, **VILLAGES))
    assert refused.value.strata == (1,)
    assert refused.value.clusters == ()
    assert pickle.loads(pickle.dumps(refused.value)).strata == (1,)


def test_a_stratum_of_one_village_is_no_lonely_one():
    """The whole of the stratum was drawn: it has no error and needs no option."""
    found = estimate(tabulate(ANSWERS, **VILLAGES), design=Design(population=np.array([9.0, 1.0])))
    assert found.lonely is None
    assert found.se[0] > 0


def test_the_option_is_named_only_where_it_was_needed():
    """A result says by which option lonely villages were treated, if there were any."""
    sums = tabulate(ANSWERS, **VILLAGES)
    assert estimate(sums, design=Design(lonely="adjust")).lonely == "adjust"
    assert estimate(sums.where(sums.stratum == 0), design=Design(lonely="adjust")).lonely is None


def test_one_person_of_a_village_is_lonely_in_the_second_stage():
    """Two stages: the village is named; with `adjust` its distance from the mean counts."""
    keys = {"cluster": [0, 0, 1, 2, 2], "stratum": [0] * 5}
    population, persons = np.array([12.0]), np.array([20.0, 20.0, 20.0])
    sums = tabulate(ANSWERS[:5], **keys)
    with pytest.raises(LonelyCluster) as refused:
        estimate(sums, design=Design(population, persons))
    assert refused.value.clusters == (1,)
    certain, adjusted, average = (
        estimate(sums, design=Design(population, persons, option)).se[0] ** 2
        for option in ("certainty", "adjust", "average")
    )
    score = (60.0 - 70.0) / 5
    assert adjusted - certain == pytest.approx(3 / 12 * (1 - 1 / 20) * score**2, rel=1e-9)
    first = estimate(sums, design=Design(population, None, "certainty")).se[0] ** 2
    assert average - first == pytest.approx((certain - first) * 3 / 2, rel=1e-9)


def test_average_of_nothing_is_no_error():
    """When every stratum of a township is lonely, there is nothing to average: NaN, not zero."""
    keys = {"cluster": [0, 0, 1, 1, 2, 2], "stratum": [0, 0, 1, 1, 1, 1], "domain": [0, 0, 1, 1, 1, 1]}
    found = estimate(tabulate(ANSWERS, **keys), design=Design(lonely="average"))
    assert np.isnan(found.se).tolist() == [True, False]


@pytest.mark.parametrize(
    ("population", "persons", "keys"),
    [
        (np.array([1.0, 5.0]), None, VILLAGES),
        (np.array([9.0, 1.0]), np.array([1.0, 9.0, 9.0]), VILLAGES),
        (np.array([3.0, 9.0]), None, {"stratum": VILLAGES["stratum"]}),
        (np.array([np.nan, 9.0]), None, VILLAGES),
    ],
)
def test_a_population_smaller_than_its_sample_is_refused(population, persons, keys):
    """Of villages, of persons in a village, of persons in a stratum; and a population that is none."""
    with pytest.raises(ValueError, match="smaller than the sample"):
        estimate(tabulate(ANSWERS, **keys), design=Design(population, persons, "certainty"))


def test_a_village_in_two_strata_is_refused():
    """Numbers of clusters go over all strata: one number in two strata is an error of the caller."""
    with pytest.raises(ValueError, match="lies in two strata"):
        estimate(tabulate([1.0, 2.0], cluster=[0, 0], stratum=[0, 1]))


def test_an_unknown_option_is_refused():
    """Options are not guessed."""
    with pytest.raises(ValueError, match="lonely must be one of"):
        Design(lonely="ignore")


def test_an_infinite_population_is_drawn_with_replacement():
    """It gives the factors of no population."""
    size = np.array([4.0, 2.0])
    assert factors(size, np.array([np.inf, np.inf])).factor.tolist() == factors(size, None).factor.tolist()
