"""What a schema of every route allows, drawn by schemathesis: answered, never by a fault of the program, whether
somebody is signed in or not."""

from __future__ import annotations

import re
from typing import Any

import pytest
import schemathesis
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from tests.conftest import each
from tests.server.test_any_request_signed_in import ENDS, Both, both
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of

__all__ = ["both"]  # the fixture
_FORM = {
    "application/x-www-form-urlencoded": {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}
}
_FEEDS = ("/live",)
"""Answers that never end."""


def schema_of(console: Console) -> dict[str, Any]:
    """An OpenAPI document of every GET and POST route: parameters of a path are texts, a form holds any."""
    paths: dict[str, dict[str, Any]] = {}
    for route in each(iter_route_contexts(app_of(console).routes)):
        if route.path is None or route.path in _FEEDS or not route.path.startswith("/"):
            continue
        template = re.sub(r"\{(\w+):path\}", r"{\1}", route.path)
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            for name in re.findall(r"\{(\w+)\}", template)
        ]
        for method in sorted({"GET", "POST"} & set(route.methods or ())):
            operation: dict[str, Any] = {"parameters": parameters, "responses": {"default": {"description": "any"}}}
            if method == "POST" and template not in ENDS:
                operation["requestBody"] = {"content": _FORM}
            elif method == "POST":
                continue
            paths.setdefault(template, {})[method.lower()] = operation
    return {"openapi": "3.1.0", "info": {"title": "every route", "version": "1"}, "paths": paths}


@pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning")
@pytest.mark.parametrize("who", ["officer", "stranger"])
def test_nothing_that_the_schema_of_every_route_allows_breaks_the_server(both: Both, who: str) -> None:
    busy = getattr(both, who)
    client: TestClient = busy.client
    operations = [
        result.ok() for result in schemathesis.openapi.from_dict(schema_of(busy.console)).get_all_operations()
    ]
    statuses: set[int] = set()
    assert len(operations) > 150
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def ask(case: schemathesis.Case) -> None:
            fields = case.body if isinstance(case.body, dict) else {}
            answer = client.request(case.method, case.formatted_path, data=fields or None, follow_redirects=False)
            assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.text[:300]}"
            statuses.add(answer.status_code)

        ask()
    assert (401 in statuses) == (who == "stranger"), statuses
