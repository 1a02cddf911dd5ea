"""On a local stack an address of a file leads somewhere: the local server takes it to moto."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from chalicelib.console.ports import FilesOrigin
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.ports import AwaitedFile, FileStore
from chalicelib.main.wiring import system
from infra.local.stack import LocalStack

CONTENT = b"scan of the invoice"
CONSOLE = "https://console.example"
pytestmark = pytest.mark.stack


def test_a_copy_is_sent_and_fetched_over_http_under_the_addresses_that_are_given_out(http_stack: LocalStack) -> None:
    files, now = system().ports[FileStore], datetime(2020, 3, 2, tzinfo=UTC)
    file = AwaitedFile("papers/rmb_local/copy", sha256_hex(CONTENT), len(CONTENT), "application/pdf")
    address = files.address_to_bring(file, now)
    assert address.url.startswith(f"{http_stack.url}/local/files/")
    sent = urllib.request.Request(address.url, method="PUT", data=CONTENT, headers=dict(address.headers))
    with urllib.request.urlopen(sent, timeout=30) as answered:
        assert answered.status == 200
    assert files.hash_of(file.key) == file.sha256
    with urllib.request.urlopen(files.address_to_fetch(file.key, now).url, timeout=30) as answered:
        assert answered.read() == CONTENT


def test_nothing_but_a_bucket_is_reached_that_way(http_stack: LocalStack) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{http_stack.url}/local/files/example.com/secret", timeout=30)
    with refused.value as answered:
        assert answered.code == 404


def test_a_page_of_the_console_may_bring_a_file_as_its_address_says(local_stack: LocalStack) -> None:
    """A browser first asks the bucket about origin, method and a script's headers. The browser sets the length."""
    file = AwaitedFile("papers/rmb_local/copy", sha256_hex(CONTENT), len(CONTENT), "application/pdf")
    address = system().ports[FileStore].address_to_bring(file, datetime(2020, 3, 2, tzinfo=UTC))
    documents = local_stack.physical_id("DocumentsBucket")
    (rule,) = local_stack.client("s3").get_bucket_cors(Bucket=documents)["CORSRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == ([CONSOLE], ["PUT"])
    assert set(rule["AllowedHeaders"]) == {name.lower() for name in address.headers} - {"content-length"}


def test_the_bucket_that_the_policy_of_pages_names_is_where_addresses_lead(http_stack: LocalStack) -> None:
    """Behind the path of the local server stands the host to which the address leads in the cloud."""
    file = AwaitedFile("papers/rmb_local/copy", sha256_hex(CONTENT), len(CONTENT), "application/pdf")
    address = system().ports[FileStore].address_to_bring(file, datetime(2020, 3, 2, tzinfo=UTC))
    host = urlsplit(address.url).path.removeprefix("/local/files/").partition("/")[0]
    assert system().ports[FilesOrigin].origin == f"https://{host}"
