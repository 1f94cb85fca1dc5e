"""A specification that only its date makes unsatisfiable, explained."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_help import JANUARY_2024, record, write_channel
from explanation_help import Explainer

from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.gateways import GatewayPool
from jupyterlab_terrarium.models.explanation import Explanation

DAY = 86_400_000


@pytest.fixture
def explainer(tmp_path: Path) -> Explainer:
    """A channel in which one package a ten days appears, from the 1st of January 2024 on."""
    url = write_channel(
        tmp_path / "channel",
        [
            record("base", "1.0"),
            record("base", "2.0", timestamp=JANUARY_2024 + 10 * DAY),
            record("tool", "1.0", "base <2"),
            record("tool", "2.0", "base >=2", timestamp=JANUARY_2024 + 20 * DAY),
            record("other", "1.0", timestamp=JANUARY_2024 + 30 * DAY),
        ],
    )
    return Explainer(ChannelConfig(default_channels=[url]), GatewayPool(tmp_path / "cache"))


def _works(explainer: Explainer, explanation: Explanation) -> list[str]:
    """What was offered, each solved once more as it stands."""
    for one in explanation.relaxations:
        assert explainer.error(one.specification) is None, one.label
    return [one.label for one in explanation.relaxations]


def test_a_date_that_is_too_early_is_named_and_a_later_one_is_offered(explainer: Explainer) -> None:
    text = "as-of: 2024-01-15\ndependencies:\n  - tool\n  - base=2.0\n"
    explanation = explainer.explain(text)
    assert "`as-of: 2024-01-15` leaves out what would fit" in explanation.what
    assert {line.text for line in explanation.lines} >= {"as-of: 2024-01-15", "base=2.0"}
    (named,) = [line for line in explanation.lines if line.text.startswith("as-of")]
    assert named.place is not None and named.place.line == 1
    assert "2024-01-21" in named.why
    offered = _works(explainer, explanation)
    assert offered[0] == "Take packages up to 2024-01-21"
    assert explanation.relaxations[0].specification == text.replace("01-15", "01-21")


def test_an_edit_of_another_line_works_under_the_same_date(explainer: Explainer) -> None:
    text = "as-of: 2024-01-15\ndependencies:\n  - tool\n  - base=2.0\n"
    explanation = explainer.explain(text)
    _works(explainer, explanation)
    kept = [one for one in explanation.relaxations if "as-of: 2024-01-15" in one.specification]
    # Without the date tool 2.0 would do, and nothing would have to be given up.
    assert kept and all(explainer.error(one.specification) is None for one in kept)


def test_the_other_lines_are_waited_for_too(explainer: Explainer) -> None:
    text = "as-of: 2024-01-15\ndependencies:\n  - tool=2.0\n  - other\n"
    offered = _works(explainer, explainer.explain(text))
    assert offered[0] == "Take packages up to 2024-01-31"


def test_a_contradiction_that_no_date_resolves_does_not_blame_it(explainer: Explainer) -> None:
    text = "as-of: 2024-02-15\ndependencies:\n  - tool=1.0\n  - base=2.0\n"
    explanation = explainer.explain(text)
    assert not [line for line in explanation.lines if line.text.startswith("as-of")]
    assert all("as-of: 2024-02-15" in one.specification for one in explanation.relaxations)
