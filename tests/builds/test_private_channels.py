"""A channel that wants a login belongs to the namespaces that policy names, and so do its files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from engine.engine_help import Web, serve_files, web_server
from jupyterlab_terrarium.conda.credentials import AUTH_VARIABLE, login
from jupyterlab_terrarium.conda.private_files import PrivateFiles, channel_of
from jupyterlab_terrarium.models.build import Build, BuildState
from jupyterlab_terrarium.models.environment import (
    EnvironmentCopy,
    EnvironmentCreate,
    EnvironmentUpdate,
)
from jupyterlab_terrarium.models.namespace import NamespaceCreate
from jupyterlab_terrarium.models.plan import PlanRequest
from jupyterlab_terrarium.models.policy import Policy
from jupyterlab_terrarium.models.problem import ChannelForbidden, NotFound
from jupyterlab_terrarium.models.share import ShareCreate
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import ANNA, create, ended


@dataclass
class Private:
    """A store, and a channel behind a login that only the namespace `geo` may use."""

    store: OpenStore
    web: Web
    directory: Path

    @property
    def text(self) -> str:
        return f"channels: ['{self.web.url}']\ndependencies: [terrarium-data]\n"

    @property
    def lockfile(self) -> str:
        return self.store.services.versions.lockfile(ANNA, "geo", "data", "1")

    def build_lock(self, lockfile: str, name: str) -> Build:
        request = EnvironmentCreate(name=name, lockfile=lockfile)
        made = self.store.services.environments.create(ANNA, request)
        assert made.build is not None
        return ended(self.store, made.build.id)


@contextmanager
def opened(options: StoreOptions) -> Iterator[OpenStore]:
    store = OpenStore(options)
    try:
        yield store
    finally:
        store.close()


@pytest.fixture
def private(tmp_path: Path, channel_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Private]:
    monkeypatch.setenv(AUTH_VARIABLE, str(tmp_path / "auth" / "credentials.json"))
    directory = Path(unquote(urlsplit(channel_url).path))
    with web_server(serve_files(directory, "Bearer tk-123")) as web:
        login(web.url, token="tk-123")
        policy = Policy(private_channels={web.url: ("geo",)})
        options = StoreOptions(
            root=tmp_path / "store", default_channels=[channel_url], policy=policy
        )
        with opened(options) as store:
            store.services.namespaces.create(ANNA, NamespaceCreate(name="geo"))
            found = Private(store, web, directory)
            built = create(store, found.text, namespace="geo", name="data")
            assert built.state is BuildState.READY, built.problem
            yield found


def test_a_namespace_without_access_gets_neither_plan_nor_build_nor_copy(private: Private) -> None:
    services, lockfile = private.store.services, private.lockfile
    asked = len(private.web.asked)

    def refused(*requests: object) -> None:
        for request in requests:
            with pytest.raises(ChannelForbidden) as error:
                assert callable(request)
                request()
            assert "namespace 'anna' may not use" in error.value.message
            assert "administrator" in error.value.hint

    refused(
        lambda: services.plans.make(ANNA, PlanRequest(specification=private.text)),
        lambda: private.build_lock(lockfile, "from-lock"),
        lambda: create(private.store, private.text, name="from-text"),
        lambda: services.copies.make(ANNA, "geo", "data", EnvironmentCopy(name="copy")),
        lambda: services.copies.make(
            ANNA, "geo", "data", EnvironmentCopy(name="copy", history=True)
        ),
        lambda: services.environments.update(
            ANNA, "geo", "data", EnvironmentUpdate(namespace="anna")
        ),
    )
    assert len(private.web.asked) == asked
    assert services.environments.page(ANNA, namespace="anna").total == 0


def test_a_channel_that_stands_in_a_requirement_only_gives_no_plan_either(
    private: Private,
) -> None:
    text = f"dependencies: ['{private.web.url}::terrarium-data']"
    plan = private.store.services.plans.make(ANNA, PlanRequest(specification=text))
    assert plan.problem is not None
    assert plan.problem.code == "channel-forbidden"
    assert plan.platforms == []


def test_a_lock_with_another_address_reuses_nothing_and_gets_no_login(private: Private) -> None:
    with web_server(serve_files(private.directory, "Bearer tk-123")) as elsewhere:
        lockfile = private.lockfile.replace(private.web.url, elsewhere.url)
        asked = len(private.web.asked)
        build = private.build_lock(lockfile, "copied")
        assert build.state is BuildState.FAILED
        assert build.problem is not None
        assert build.problem.code == "channel-forbidden"
        assert "may not use" in build.problem.detail
        assert "Make a new version" in build.problem.hint
        assert {token for _, token in elsewhere.asked} == {None}
    assert len(private.web.asked) == asked


def test_what_is_handed_out_without_a_login_is_everybodys(private: Private) -> None:
    notes = PrivateFiles(private.store.layout.private)
    assert len(notes.noted()) == 1
    with web_server(serve_files(private.directory)) as public:
        lockfile = private.lockfile.replace(private.web.url, public.url)
        build = private.build_lock(lockfile, "public")
    assert build.state is BuildState.READY, build.problem
    assert notes.noted() == set()
    assert private.build_lock(lockfile, "again").state is BuildState.READY


def test_a_file_of_a_version_is_handed_out_where_its_namespace_may_use_it(
    private: Private,
) -> None:
    files = private.store.services.package_files
    [sha256] = PrivateFiles(private.store.layout.private).noted()
    assert files.find(ANNA, "geo", "data", "1", sha256).is_file()
    policy = private.store.context.policy.model_copy(
        update={"private_channels": {private.web.url: ()}}
    )
    object.__setattr__(private.store.context, "policy", policy)
    with pytest.raises(ChannelForbidden):
        files.find(ANNA, "geo", "data", "1", sha256)


def test_what_was_fetched_before_a_channel_became_private_is_private_too(
    tmp_path: Path, channel_url: str
) -> None:
    with web_server(serve_files(Path(unquote(urlsplit(channel_url).path)))) as web:
        options = StoreOptions(root=tmp_path / "store", default_channels=[web.url])
        with opened(options) as store:
            create(store, "dependencies: [terrarium-data]", name="data")
        policy = Policy(private_channels={web.url: ("geo",)})
        with opened(replace(options, policy=policy)) as store:
            assert len(PrivateFiles(store.layout.private).noted()) == 1
            build = store.services.versions.rebuild(ANNA, "anna", "data", "1")
            assert ended(store, build).problem is not None


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("https://host.example/private/noarch/x.conda", True),
        ("https://HOST.example:443/private/noarch/x.conda", True),
        ("https://host.example./private/noarch/x.conda", True),
        ("https://host.example//public/../%70rivate/noarch/x.conda", True),
        ("http://host.example/private/noarch/x.conda", True),
        ("https://host.example/private-no/noarch/x.conda", False),
        ("https://host.example/public/noarch/x.conda", False),
        ("https://host.example:8443/private/noarch/x.conda", False),
    ],
)
def test_a_channel_is_recognised_however_its_address_is_spelt(url: str, inside: bool) -> None:
    assert (channel_of(url, ["https://host.example/private"]) is not None) is inside


def test_a_link_gives_no_files_of_a_channel_that_was_closed_since(private: Private) -> None:
    services = private.store.services
    made = services.shares.create(ANNA, "geo", "data", ShareCreate(forms=["spdx"]))
    assert services.shared_forms.file(None, made.token, "spdx", None).content
    policy = Policy(private_channels={private.web.url: ()})
    closed = OpenStore(StoreOptions(root=private.store.layout.root, policy=policy), builds=False)
    try:
        forms = closed.services.shared_forms
        assert forms.card(None, made.token).forms == []
        with pytest.raises(NotFound, match="no files any more"):
            forms.file(None, made.token, "spdx", None)
    finally:
        closed.close()
