"""Running the checks of a specification in a complete prefix, through the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..conda.runner import Runner, find_python
from ..models.build import CheckResult
from ..models.lock import PlatformLock
from ..models.specification import Check

#: Seconds that one check may take.
TIMEOUT = 300.0
MAX_OUTPUT = 2000
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
) -> list[CheckResult]:
    """The results in the order of *checks*. A check that fails stops no other one."""
    environment = {
        **variables,
        "CONDA_PREFIX": prefix,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    results = []
    for check in checks:
        argv = _command(check, part, prefix)
        if argv is None:
            results.append(_result(check, False, 0.0, "The environment has no Python."))
            continue
        log(f"check: {check.kind} {check.text}")
        done = run(argv, timeout=TIMEOUT, env_extra=environment, on_line=log)
        output = done.output[-MAX_OUTPUT:]
        if done.timed_out:
            output = f"{output}\nended after {TIMEOUT:.0f} s".strip()
        ok = done.returncode == 0 and not done.timed_out
        results.append(_result(check, ok, done.seconds, output))
    return results


def warnings(results: Sequence[CheckResult]) -> list[str]:
    """A sentence for every check that failed."""
    return [
        f"The check `{result.text}` failed: {_last_line(result.output)}"
        for result in results
        if not result.ok
    ]


def _command(check: Check, part: PlatformLock, prefix: str) -> list[str] | None:
    if check.kind == "command":
        return ["/bin/sh", "-c", _ACTIVATE + check.text]
    python = find_python(part)
    # The name was checked to be one when the specification was read.
    return (
        None
        if python is None
        else [
            f"{prefix}/{python.executable}",
            "-c",
            f"import {check.text}",
        ]
    )


def _result(check: Check, ok: bool, seconds: float, output: str) -> CheckResult:
    return CheckResult(
        kind=check.kind, text=check.text, ok=ok, seconds=round(seconds, 3), output=output
    )


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it said nothing."
