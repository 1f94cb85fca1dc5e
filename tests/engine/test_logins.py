from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from engine_help import Solver, record, serve_files, versions, web_server, write_channel

from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.credentials import (
    Login,
    login,
    logins,
    logout,
    netrc_lines,
    use_auth_file,
)
from jupyterlab_terrarium.conda.gateways import GatewayPool
from jupyterlab_terrarium.models.build_problem import CredentialsMissing
from jupyterlab_terrarium.models.problem import InvalidRequest, NotFound


def test_a_login_is_kept_for_its_owner_alone_and_never_shown(auth_file: Path) -> None:
    shown = login("https://host.example:8443/chan", token="tk-123")
    assert stat.S_IMODE(auth_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(auth_file.parent.stat().st_mode) == 0o700
    assert shown == Login("host.example", "token")
    assert "tk-123" not in repr(logins())
    assert json.loads(auth_file.read_text()) == {"host.example": {"BearerToken": "tk-123"}}


def test_anaconda_tokens_go_into_the_path_as_conda_does_it(auth_file: Path) -> None:
    assert login("https://conda.anaconda.org/private", token="tk").kind == "conda-token"
    assert login("host.example", token="tk", conda_token=True).kind == "conda-token"


def test_a_second_login_replaces_the_first_and_logout_forgets_it(auth_file: Path) -> None:
    login("https://a.example", token="one")
    login("https://b.example", username="me", password="pw")
    login("https://a.example", username="me", password="two")
    assert [(one.host, one.kind) for one in logins()] == [
        ("a.example", "password"),
        ("b.example", "password"),
    ]
    logout("https://a.example/chan")
    assert [one.host for one in logins()] == ["b.example"]
    with pytest.raises(NotFound):
        logout("https://a.example")
    assert not list(auth_file.parent.glob(".*"))


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("https://u:p@host.example", {"token": "x"}),
        ("https://host.example", {}),
        ("https://host.example", {"username": "me"}),
        ("https://host.example", {"token": "two words"}),
        ("", {"token": "x"}),
    ],
)
def test_a_login_that_cannot_work_is_refused(url: str, more: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest):
        login(url, token=more.get("token"), username=more.get("username"))
    assert logins() == []


def test_a_damaged_file_is_reported_and_left_alone(auth_file: Path) -> None:
    auth_file.parent.mkdir()
    auth_file.write_text("{broken")
    with pytest.raises(InvalidRequest, match="not a file of credentials"):
        login("https://host.example", token="x")
    assert auth_file.read_text() == "{broken"


def test_uv_gets_only_the_credentials_of_the_hosts_it_asks() -> None:
    login("https://a.example", token="tk")
    login("https://b.example", username="me", password="pw")
    assert netrc_lines({"b.example"}) == "machine b.example login me password pw\n"
    assert netrc_lines({"a.example"}) == "machine a.example login __token__ password tk\n"


def test_processes_started_from_here_read_the_same_file(auth_file: Path) -> None:
    environment: dict[str, str] = {}
    use_auth_file(environment)
    assert environment == {"RATTLER_AUTH_FILE": str(auth_file)}


def test_a_private_channel_wants_a_login_and_opens_after_it(tmp_path: Path) -> None:
    write_channel(tmp_path / "web/chan", [record("a")])
    with web_server(serve_files(tmp_path / "web", "Bearer tk-123")) as web:
        solver = Solver(tmp_path / "cache", ChannelConfig([web.url + "/chan"]))
        with pytest.raises(CredentialsMissing) as caught:
            solver.solve("dependencies: [a]")
        assert f"channel login {web.url}/chan" in caught.value.hint
        login(web.url, token="tk-123")
        part = solver.solve("dependencies: [a]")
    assert versions(part) == {"a": "1.0"}
    assert "tk-123" not in part.model_dump_json()


def test_a_login_while_the_solver_runs_brings_a_new_gateway(tmp_path: Path) -> None:
    pool = GatewayPool(tmp_path / "cache")
    config = ChannelConfig()
    before = pool.get(config, [])
    assert pool.get(config, []) is before
    login("https://host.example", token="tk")
    assert pool.get(config, []) is not before
