"""What holds for every test: in CI nothing may be skipped for want of a tool.

Optional libraries (the extras of setup.cfg) are there in CI's newest and oldest environments, which say so
with TOWNSHIP_EVAL_EXTRAS; in the others their tests are skipped, because without them the program
is another one (pandas keeps text differently where pyarrow is installed).
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# No deadline: a busy machine is not a fault. In CI the same examples every time, so that a commit
# that passed keeps passing; elsewhere new ones, so that new faults are found.
settings.register_profile("township_eval", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("township_eval")


OPTIONAL = "pyarrow"


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure where CI promises every tool; expected failures stay what they are."""
    if not os.environ.get("CI") or not report.skipped or hasattr(report, "wasxfail"):
        return
    if OPTIONAL not in str(report.longrepr) or os.environ.get("TOWNSHIP_EVAL_EXTRAS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but in CI nothing may be missing: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Judge the skips of tests."""
    report = yield
    _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """Judge the skips of whole modules."""
    report = yield
    _forbid_skip(report)
    return report
