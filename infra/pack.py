"""Makes the deployed archive small, quick to import, and the same for the same source.

`chalice package` puts every wheel of requirements.txt into the archive, tools of a developer's terminal among them.
Packages that no function imports are dropped; every module is compiled beforehand, since a function cannot write
compiled modules; entries stand in order and carry no time of their own.
"""

from __future__ import annotations

import importlib.util
import marshal
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

RUNTIME = (3, 11)
"""The interpreter of the functions; another interpreter cannot use the compiled modules."""
SERVICES = frozenset({"dynamodb", "events", "kms", "lambda", "s3", "stepfunctions"})
"""The AWS services whose clients functions build; tests/infra/test_pack.py holds this set to the assembled system."""
DROPPED = frozenset(
    {
        # Interactive prompts of Chalice's own command.
        *("blessed", "editor", "inquirer", "jinxed", "readchar", "wcwidth", "xmod", "click", "runs"),
        # Installers, and their dependencies.
        *("pip", "setuptools", "wheel", "pkg_resources", "_distutils_hack", "packaging"),
        # The builder of foreign interfaces; cryptography needs the compiled half alone.
        *("pycparser", "cffi"),
    }
)
"""Top-level packages that a function never imports."""
_UNCHECKED_HASH = (1).to_bytes(4, "little")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEFTOVER = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "WHEEL", "top_level.txt")


def is_needed(name: str) -> bool:
    """Tell whether a function may come to read the archive's entry `name`."""
    parts = name.split("/")
    top = parts[0]
    if name.endswith(("/", ".pyc", ".pth", ".pyi")):
        return False
    if top.endswith(".dist-info"):
        return _distribution(top) not in DROPPED and parts[-1] not in _LEFTOVER
    if top in DROPPED or "tests" in parts[1:-1]:
        return False
    if parts[:2] in (["botocore", "data"], ["boto3", "data"]):
        return len(parts) == len(("botocore", "data", "partitions.json")) or parts[2] in SERVICES
    if top == "stdnum" and len(parts) > len(("stdnum", "cn")):
        return parts[1] == "cn"
    return parts[:2] != ["boto3", "examples"]


def pack(archive: Path) -> None:
    """Write an archive again with only the functions' needs, compiled."""
    if sys.version_info[:2] != RUNTIME:
        raise RuntimeError(f"The functions run on Python {RUNTIME[0]}.{RUNTIME[1]}: package them with the same.")
    packed = archive.with_suffix(".packed")
    with zipfile.ZipFile(archive) as whole, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as to:
        for name in sorted(filter(is_needed, whole.namelist())):
            mode = whole.getinfo(name).external_attr or 0o644 << 16
            for entry, content in _with_compiled(name, whole.read(name)):
                info = zipfile.ZipInfo(entry, _EPOCH)
                info.external_attr, info.compress_type = mode, zipfile.ZIP_DEFLATED
                to.writestr(info, content)
    packed.replace(archive)


def _with_compiled(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if not name.endswith(".py"):
        return
    folder, _, file = name.rpartition("/")
    code = compile(content, f"/var/task/{name}", "exec", dont_inherit=True)
    # By the hash of the source, which is never compared (PEP 552): times in an archive say nothing.
    header = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(content)
    cache = f"{folder}/__pycache__" if folder else "__pycache__"
    yield f"{cache}/{file.removesuffix('.py')}.{sys.implementation.cache_tag}.pyc", header + marshal.dumps(code)


def _distribution(folder: str) -> str:
    return folder.removesuffix(".dist-info").rsplit("-", 1)[0].lower()


def main(arguments: list[str]) -> None:
    """Pack each archive named: `python -m infra.pack build/deployment.zip`."""
    for each in map(Path, arguments):
        before = each.stat().st_size
        pack(each)
        sys.stderr.write(f"{each}: {before / 1e6:.1f} MB packed into {each.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
