"""What leaves the worker holds no secret and is no longer than anybody reads."""

from __future__ import annotations

from pathlib import Path

from jupyterlab_terrarium.builds.worker_report import MAX_WARNING, MAX_WARNINGS, Report
from jupyterlab_terrarium.conda.download import _explain
from jupyterlab_terrarium.models.build import ResultEvent
from jupyterlab_terrarium.models.build_problem import BuildFailed
from jupyterlab_terrarium.models.problem import Finding

URLS = "https://host/t/SECRET-1234/chan and https://me:SECRET@host/x and https://h/x?token=SECRET"


def written(tmp_path: Path, result: ResultEvent) -> tuple[str, ResultEvent]:
    log = tmp_path / "log.jsonl"
    assert Report(log, stdout=None).result(result)
    text = log.read_text()
    return text, ResultEvent.model_validate_json(text)


def test_no_text_of_a_result_holds_a_credential(tmp_path: Path) -> None:
    error = BuildFailed(URLS, hint=URLS, raw=URLS, errors=[Finding(message=URLS, hint=URLS)])
    text, found = written(tmp_path, ResultEvent(ok=False, problem=error.problem(), warnings=[URLS]))
    assert "SECRET" not in text
    assert found.problem is not None
    assert "***" in found.problem.raw


def test_what_the_client_says_is_masked_at_once() -> None:
    for status in ("", "(403 Forbidden)", "(404 Not Found)", "(500 Internal Server Error)"):
        problem = _explain("https://host/chan/noarch/p-1-0.conda", OSError(f"{status} {URLS}"))
        assert "SECRET" not in problem.raw
        assert "SECRET" not in problem.message + problem.hint


def test_warnings_are_few_and_short(tmp_path: Path) -> None:
    warnings = [f"{number} " + "x" * 10_000 for number in range(MAX_WARNINGS + 7)]
    text, found = written(tmp_path, ResultEvent(ok=True, warnings=warnings))
    assert len(text) < 2 * MAX_WARNINGS * MAX_WARNING
    assert len(found.warnings) == MAX_WARNINGS + 1
    assert found.warnings[-1] == "and 7 more"
    assert max(map(len, found.warnings)) == MAX_WARNING
