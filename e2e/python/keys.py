"""The widget keys of an account from Python, with nothing but the standard library.

    FOYER_SECRET_KEY=sk_live_... python3 keys.py [hub url]

lists, creates, updates, revokes and deletes one key, and prints one line of JSON for each step.
"""

import json
import os
import sys
from typing import Any, Dict, List, Optional
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen


class HubError(Exception):
    """A refusal of the hub. `code` is stable; the message is for developers."""

    def __init__(self, status: int, code: str, message: str, request_id: Optional[str]) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.request_id = request_id


class WidgetKeysClient:
    """`client.widget_keys`: the four calls on `/api/v1/widget-keys`."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._url = base_url.rstrip("/") + "/api/v1/widget-keys"
        self._api_key = api_key

    def list(self) -> List[Dict[str, Any]]:
        """All keys, newest first: the last 8 characters and the id, never the whole key."""
        return self._call("GET")

    def create(
        self,
        name: str,
        domain_allowlist: Optional[List[str]] = None,
        agent_id: Optional[str] = None,
    ) -> Dict[str, Any]:
        """Mints a key; `public_key` in the answer is shown this once. An empty allowlist blocks it."""
        return self._call("POST", body=_given(name=name, domain_allowlist=domain_allowlist, agent_id=agent_id))

    def update(
        self,
        widget_key_id: str,
        name: Optional[str] = None,
        domain_allowlist: Optional[List[str]] = None,
        agent_id: Optional[str] = None,
        disabled: Optional[bool] = None,
    ) -> None:
        """Changes what is given; `disabled=True` revokes the key."""
        patch = _given(name=name, domain_allowlist=domain_allowlist, agent_id=agent_id, disabled=disabled)
        self._call("PATCH", widget_key_id, patch)

    def delete(self, widget_key_id: str) -> None:
        """Removes a key that was never used; disables one that was."""
        self._call("DELETE", widget_key_id)

    def _call(self, method: str, widget_key_id: str = "", body: Optional[Dict[str, Any]] = None) -> Any:
        url = self._url + ("/" + quote(widget_key_id, safe="") if widget_key_id else "")
        headers = {"Authorization": f"Bearer {self._api_key}", "Accept": "application/problem+json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        try:
            with urlopen(Request(url, data, headers, method=method), timeout=10) as response:
                text = response.read()
        except HTTPError as refusal:
            raise _read_refusal(refusal) from None
        return json.loads(text) if text else None


class Client:
    def __init__(self, base_url: str, api_key: str) -> None:
        self.widget_keys = WidgetKeysClient(base_url, api_key)


def _given(**members: Any) -> Dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _read_refusal(refusal: HTTPError) -> HubError:
    text = refusal.read().decode(errors="replace")
    try:
        problem = json.loads(text)
    except ValueError:
        problem = {}
    return HubError(
        refusal.code,
        problem.get("code", "unexpected_answer"),
        problem.get("detail", text),
        refusal.headers.get("X-Request-Id"),
    )


def main(base_url: str, api_key: str) -> None:
    keys = Client(base_url, api_key).widget_keys

    def step(name: str, result: Any) -> None:
        print(json.dumps({"step": name, "result": result}), flush=True)

    created = keys.create("From Python", domain_allowlist=["shop.example", "*.shop.example"])
    step("create", created)
    step("list", keys.list())
    keys.update(created["id"], name="Renamed", domain_allowlist=["localhost:*"])
    step("update", [key for key in keys.list() if key["id"] == created["id"]])
    keys.update(created["id"], disabled=True)
    step("revoke", [key for key in keys.list() if key["id"] == created["id"]])
    keys.delete(created["id"])
    step("delete", [key for key in keys.list() if key["id"] == created["id"]])
    try:
        keys.delete(created["id"])
    except HubError as error:
        step("delete again", {"status": error.status, "code": error.code, "request_id": error.request_id})


if __name__ == "__main__":
    main(
        sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8787",
        os.environ["FOYER_SECRET_KEY"],
    )
