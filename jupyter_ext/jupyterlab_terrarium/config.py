"""Settings, as traitlets: in ``jupyter_server_config.py`` or on the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets import Bool, CaselessStrEnum, Dict, Float, Integer, List, Set, Unicode, default
from traitlets.config import Configurable

if TYPE_CHECKING:
    from .services.options import StoreOptions


class TerrariumSettings(Configurable):
    """The settings of a store; the server extension and the shell command share them."""

    root = Unicode(help="Directory of the store. Default: the user's data directory.").tag(
        config=True
    )
    store_url = Unicode(
        help="URL of the team store that this server is connected to: http(s), or "
        "unix:///path/of/socket. Empty: the store is this server's own."
    ).tag(config=True)
    default_channels = List(
        Unicode(),
        help="Channels for specifications that name none, in order of priority.",
    ).tag(config=True)
    mirrors = Dict(
        value_trait=List(Unicode()),
        key_trait=Unicode(),
        help="Where to fetch from instead: URL of a channel to a list of mirror URLs.",
    ).tag(config=True)
    pool_size = Integer(2, min=1, max=64, help="How many builds run at the same time.").tag(
        config=True
    )
    build_seconds = Float(3600.0, min=1.0, help="Seconds after which a build is ended.").tag(
        config=True
    )
    build_memory = Integer(0, min=0, help="Bytes of memory that a build may use; 0: no limit.").tag(
        config=True
    )
    build_disk = Integer(
        0, min=0, help="Bytes that the files of one environment may have; 0: no limit."
    ).tag(config=True)
    solver_memory = Integer(
        4 * 1024**3, min=256 * 1024**2, help="Bytes of memory that the solver process may use."
    ).tag(config=True)
    solver_seconds = Float(300.0, min=1.0, help="Seconds after which a solve is ended.").tag(
        config=True
    )
    link_scripts = CaselessStrEnum(
        ("ask", "never", "listed", "all"),
        default_value="ask",
        help="Which post-link scripts of packages run: those that the maker of a version agreed "
        "to (ask), none (never), those of `link_script_packages` (listed), or all.",
    ).tag(config=True)
    link_script_packages = Set(
        Unicode(), help="Packages whose post-link scripts run when `link_scripts` is `listed`."
    ).tag(config=True)
    private_channels = Dict(
        value_trait=List(Unicode()),
        key_trait=Unicode(),
        help="Channels and indexes that want a login: URL to the list of namespaces that may use "
        "them (`*`: all). Package files from there are for these namespaces only.",
    ).tag(config=True)
    sdists = CaselessStrEnum(
        ("never", "allow"),
        default_value="never",
        help="Whether packages of a `pip:` section that have no wheel are built from their source "
        "archive while solving (allow: in the sandbox, without network; only pure Python).",
    ).tag(config=True)

    administrators = Set(
        Unicode(), help="Users who are owners of every shared namespace of the store."
    ).tag(config=True)
    create_namespaces = CaselessStrEnum(
        ("everyone", "administrators"),
        default_value="everyone",
        help="Who may make shared namespaces.",
    ).tag(config=True)
    group_namespaces = Set(
        Unicode(),
        help="Groups (of the hub or the system) that get a shared namespace by themselves; "
        "`*`: all of them.",
    ).tag(config=True)
    group_role = CaselessStrEnum(
        ("viewer", "editor", "owner"),
        default_value="editor",
        help="The role of a group in the namespace that was derived from it.",
    ).tag(config=True)

    running_per_user = Integer(
        0, min=0, help="How many builds of one user run at the same time; 0: no limit."
    ).tag(config=True)
    queued_per_user = Integer(
        100, min=0, help="How many builds of one user may wait; 0: no limit."
    ).tag(config=True)
    queued = Integer(1000, min=0, help="How many builds may wait; 0: no limit.").tag(config=True)

    keep_last = Integer(
        5, min=1, help="Clean-up keeps the files of the newest versions of an environment."
    ).tag(config=True)
    keep_days = Float(
        30.0, min=0.0, help="Clean-up keeps the files of versions younger than this many days."
    ).tag(config=True)
    keep_used_days = Float(
        90.0, min=0.0, help="Clean-up keeps the files of versions used within this many days."
    ).tag(config=True)
    keep_deleted_days = Float(
        30.0, min=0.0, help="Days within which a deleted environment can be restored."
    ).tag(config=True)
    keep_cached_days = Float(
        7.0, min=0.0, help="Days after which cached package files that nothing needs may go."
    ).tag(config=True)
    keep_history_days = Float(
        30.0, min=0.0, help="Days after which events and plans may be forgotten."
    ).tag(config=True)
    keep_package_files = Bool(
        True,
        help="Keep the package files of all versions that stay, so that they can be built again "
        "when their channel has them no more. Takes about a third of what environments take.",
    ).tag(config=True)
    disk_reserve = Integer(
        1000**3, min=0, help="Bytes that builds leave free on the store's disk."
    ).tag(config=True)
    fetch_ahead_bytes = Integer(
        2 * 1000**3,
        min=0,
        help="Bytes of package files that may be fetched for plans while somebody looks at them; "
        "0: none.",
    ).tag(config=True)
    keep_artifacts_days = Float(
        14.0, help="Days that archives, images and the like stay after somebody last took them."
    ).tag(config=True)
    fetched_ahead_hours = Float(
        1.0, min=0.0, help="Hours after which files fetched for a plan go when no build used them."
    ).tag(config=True)
    public_url = Unicode(
        help="Address at which people reach this store when it is served (`https://host/base`): "
        "links for everybody then have a plain page there."
    ).tag(config=True)
    shared_link_origins = List(
        Unicode(),
        default_value=["https://*"],
        help="Origins (`https://host:port`) that links of other stores may be fetched from; "
        "`https://*`: every one with TLS; empty: none. Never a private address.",
    ).tag(config=True)
    environment_modules = Bool(
        False,
        help="Keep environment modules of all ready versions in `modules` of the store. "
        "Clean-up leaves the files that they lead to.",
    ).tag(config=True)
    register_with_conda = Bool(
        False,
        help="List environments in conda's own list (`~/.conda/environments.txt`), so that "
        "`conda env list`, `conda activate PATH` and editors find them.",
    ).tag(config=True)
    image_bases = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Base images that container images may have, by name: the path of an OCI layout, or "
        "a reference such as `docker://registry/name:tag`.",
    ).tag(config=True)
    default_kernel = Bool(
        True,
        help="New notebooks get the kernel of the first recommended environment, unless the "
        "server is configured to have another default kernel.",
    ).tag(config=True)
    support_contacts = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        help="Who helps when a build fails: namespace to mail address or URL; `*` for all others.",
    ).tag(config=True)

    @default("root")
    def _default_root(self) -> str:
        from .store.paths import default_root

        return str(default_root())

    @default("default_channels")
    def _default_default_channels(self) -> list[str]:
        given = os.environ.get("JUPYTERLAB_TERRARIUM_CHANNELS", "")
        return [part for part in given.split(",") if part] or ["conda-forge"]

    def options(self) -> StoreOptions:
        """These settings as the services take them."""
        # Not before: no server needs models for its first answer.
        from .builds.job import Limits
        from .models.policy import Policy, Retention
        from .services.options import StoreOptions
        from .store.paths import mirror_root

        root = Path(self.root).expanduser().absolute()
        return StoreOptions(
            root=mirror_root(root, self.store_url) if self.store_url else root,
            default_channels=list(self.default_channels),
            mirrors={url: list(mirrors) for url, mirrors in self.mirrors.items()},
            pool_size=self.pool_size,
            limits=Limits(
                max_seconds=self.build_seconds,
                memory_bytes=self.build_memory,
                max_bytes=self.build_disk,
            ),
            solver_memory=self.solver_memory,
            solver_seconds=self.solver_seconds,
            policy=Policy(
                link_scripts=self.link_scripts,
                listed=frozenset(self.link_script_packages),
                disk_reserve=self.disk_reserve,
                fetch_ahead_bytes=self.fetch_ahead_bytes,
                retention=Retention(
                    keep_last=self.keep_last,
                    keep_days=self.keep_days,
                    used_days=self.keep_used_days,
                    deleted_days=self.keep_deleted_days,
                    cache_days=self.keep_cached_days,
                    history_days=self.keep_history_days,
                    artifact_days=self.keep_artifacts_days,
                    ahead_hours=self.fetched_ahead_hours,
                    package_files=self.keep_package_files,
                    modules=self.environment_modules,
                ),
                administrators=frozenset(self.administrators),
                create_namespaces=self.create_namespaces,
                group_namespaces=frozenset(self.group_namespaces),
                group_role=self.group_role,
                running_per_user=self.running_per_user,
                queued_per_user=self.queued_per_user,
                queued=self.queued,
                sdists=self.sdists,
                private_channels={
                    url: tuple(names) for url, names in self.private_channels.items()
                },
                shared_link_origins=tuple(self.shared_link_origins),
                image_bases=dict(self.image_bases),
            ),
            support_contacts=dict(self.support_contacts),
            public_url=self.public_url,
            modules=self.environment_modules,
            conda_list=self.register_with_conda,
        )
