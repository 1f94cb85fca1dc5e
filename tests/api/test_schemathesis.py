"""The API against its own description (A7.4): no 5xx, no undocumented status; fixed seed."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from jupyterlab_terrarium.api.openapi import document
from support.servers import JupyterProcess

EXAMPLES = 12
schema = schemathesis.openapi.from_dict(document())


@hypothesis_seed(20261121)
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=False,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(
    case: schemathesis.Case, jupyter_server: JupyterProcess
) -> None:
    client = jupyter_server.client
    if case.path == "/events":
        case.query["wait"] = 0
    response = case.call(
        base_url=client.url.rstrip("/"), headers={"Authorization": f"token {client.token}"}
    )
    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
