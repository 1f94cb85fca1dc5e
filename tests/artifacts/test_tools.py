"""Texts for other tools: each is read, checked or run by the tool itself where it is here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from pydantic import ValidationError

from artifacts.conftest import MakeForm, MakeText, subject_in
from artifacts.prefix_forms import run
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.artifacts.forms import FORMS
from jupyterlab_terrarium.artifacts.identity import Identity, identify_text
from jupyterlab_terrarium.artifacts.problem import FormImpossible
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.digest import prefix_name
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import KERNEL, create

TEXTS = ["kernelspec", "profile-list", "dockerfile", "ci", "slurm", "vscode"]


def prefix_of(store: OpenStore, subject: Subject) -> Path:
    """Where the files of *subject* lie."""
    layout = store.services.versions._context.layout
    return layout.prefixes / prefix_name(subject.digest("linux-64"))


@pytest.fixture(scope="module")
def notebook(built: OpenStore) -> Subject:
    """An environment with a kernel."""
    text = f"{KERNEL}variables:\n  GREETING: 'a $HOME \"c\"'\n"
    build = create(built, text)
    assert build.state is BuildState.READY, build.problem
    return subject_in(built, "kernel", text)


def test_jupyter_starts_the_kernel_that_the_kernelspec_names(
    make_text: MakeText, notebook: Subject, built: OpenStore, tmp_path: Path
) -> None:
    prefix = prefix_of(built, notebook)
    directory = tmp_path / "kernels" / "elsewhere"
    directory.mkdir(parents=True)
    text = make_text("kernelspec", of=notebook, prefix=str(prefix))
    (directory / "kernel.json").write_text(text)
    # Terrarium itself does not take it for one of those that it keeps up to date.
    assert "terrarium" not in json.loads(text)["metadata"]
    specs = KernelSpecManager(kernel_dirs=[str(directory.parent)], ensure_native_kernel=False)
    assert specs.get_kernel_spec("elsewhere").display_name == "kernel@1 (anna)"
    manager = KernelManager(kernel_name="elsewhere", kernel_spec_manager=specs)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        said: list[str] = []
        client.execute_interactive(
            "import os, sys; print(sys.prefix, os.environ['GREETING'])",
            timeout=60,
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "".join(said).strip() == f'{prefix} a $HOME "c"'


def test_an_environment_without_a_kernel_has_no_kernelspec(make_text: MakeText) -> None:
    with pytest.raises(FormImpossible, match="no kernel") as caught:
        make_text("kernelspec")
    assert "ipykernel" in caught.value.hint


#: Loads a profile as a hub would when somebody has chosen it; prints what would be started.
SPAWNER = """
import asyncio, json, sys, yaml
from kubespawner import KubeSpawner
async def choose():
    spawner = KubeSpawner(_mock=True)
    spawner.profile_list = yaml.safe_load(sys.stdin)
    profiles = spawner._get_initialized_profile_list(spawner.profile_list)
    spawner._load_profile(profiles[0]["slug"], profiles)
    environment = spawner._expand_env(spawner.environment)
    print(json.dumps([profiles[0]["slug"], spawner.image, environment]))
