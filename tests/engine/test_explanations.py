"""Each failing specification of the corpus is explained as its expected file says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from explanation_help import (
    CORPUS,
    Explainer,
    corpus_text,
    serve_corpus_index,
    summary,
    write_corpus_channels,
)

from jupyterlab_terrarium.conda.explanation.names import near_names
from jupyterlab_terrarium.conda.explanation.subsets import smallest_contradiction
from jupyterlab_terrarium.conda.gateways import GatewayPool

DATA = {"channels", "index"}
CASES = sorted(path.stem for path in CORPUS.glob("*.yml") if path.stem not in DATA)


@pytest.fixture(scope="module")
def explainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explainer]:
    directory = tmp_path_factory.mktemp("corpus")
    config = write_corpus_channels(directory / "channels")
    with serve_corpus_index(directory / "index") as index:
        pool = GatewayPool(directory / "cache")
        yield Explainer(config, pool, index, directory / "uv")


def test_the_corpus_has_more_than_thirty_specifications() -> None:
    assert len(CASES) > 30


@pytest.mark.parametrize("case", CASES)
def test_a_failing_specification_is_explained_as_expected(case: str, explainer: Explainer) -> None:
    found = summary(explainer.case(case))
    shown = json.dumps(found, ensure_ascii=False).replace(
        explainer.config.alias.removeprefix("file://"), "CHANNELS"
    )
    shown = shown.replace(explainer.index, "INDEX/")
    expected = json.loads((CORPUS / f"{case}.expected.json").read_text("utf-8"))
    assert json.loads(shown) == expected


@pytest.mark.parametrize("case", CASES)
def test_each_relaxation_can_be_solved_and_keeps_the_comments(
    case: str, explainer: Explainer
) -> None:
    text = corpus_text(case)
    comments = [part for part in text.split("\n") if part.lstrip().startswith("#")]
    for relaxation in explainer.explain(text).relaxations:
        assert explainer.error(relaxation.specification) is None
        assert relaxation.specification != text
        assert all(comment in relaxation.specification for comment in comments)


def test_a_search_without_time_says_that_it_is_not_complete(explainer: Explainer) -> None:
    explanation = explainer.explain(corpus_text("two-pins"), seconds=0.0)
    assert not explanation.complete
    assert explanation.relaxations == []
    assert "oldtool" in explanation.what


def test_line_ends_and_quotes_stay_as_they_were(explainer: Explainer) -> None:
    (first, *_) = explainer.case("windows-line-ends").relaxations
    assert "\r\n" in first.specification
    assert "\n" not in first.specification.replace("\r\n", "")
    (first, *_) = explainer.case("exact-pin").relaxations
    assert '- "numpy>=1.20.3"' in first.specification


def _search(core: set[int], items: int, suspects: Sequence[int] = ()) -> tuple[list[int], int]:
    asked: list[Sequence[int]] = []

    async def contradict(some: Sequence[int]) -> bool:
        asked.append(some)
        return core <= set(some)

    found = asyncio.run(smallest_contradiction(range(items), contradict, suspects))
    return found, len(asked)


def test_the_smallest_set_is_found_among_many_with_few_questions() -> None:
    found, asked = _search({3, 120, 199}, 200)
    assert found == [3, 120, 199]
    assert asked < 60


def test_suspects_are_asked_first_and_need_not_be_right() -> None:
    found, asked = _search({7, 9}, 200, suspects=[7, 9])
    assert found == [7, 9] and asked <= 4
    assert _search({7, 9}, 200, suspects=[1, 2])[0] == [7, 9]


def test_things_that_do_not_contradict_each_other_give_nothing() -> None:
    assert _search({500}, 20)[0] == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("sklearn", "scikit-learn"),
        ("cv2", "opencv"),
        ("PIL", "pillow"),
        ("scikit_learn", "scikit-learn"),
        ("dateutil", "python-dateutil"),
        ("numpyy", "numpy"),
        ("mumpy", "numpy"),
        ("torch", "pytorch"),
    ],
)
def test_what_was_meant_is_guessed_from_the_names_that_there_are(name: str, meant: str) -> None:
    names = {"scikit-learn", "opencv", "pillow", "python-dateutil", "numpy", "pytorch", "r-base"}
    assert near_names(name, names)[:1] == [meant]


def test_a_name_like_no_other_is_not_guessed() -> None:
    assert near_names("zzz-own-package", {"numpy", "pandas"}) == []


def test_the_data_names_files_that_are_there() -> None:
    expected = {path.name.removesuffix(".expected.json") for path in CORPUS.glob("*.expected.json")}
    assert expected == set(CASES)
    assert {path.stem for path in Path(CORPUS).glob("*.yml")} == DATA | expected
