"""A browser without a screen: it follows redirects and keeps cookies."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from .http import Answer


class Browser:
    """One person's browser. ``url`` is where it is, ``cookies`` what it was given."""

    def __init__(self) -> None:
        self.cookies = CookieJar()
        self.url = ""
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def go(self, url: str, form: dict[str, str] | None = None) -> Answer:
        """Open a page, or send a form to it."""
        data = None if form is None else urllib.parse.urlencode(form).encode()
        return self._open(urllib.request.Request(url, data))

    def ask(self, method: str, url: str, body: object = None, xsrf: str = "") -> Answer:
        """What a program of a page does: JSON, and the XSRF token where there is one."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, method=method)
        request.add_header("Content-Type", "application/json")
        request.add_header("Sec-Fetch-Mode", "cors")
        request.add_header("Sec-Fetch-Site", "same-origin")
        if xsrf:
            request.add_header("X-XSRFToken", xsrf)
        return self._open(request)

    def cookie(self, name: str, path: str) -> str:
        """The value of a cookie for exactly this path."""
        [found] = [one.value for one in self.cookies if (one.name, one.path) == (name, path)]
        return str(found)

    def log_in(self, user: str) -> Answer:
        """Fill in the login page of a hub, where this browser has been sent to."""
        assert "/hub/login" in self.url, self.url
        xsrf = self.cookie("_xsrf", "/hub/")
        return self.go(self.url, {"username": user, "password": "any", "_xsrf": xsrf})

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as answer:
                self.url = answer.url
                headers = {key.lower(): value for key, value in answer.headers.items()}
                return Answer(answer.status, headers, answer.read())
        except urllib.error.HTTPError as error:
            self.url = str(error.url)
            headers = {key.lower(): value for key, value in error.headers.items()}
            return Answer(error.code, headers, error.read())
