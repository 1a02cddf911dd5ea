"""Serving of the console: its own files, under a policy that lets nothing else in."""

from __future__ import annotations

import pytest

from chalicelib.console.http import content_policy
from chalicelib.console.ports import SignIn
from tests.kit.desk import Caller, Desk

NOBODY = {"Authorization": ""}


def test_the_root_leads_to_the_console(caller: Caller) -> None:
    got = caller.call("GET", "/", headers=NOBODY)
    assert (got.status, got.headers["Location"]) == (302, "/console")


@pytest.mark.parametrize(
    ("path", "described"),
    [
        ("/", "/"),
        ("/console", "/console"),
        ("/console?code=a&state=b&session_state=c", "/console"),
        ("/console/words.js", "/console/words.js"),
        ("/console/words/work.js", "/console/words/{name}"),
        ("/console/services.js", "/console/services.js"),
        ("/console/services/beds.js", "/console/services/{name}"),
        ("/console/settings", "/console/settings"),
        ("/console/app.js", "/console/{name}"),
        ("/console/pages/work.js", "/console/pages/{name}"),
        ("/console/vendor/kit.js", "/console/vendor/{name}"),
    ],
)
def test_what_is_sent_has_the_form_that_the_description_names(caller: Caller, path: str, described: str) -> None:
    got = caller.call("GET", path, headers=NOBODY)
    responses = caller.call("GET", "/v1/openapi.json", headers=NOBODY).json["paths"][described]["get"]["responses"]
    assert got.headers["Content-Type"].split(";")[0] in responses[str(got.status)]["content"]


def test_the_page_is_public_and_may_load_only_what_is_served_beside_it(caller: Caller) -> None:
    got = caller.call("GET", "/console", headers=NOBODY)
    assert got.status == 200
    assert got.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = got.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';")
    assert "unsafe" not in policy


def test_only_the_host_that_gives_tokens_and_the_bucket_of_copies_may_be_reached_besides() -> None:
    token, bucket = "https://sign-in.example/oauth2/token", "https://documents.s3.cn-north-1.amazonaws.com.cn"
    assert "connect-src 'self' https://sign-in.example;" in content_policy(token, "")
    assert f"connect-src 'self' {bucket};" in content_policy("", bucket)
    assert f"connect-src 'self' https://sign-in.example {bucket};" in content_policy(token, bucket)


def test_a_copy_that_is_still_the_file_is_not_sent_again(caller: Caller) -> None:
    first = caller.call("GET", "/console", headers=NOBODY)
    again = caller.call("GET", "/console", headers={**NOBODY, "If-None-Match": first.headers["ETag"]})
    assert (again.status, again.text) == (304, "")


@pytest.mark.parametrize(
    "path", ["/console/none.js", "/console/pages/none.js", "/console/words/none.js", "/console/..%2F..%2Fhttp.py"]
)
def test_what_is_no_file_of_the_console_is_not_found(caller: Caller, path: str) -> None:
    assert caller.call("GET", path, headers=NOBODY).status == 404


def test_the_settings_say_where_people_sign_in() -> None:
    configured = SignIn("console", "https://sign-in.example/authorize", "https://sign-in.example/token")

    class Office:
        system = Desk().over({SignIn: configured})

    got = Caller(Office()).call("GET", "/console/settings", headers=NOBODY)
    assert got.json == {
        "sign_in": {
            "client_id": "console",
            "authorize_url": "https://sign-in.example/authorize",
            "token_url": "https://sign-in.example/token",
        }
    }
    assert Caller(Desk()).call("GET", "/console/settings", headers=NOBODY).json == {"sign_in": None}
