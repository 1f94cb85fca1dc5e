"""Running the checks of a specification in a complete prefix, through the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..conda.runner import Runner, find_python
from ..conda.specification.notebooks import code_cells, title
from ..models.build import CheckResult
from ..models.lock import PlatformLock
from ..models.specification import Check

#: Seconds that one check may take.
TIMEOUT = 300.0
MAX_OUTPUT = 2000
_NOTEBOOK = Path(__file__).with_name("notebook_child.py")
_WORDS = {"import": "", "command": "", "notebook": "of the notebook "}
_ACTIVATE = (
    'for script in "$CONDA_PREFIX"/etc/conda/activate.d/*.sh; do '
    '[ -r "$script" ] && . "$script"; done; unset script; '
)


def run_checks(
    checks: Sequence[Check],
    part: PlatformLock,
    prefix: str,
    variables: Mapping[str, str],
    run: Runner,
    log: Callable[[str], None],
    own: Path,
) -> list[CheckResult]:
    """The results in the order of *checks*. A check that fails stops no other one.

    *own* is a directory of the worker, for what a check must read.
    """
    environment = {
        **variables,
        "CONDA_PREFIX": prefix,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    results = []
    for number, check in enumerate(checks):
        cells = own / f"check-{number}.json"
        argv = _command(check, part, prefix, cells)
        if argv is None:
            results.append(_result(check, False, 0.0, "The environment has no Python."))
            continue
        log(f"check: {check.kind} {_text(check)}")
        read = [cells, _NOTEBOOK] if check.kind == "notebook" else []
        done = run(argv, read=read, timeout=TIMEOUT, env_extra=environment, on_line=log)
        output = done.output[-MAX_OUTPUT:]
        if done.timed_out:
            output = f"{output}\nended after {TIMEOUT:.0f} s".strip()
        ok = done.returncode == 0 and not done.timed_out
        results.append(_result(check, ok, done.seconds, output))
    return results


def warnings(results: Sequence[CheckResult]) -> list[str]:
    """A sentence for every check that failed."""
    return [
        f"The check {words(result)} failed: {last_line(result.output)}"
        for result in results
        if not result.ok
    ]


def words(result: CheckResult) -> str:
    """A check as people see it in a sentence."""
    return f"{_WORDS[result.kind]}`{result.text}`"


def last_line(output: str) -> str:
    """The line in which programs say why they ended, at most 200 characters."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it said nothing."


def _command(check: Check, part: PlatformLock, prefix: str, cells: Path) -> list[str] | None:
    if check.kind == "command":
        return ["/bin/sh", "-c", _ACTIVATE + check.text]
    found = find_python(part)
    if found is None:
        return None
    python = f"{prefix}/{found.executable}"
    if check.kind == "notebook":
        # Too long for a command line.
        cells.write_text(json.dumps(code_cells(check.text)), encoding="utf-8")
        command = 'exec "$@"'
        return [
            "/bin/sh",
            "-c",
            _ACTIVATE + command,
            "sh",
            python,
            "-I",
            *map(str, (_NOTEBOOK, cells, prefix)),
        ]
    # The name was checked to be one when the specification was read.
    return [python, "-c", f"import {check.text}"]


def _text(check: Check) -> str:
    return title(check.text) if check.kind == "notebook" else check.text


def _result(check: Check, ok: bool, seconds: float, output: str) -> CheckResult:
    return CheckResult(
        kind=check.kind, text=_text(check), ok=ok, seconds=round(seconds, 3), output=output
    )
