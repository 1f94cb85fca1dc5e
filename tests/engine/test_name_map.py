from __future__ import annotations

import pytest

from jupyterlab_terrarium.conda.name_map import distributions, pypi_name
from jupyterlab_terrarium.models.lock import CondaPackage


@pytest.mark.parametrize(
    ("conda", "pypi"),
    [
        ("pytorch", "torch"),
        ("matplotlib-base", "matplotlib"),
        ("msgpack-python", "msgpack"),
        ("pytables", "tables"),
        ("py-opencv", "opencv-python"),
        ("typing_extensions", "typing-extensions"),
        ("ruamel.yaml", "ruamel-yaml"),
        ("numpy", "numpy"),
        ("python_abi", ""),
        ("python", ""),
    ],
)
def test_conda_names_lead_to_distributions(conda: str, pypi: str) -> None:
    assert pypi_name(conda) == pypi


def _package(name: str, *depends: str, noarch: str = "") -> CondaPackage:
    return CondaPackage(
        name=name,
        version="1",
        build="0",
        subdir="noarch" if noarch else "linux-64",
        url=f"file:///c/linux-64/{name}-1-0.conda",
        channel="file:///c",
        sha256="0" * 64,
        depends=list(depends),
        noarch=noarch,
    )


def test_a_c_library_is_no_distribution_of_its_name() -> None:
    found = distributions(
        [
            _package("zlib", "__glibc >=2.17"),
            _package("lz4", "python >=3.11,<3.12.0a0"),
            _package("six", noarch="python"),
            _package("tzdata", noarch="generic"),
        ]
    )
    assert found.keys() == {"lz4", "six"}


def test_the_package_of_the_distributions_own_name_speaks_for_it() -> None:
    core, meta = _package("dask-core", "python"), _package("dask", "python")
    assert distributions([core, meta]) == distributions([meta, core]) == {"dask": meta}
