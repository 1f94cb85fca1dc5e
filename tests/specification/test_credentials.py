"""No credential is read, stored or shown: not in a message, a hint, a path or a traceback."""

from __future__ import annotations

import traceback

import pytest

from jupyterlab_terrarium.conda.specification import (
    find_credentials,
    read_specification,
    scrub_url,
)
from jupyterlab_terrarium.models.problem import InvalidSpecification, SecretInUrl

SECRET = "hunter2secret"

URLS = [
    f"https://user:{SECRET}@host/chan",
    f"https://{SECRET}@host/chan",
    f"https://{SECRET}:@host/chan",
    f"HTTPS://user:{SECRET}@host/chan",
    f"https:/user:{SECRET}@host/chan",
    f"https:\\\\user:{SECRET}@host\\chan",
    f"https://user:{SECRET}%40x@host/chan",
    f"https://user:{SECRET}@x@host/chan",
    f"https://user:{SECRET}/slash@host/chan",
    f"https://host/t/{SECRET}/chan",
    f"https://host/t/{SECRET}",
    f"https://host/conda/t/{SECRET}/chan/linux-64",
    f"https://host/%74/{SECRET}/chan",
    f"https://host/chan?token={SECRET}",
    f"https://host/chan?a=b&access_token={SECRET}",
    f"https://host/chan?X-Amz-Signature={SECRET}&x=y",
    f"https://host/chan?sig={SECRET}",
    f"https://host/chan#auth_token={SECRET}",
    f"git+https://{SECRET}@host/a/b",
    f"//user:{SECRET}@host/chan",
    f"s3://{SECRET}@bucket/chan",
]
CLEAN = [
    "https://conda.anaconda.org/conda-forge",
    "https://host:8080/chan",
    "http://[::1]:8080/chan",
    "https://host/t.e/chan",
    "https://host/chan#sha256=0123",
    "https://host/chan?version=3&page=token",
    "git+ssh://git@github.com/a/b",
    "postgresql://user@host/database",
    "file:///srv/channel",
    "https://host/a@b/c",
    "https://data.pyg.org/whl/torch-2.4.0+cu124.html",
    "conda-forge",
    "https://host/t/name-1.0-py3-none-any.whl",
]


@pytest.mark.parametrize("url", URLS)
def test_a_credential_is_found_and_masked(url: str) -> None:
    reason = find_credentials(url)
    assert reason
    assert SECRET not in reason
    masked = scrub_url(url)
    assert SECRET not in masked
    assert "***" in masked


def test_the_rest_of_a_masked_url_stays_readable() -> None:
    assert scrub_url(f"https://user:{SECRET}@host/chan") == "https://***@host/chan"
    assert scrub_url(f"https://host/t/{SECRET}/chan") == "https://host/t/***/chan"
    assert scrub_url(f"https://host/c?a=b&token={SECRET}#x") == "https://host/c?a=b&token=***#x"


@pytest.mark.parametrize("url", CLEAN)
def test_other_urls_are_left_alone(url: str) -> None:
    assert find_credentials(url) is None
    assert scrub_url(url) == url


PLACES = {
    "channel": "channels:\n  - {url}\ndependencies:\n  - numpy\n",
    "channel in brackets": "channels: ['{url}']\ndependencies: [numpy]\n",
    "package with channel": "dependencies:\n  - {url}::numpy=1.2\n",
    "package file": "dependencies:\n  - {url}/linux-64/a-1-0.conda\n",
    "key of brackets": "dependencies:\n  - numpy[channel='{url}']\n",
    "wheel": "dependencies:\n  - pip:\n      - a @ {url}/a-1-py3-none-any.whl\n",
    "index": "dependencies:\n  - pip:\n      - --extra-index-url={url}\n",
    "index, short": "dependencies:\n  - pip:\n      - -i {url}\n",
    "variable": "variables:\n  URL: {url}\ndependencies:\n  - numpy\n",
    "unknown key": "homepage: [{{a: '{url}'}}]\ndependencies:\n  - numpy\n",
    "key": "variables:\n  ? '{url}'\n  : a\ndependencies:\n  - numpy\n",
    "comment": "# see {url}\ndependencies:\n  - numpy\n",
    "comment behind": "dependencies:\n  - numpy  # from {url}, they say\n",
    "text that is not YAML": "dependencies: [\n  - {url}\n",
    "text with another error": "name: a/b\nchannels: [{{}}, '{url}', '{url}']\ndependencies: []\n",
    "repeated key": "name: a\nname: {url}\ndependencies:\n  - numpy\n",
    "second document": "dependencies: [a]\n---\nb: {url}\n",
    "block of text": "description: |\n  from {url}\n  with love\ndependencies:\n  - numpy\n",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("url", URLS[:3] + URLS[8:10] + URLS[13:14])
def test_the_secret_is_refused_and_never_shown(place: str, url: str) -> None:
    with pytest.raises(SecretInUrl) as caught:
        read_specification(PLACES[place].format(url=url))
    error = caught.value
    shown = [
        str(error),
        repr(error),
        error.hint,
        repr(error.errors),
        error.problem().model_dump_json(),
        "".join(traceback.format_exception(error)),
    ]
    assert not [text for text in shown if SECRET in text]
    assert error.code == "secret-in-url"
    assert any("credential" in finding.message for finding in error.errors)
    login = "jupyter terrarium channel login"
    assert login in error.hint or "where the notebook runs" in error.hint


def test_the_login_command_names_the_channel_without_the_credential() -> None:
    with pytest.raises(SecretInUrl) as caught:
        read_specification(f"dependencies:\n  - https://u:{SECRET}@host/t/x/chan::numpy\n")
    assert "`jupyter terrarium channel login https://host/chan`" in caught.value.hint
    assert caught.value.errors[0].path == "dependencies/0"
    place = caught.value.errors[0].place
    assert place is not None
    assert (place.line, place.column) == (2, 5)


def test_a_json_escape_does_not_hide_a_credential() -> None:
    with pytest.raises(SecretInUrl):
        read_specification(
            f'channels: ["https:\\/\\/u:{SECRET}\\u0040host/c"]\ndependencies: [a]\n'
        )


def test_a_channel_without_a_scheme_does_not_hide_a_credential() -> None:
    with pytest.raises(SecretInUrl) as caught:
        read_specification(f"channels: ['u:{SECRET}@host/c']\ndependencies: [a]\n")
    assert SECRET not in caught.value.problem().model_dump_json()


def test_links_to_a_forum_and_image_names_are_no_credentials() -> None:
    read_specification(
        "# https://discourse.jupyter.org/t/how-to-install-cuda-12/1234\n"
        "dependencies: [numpy]\n"
        "variables: {IMAGE: 'python:3.12@sha256:00'}\n"
    )


def test_messages_about_other_lines_do_not_show_it_either() -> None:
    url = f"https://u:{SECRET}@host/c"
    with pytest.raises(InvalidSpecification) as caught:
        read_specification(f"dependencies:\n  - {url}::a==1\n  - {url}::a==2\n  - a==3\n")
    assert SECRET not in caught.value.problem().model_dump_json()
