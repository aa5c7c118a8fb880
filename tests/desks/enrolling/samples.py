"""People for the contract of the desks: a record of each kind. No account is made here: from the first one on everybody
signs in, and the other desks' tests would be shut out. tests/desks/enrolling holds the acts themselves."""

from __future__ import annotations

from typing import Any, Final

from starlette.testclient import TestClient

from trucewatch.model.roles import OF_A_DELEGATION, Role
from trucewatch.server.person import WHO

_AT: Final = {"by": "p-x", "known_at": "2031-05-04T09:00:00Z"}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "account": tuple(
        {"schema": "trucewatch/account/1", "person": "p-y", "act": act, **_AT}
        for act in ("added", "completed", "reset", "removed")
    ),
    "role-grant": tuple(
        {
            "schema": "trucewatch/role-grant/1",
            "number": 3,
            "person": "p-y",
            "role": role.value,
            "side": "NI" if role in OF_A_DELEGATION else "UV" if role is Role.LIAISON else "",
            "from": "2031-05-04T09:00:00Z",
            "until": "2031-11-01T02:00:00Z",
            **_AT,
        }
        for role in Role
    ),
    "role-end": tuple(
        {
            "schema": "trucewatch/role-end/1",
            "grant": 3,
            "person": "p-y",
            "reason": reason,
            "reason_code": code,
            **_AT,
        }
        for reason, code in (("w-x", ""), ("", "account_removed"))
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "account": "it says itself what was done; whoever lost a telephone need not say how",
    "role-grant": "whoever is here works here; the entry says by whom it was granted, and until when",
}
POSTS: Final[dict[str, dict[str, str]]] = {}
_NOBODY: Final = "there is no such account in a watch without any, so it is refused"
_NOT_SIGNED_IN: Final = "nobody is signed in where there are no accounts"
ENTERS_NOTHING: Final[dict[str, str]] = {
    "/people/add": "without a name it is refused; with one everybody would have to sign in",
    "/people/{reference}/grant": _NOBODY,
    "/people/{reference}/end": _NOBODY,
    "/people/{reference}/link": _NOBODY,
    "/people/{reference}/sign-out": _NOBODY,
    "/people/{reference}/remove": _NOBODY,
    "/me/session/end": _NOT_SIGNED_IN,
    "/me/password": _NOT_SIGNED_IN,
    "/me/codes": _NOT_SIGNED_IN,
    "/me/telephone": _NOT_SIGNED_IN,
    "/sign-in": _NOT_SIGNED_IN,
    "/sign-in/first": "without a link it opens nothing",
    "/sign-out": _NOT_SIGNED_IN,
    "/sign-out/everywhere": _NOT_SIGNED_IN,
}
OTHERWISE: Final[dict[str, str]] = {
    "/sign-in": "onward",
    "/sign-in/first": "absent",
    "/people/access.csv": "file",
}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """Whoever uses a watch without accounts has a page too, which says that they have none."""
    console = client.app.state.console  # type: ignore[attr-defined]
    return {"/people/{reference}": console.store.keys.person_reference(WHO)}
