"""The console: pages that use the public API like any other caller."""

from __future__ import annotations

from chalicelib.console.ports import FilesOrigin, SignIn
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Configure the sign-in endpoints and the origin of files."""
    config = cloud.config
    sign_in = SignIn(config.sign_in_client, config.sign_in_authorize, config.sign_in_token)
    return ports.give(SignIn, sign_in).give(FilesOrigin, FilesOrigin(config.files_origin))


CONSOLE = Capability("console", connect, routes=("http",))