asyncio.run(choose())
"""
#: Of a cluster that nobody asks anything.
CLUSTER = """
current-context: none
contexts: [{name: none, context: {cluster: none, user: none}}]
clusters: [{name: none, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: none, user: {}}]
"""


def test_kubespawner_takes_the_profile(
    make_text: MakeText, subject: Subject, tmp_path: Path
) -> None:
    (tmp_path / "cluster").write_text(CLUSTER)
    done = subprocess.run(
        [sys.executable, "-c", SPAWNER],
        input=make_text("profile-list", registry="harbor.example:5000/lab"),
        env={**os.environ, "KUBECONFIG": str(tmp_path / "cluster")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    slug, image, environment = json.loads(done.stdout)
    assert slug == "anna-data-1"
    assert image == "harbor.example:5000/lab/anna/data:1"
    assert environment["GREETING"] == subject.lock.variables["GREETING"]
    with pytest.raises(FormImpossible, match="no images"):
        make_text("profile-list", "osx-arm64")


def test_a_title_is_no_html_on_the_page_of_the_hub(make_text: MakeText, subject: Subject) -> None:
    of = replace(subject, title="<script>a & b</script>", description="1 < 2")
    [profile] = yaml.safe_load(make_text("profile-list", of=of))
    assert profile["display_name"] == "&lt;script&gt;a &amp; b&lt;/script&gt;"
    assert profile["description"] == "1 &lt; 2"


def test_a_profile_names_no_place_that_is_none(make_text: MakeText) -> None:
    with pytest.raises(ValidationError, match="registry"):
        make_text("profile-list", registry="https://user:hunter2@registry.example")


@pytest.mark.parametrize(
    ("system", "schema"), [("github", "vendor.github-workflows"), ("gitlab", "vendor.gitlab-ci")]
)
def test_the_job_is_one_by_the_schema_of_its_system(
    make_text: MakeText, subject: Subject, tmp_path: Path, system: str, schema: str
) -> None:
    path = tmp_path / "job.yml"
    path.write_text(make_text("ci", system=system, command="python -c 'print(\"a: b\")'"))
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [program, "--builtin-schema", schema, path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    document = path.read_text()
    assert FORMS["conda-lock"].file_name(subject, "") in document
    # micromamba knows a lockfile of conda-lock by the end of its name.
    assert FORMS["conda-lock"].file_name(subject, "").endswith("-lock.yml")


@pytest.mark.parametrize(
    ("system", "said"),
    [("github", "$HOME ${{ '${{' }} secrets.KEY }}"), ("gitlab", "$$HOME $${{ secrets.KEY }}")],
)
def test_no_system_takes_a_value_for_a_variable_of_its_own(
    make_text: MakeText, subject: Subject, system: str, said: str
) -> None:
    lock = subject.lock.model_copy(update={"variables": {"A": "$HOME ${{ secrets.KEY }}"}})
    job = yaml.safe_load(make_text("ci", of=replace(subject, lock=lock), system=system))
    found = job["jobs"]["run"]["env"] if system == "github" else job["data"]["variables"]
    assert found == {"A": said}


def test_github_runs_it_on_the_platforms_of_the_lock(make_text: MakeText) -> None:
    job = yaml.safe_load(make_text("ci"))["jobs"]["run"]
    assert job["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest"]


def test_the_slurm_script_runs_in_the_environment(
    make_text: MakeText, subject: Subject, built: OpenStore, tmp_path: Path
) -> None:
    prefix = prefix_of(built, subject)
    command = "python -c 'import sys, os, hello; print(sys.prefix, os.environ[\"GREETING\"])'"
    text = make_text("slurm", prefix=str(prefix), command=command)
    done = subprocess.run(
        ["bash", "-s"],
        input=text,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"anna/data/1 sha256:{subject.digest('linux-64')}",
        f"{prefix} {subject.lock.variables['GREETING']}",
    ]


def test_without_a_directory_slurm_loads_the_module(make_text: MakeText) -> None:
    text = make_text("slurm")
    assert "\nmodule load anna/data/1\n" in text
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    # Slurm reads its options up to the first command.
    lines = text.splitlines()
    last = max(number for number, line in enumerate(lines) if line.startswith("#SBATCH"))
    assert all(line.startswith("#") for line in lines[: last + 1])


def test_vscode_finds_the_interpreter(
    make_text: MakeText, subject: Subject, built: OpenStore
) -> None:
    prefix = prefix_of(built, subject)
    settings: dict[str, Any] = json.loads(make_text("vscode", prefix=str(prefix)))
    python = settings["python.defaultInterpreterPath"]
    said = subprocess.run(
        [python, "-c", "import hello; print(hello.VERSION)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "2.1\n"
    terminal = settings["terminal.integrated.env.linux"]
    assert terminal["GREETING"] == subject.lock.variables["GREETING"]
    assert terminal["PATH"] == f"{prefix}/bin:${{env:PATH}}"


def test_buildah_makes_an_image_of_the_dockerfile(
    make_text: MakeText, make_form: MakeForm, subject: Subject, base_image: Path, tmp_path: Path
) -> None:
    places = ["--root", str(tmp_path / "images"), "--runroot", str(tmp_path / "run")]
    buildah = ["buildah", *places, "--storage-driver", "vfs"]
    alone = ["--isolation", "chroot"]
    context, file = tmp_path / "context", tmp_path / "Dockerfile"
    context.mkdir()
    installer = make_form("installer")
    os.link(installer, context / installer.name)
    file.write_text(make_text("dockerfile", base=f"oci:{base_image}:base"))
    run(*buildah, "bud", *alone, "--file", file, "--tag", "data:1", context)
    box = run(*buildah, "from", "data:1").strip()

    def inside(*words: str) -> str:
        return run(*buildah, "run", *alone, box, "--", *words)

    program = "import hello, os, sys; print(sys.prefix, hello.VERSION, ascii(os.environ))"
    prefix, version, variables = inside("python", "-c", program).split(" ", 2)
    assert (prefix, version) == ("/opt/env", "2.1")
    assert "'THREADS': '1'" in variables
    assert ascii(subject.lock.variables["GREETING"]) in variables
    assert inside("ls", "/tmp") == ""
    described = json.loads(run(*buildah, "inspect", "--type", "image", "data:1"))
    digest = subject.digest("linux-64")
    label = described["OCIv1"]["config"]["Labels"]["terrarium"]
    assert label == f"dockerfile anna/data@1 linux-64 sha256:{digest}"


def test_what_no_dockerfile_can_write_is_told(make_text: MakeText, notebook: Subject) -> None:
    variables = {"LINES": "one\ntwo"}
    lock = notebook.lock.model_copy(update={"variables": variables})
    with pytest.raises(FormImpossible, match="LINES"):
        make_text("dockerfile", of=Subject("a", "b", 1, lock, notebook.specification, ""))
    assert r'ENV GREETING="a \$HOME \"c\""' in make_text("dockerfile", of=notebook)


@pytest.mark.parametrize("form", TEXTS)
def test_each_says_which_version_it_is_for(
    make_text: MakeText, notebook: Subject, form: str
) -> None:
    platform = "linux-64" if FORMS[form].per_platform else None
    digest = notebook.digest("linux-64") if platform else notebook.lock_digest
    assert identify_text(make_text(form, of=notebook)) == Identity(
        form, "anna", "kernel", 1, platform, digest
    )


@pytest.mark.parametrize("form", ["kernelspec", "vscode", "slurm"])
@pytest.mark.parametrize("prefix", ["relative/env", "/opt/$(id)", "/opt/e nv\n", '/opt/"'])
def test_a_directory_that_a_shell_would_read_otherwise_is_refused(
    make_text: MakeText, form: str, prefix: str
) -> None:
    with pytest.raises(ValidationError, match="prefix"):
        make_text(form, prefix=prefix)
