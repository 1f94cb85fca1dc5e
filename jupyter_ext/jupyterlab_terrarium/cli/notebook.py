"""Executing a notebook in a kernel of a running Jupyter server, through its REST API."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from .connection import Connection

# nbformat has a marker for types and untyped functions.
_NBFORMAT: Any = nbformat
_REPLY_SECONDS = 180.0
_OUTPUTS = ("stream", "display_data", "execute_result", "error")


class NotebookFailed(Exception):
    """A cell raised an error; the text is the kernel's traceback."""


@dataclass(frozen=True)
class Executed:
    """What came of a notebook. ``prefix`` is the ``sys.prefix`` of its kernel."""

    cells: int
    prefix: str
    printed: str


class _Kernel:
    """One kernel, over the server's websocket (Jupyter messaging protocol 5.3, as JSON)."""

    def __init__(self, socket: WebSocketClientConnection, session: str) -> None:
        self._socket = socket
        self._session = session

    async def request(
        self, kind: str, content: dict[str, Any]
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The reply's content, and the outputs until the kernel was idle again."""
        identity = uuid.uuid4().hex
        header = {
            "msg_id": identity,
            "msg_type": kind,
            "username": "",
            "session": self._session,
            "date": datetime.now(timezone.utc).isoformat(),
            "version": "5.3",
        }
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
            "buffers": [],
        }
        await self._socket.write_message(json.dumps(message))
        return await asyncio.wait_for(self._collect(identity), _REPLY_SECONDS)

    async def _collect(self, identity: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        reply: dict[str, Any] | None = None
        idle = False
        outputs: list[dict[str, Any]] = []
        while reply is None or not idle:
            received = await self._socket.read_message()
            if received is None:
                raise NotebookFailed("the server closed the connection to the kernel")
            message = json.loads(received)
            if message.get("parent_header", {}).get("msg_id") != identity:
                continue
            kind = message["header"]["msg_type"]
            if message["channel"] == "shell":
                reply = message["content"]
            elif kind == "status":
                idle = message["content"]["execution_state"] == "idle"
            elif kind in _OUTPUTS:
                outputs.append(message)
        return reply, outputs


async def _execute(connection: Connection, kernel_id: str, notebook: Any) -> Executed:
    session = uuid.uuid4().hex
    base = connection.base.replace("http", "ws", 1)
    socket = await websocket_connect(
        HTTPRequest(
            f"{base}api/kernels/{quote(kernel_id)}/channels?session_id={session}",
            headers={"Authorization": f"token {connection.token}"},
        ),
        max_message_size=256 * 1024**2,
    )
    try:
        kernel = _Kernel(socket, session)
        await kernel.request("kernel_info_request", {})
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for cell in cells:
            await _execute_cell(kernel, cell)
        expression = {"prefix": "__import__('sys').prefix"}
        asked = {"code": "", "silent": True, "user_expressions": expression}
        reply, _ = await kernel.request("execute_request", asked)
        shown = reply["user_expressions"]["prefix"].get("data", {}).get("text/plain", "''")
        printed = "".join(
            output.text
            for cell in cells
            for output in cell.outputs
            if output.output_type == "stream"
        )
        return Executed(len(cells), shown.strip("'\""), printed)
    finally:
        socket.close()


async def _execute_cell(kernel: _Kernel, cell: Any) -> None:
    reply, messages = await kernel.request(
        "execute_request",
        {
            "code": cell.source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        },
    )
    cell.execution_count = reply.get("execution_count")
    cell.outputs = []
    for message in messages:
        output = _NBFORMAT.v4.output_from_msg(message)
        last = cell.outputs[-1] if cell.outputs else None
        if last is not None and output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            cell.outputs.append(output)
    if reply["status"] != "ok":
        traceback = "\n".join(reply.get("traceback", []))
        raise NotebookFailed(traceback or str(reply.get("evalue", reply["status"])))


def execute_notebook(connection: Connection, source: Path, path: str, kernel: str) -> Executed:
    """Execute *source* in *kernel*, as the server's document *path* with a session of its own.

    The executed notebook is stored there; the session is left running, so that whoever opens the
    document finds the kernel as the last cell left it. Raises :class:`NotebookFailed`.
    """
    notebook = _NBFORMAT.read(source, as_version=4)
    notebook.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": ""}
    _save(connection, path, notebook)
    answer = connection.request(
        "POST",
        "api/sessions",
        {"path": path, "name": Path(path).name, "type": "notebook", "kernel": {"name": kernel}},
    )
    kernel_id = json.loads(answer[1])["kernel"]["id"]
    try:
        return asyncio.run(_execute(connection, kernel_id, notebook))
    finally:
        _save(connection, path, notebook)


def _save(connection: Connection, path: str, notebook: Any) -> None:
    body = {"type": "notebook", "format": "json", "content": notebook}
    connection.request("PUT", f"api/contents/{quote(path)}", body)
