"""Errors the product can answer with: a small hierarchy with stable codes and texts in two languages.

A message never holds a personal value. Only `platform/http/problems.py` turns these errors into HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of an input or, as a warning, an oddity in it.

    `field` is a path such as `lines[3].amount`; `citation` names the provision that asks for the field, where there is
    one, as `notice.provision`. `about` holds further facts for a machine: what stands in the way, by name.
    """

    code: str
    field: str
    message: Text
    citation: str | None = None
    about: tuple[tuple[str, str | int], ...] = ()

    def naming(self, **about: str | int) -> Finding:
        """Return the same finding with what stands in the way: an id, a status, whatever leads to the next step."""
        return replace(self, about=tuple(about.items()))


class QuebaoError(Exception):
    """The root error. `code` is stable; `findings` holds every fault, never only the first."""

    code = "internal"
    message = Text(
        "系统内部错误，请将 instance 中的请求编号告知运行方。",
        "An internal error occurred. Tell the operator the request's id, which stands in `instance`.",
    )

    def __init__(self, findings: Sequence[Finding] = (), message: Text | None = None) -> None:
        self.findings = tuple(findings)
        if message is not None:
            self.message = message
        super().__init__(self.code)


class Malformed(QuebaoError):
    """A request that cannot be read as the document it should be (HTTP 400)."""

    code = "malformed"
    message = Text(
        "请求无法解析，请对照接口说明更正。",
        "The request cannot be read. Correct it by the description of the interface.",
    )


class Unauthenticated(QuebaoError):
    """A request without a valid token (HTTP 401)."""

    code = "unauthenticated"
    message = Text(
        "缺少有效的访问令牌，请取得新令牌后重新发送。",
        "A valid bearer token is required. Get a new one and send the request again.",
    )


class ExpiredToken(Unauthenticated):
    """An expired token of the issuer's own."""

    code = "token-expired"


class Forbidden(QuebaoError):
    """A request for something the caller's role may never do (HTTP 403)."""

    code = "forbidden"
    message = Text(
        "该角色无权执行此操作，请由接口说明所列的角色办理。",
        "This role may not make this call. Have it made by a role that the description of the interface names.",
    )


class OwnAct(Forbidden):
    """An act the role allows but that needs somebody else, since this person took an earlier step (HTTP 403)."""

    code = "own-act"
    message = Text(
        "您本人已经办过该事项的另一环节，此步须由他人办理；原因在经办人，不在角色。",
        "You took an earlier step of this matter yourself. Ask another person to take this one. "
        "The person is the reason, not the role.",
    )


class NotFound(QuebaoError):
    """A missing thing, or a thing the caller may not see (HTTP 404)."""

    code = "not-found"
    message = Text(
        "未找到，请核对编号和路径；无权查看的记录同样如此答复。",
        "Not found. Check the id and the path; what the caller may not see is answered the same way.",
    )


class InstitutionNotYours(NotFound):
    """A hospital's body that names another institution than its token. Nothing leaks: the caller names only its own."""

    code = "institution-not-yours"
    message = Text(
        "请求体中的机构不是访问令牌所属的机构，请填写本机构编码，或使用该机构的令牌。",
        "The institution in the body is not the token's: write your own code, or use that institution's token.",
    )


class Conflict(QuebaoError):
    """A request that contradicts what is already recorded (HTTP 409)."""

    code = "conflict"
    message = Text(
        "请求与已有记录冲突，请先处理 errors 所指的记录。",
        "The request conflicts with what is recorded. See to the record that `errors` names first.",
    )


class TooLarge(QuebaoError):
    """A body over the size limit (HTTP 413)."""

    code = "too-large"
    message = Text("请求体超过 4,500,000 字节，请分次发送。", "The body is over 4,500,000 bytes; send it in parts.")


class UnknownCharset(QuebaoError):
    """A body declared to be in an encoding that is not read (HTTP 415)."""

    code = "charset"
    message = Text(
        "不支持所声明的字符编码，请使用 UTF-8（也接受 GB18030）。",
        "The declared encoding is not supported; send UTF-8 (GB18030 is accepted too).",
    )


class Compressed(QuebaoError):
    """A body declared to be compressed (HTTP 415)."""

    code = "content-encoding"
    message = Text(
        "不接受压缩的请求体，请去掉 Content-Encoding 头，发送未压缩的内容。",
        "Compressed bodies are not accepted: send the body uncompressed, without the header `Content-Encoding`.",
    )


class TooManyRequests(QuebaoError):
    """A caller's too frequent requests; the same request may be sent again after `retry_after_s` (HTTP 429)."""

    code = "too-many-requests"
    message = Text(
        "请求过多，请待 Retry-After 所示秒数后重试。",
        "Too many requests. Wait for the seconds in `Retry-After` and send it again.",
    )

    def __init__(self, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class Invalid(QuebaoError):
    """A readable request that breaks a rule (HTTP 422)."""

    code = "invalid"
    message = Text(
        "请求内容不符合规则，请按 errors 逐条更正。",
        "The content breaks a rule. Correct every entry of `errors` and send it again.",
    )


class Unavailable(QuebaoError):
    """A dependency that does not answer; the same request may be sent again (HTTP 503)."""

    code = "unavailable"
    message = Text(
        "依赖的服务暂不可用，请稍后以相同内容重试；不会重复入账。",
        "A dependency is unavailable. Send the same request again later; nothing is booked twice.",
    )


class VersionConflict(QuebaoError):
    """A write that another writer overtook; the caller reads again and decides again."""

    code = "version-conflict"
    message = Text(
        "记录已被更新，请以相同内容重试。", "The record changed in the meantime. Send the same request again."
    )


class Deferred(QuebaoError):
    """A claim that cannot be settled yet; `reason` names what the claim waits for."""

    code = "deferred"
    message = Text(
        "该申请暂时不能核定，请待 Retry-After 所示秒数后重试。",
        "The claim cannot be decided yet. Wait for the seconds in `Retry-After` and send it again.",
    )

    def __init__(self, reason: str, waits_for: str) -> None:
        super().__init__()
        self.reason = reason
        self.waits_for = waits_for


class PolicyConflict(QuebaoError):
    """A policy set that decides something twice or not at all; never a fault of the claim."""

    code = "policy-conflict"
    message = Text(
        "政策文件存在冲突，请告知政策发布单位。",
        "The policy files contradict each other. Tell the office that publishes them.",
    )


class IntegrityError(QuebaoError):
    """Content that does not match the hash or signature it is named by."""

    code = "integrity"
    message = Text("内容与其哈希不符，请告知运行方。", "Content does not match its hash. Tell the operator.")


def finding(code: str, field: str, zh: str, en: str, citation: str | None = None) -> Finding:
    """Return a finding about a request for money."""
    return Finding(code, field, Text(zh, en), citation)


def existing(value: T | None) -> T:
    """Return what was looked up. Raises `NotFound` where nothing has that id."""
    if value is None:
        raise NotFound
    return value
