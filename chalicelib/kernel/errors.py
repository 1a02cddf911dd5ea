"""Every error the product can answer with: a small hierarchy with stable codes and texts in two languages.

A message never holds a personal value. `platform/http/problems.py` is the one place that turns these into HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (or, as a warning, odd) with an input.

    `field` is a path such as `lines[3].amount`; `citation` names the provision that asks for it, where one does,
    as `notice.provision`. `about` holds what else a machine should know: what stands in the way, by name.
    """

    code: str
    field: str
    message: Text
    citation: str | None = None
    about: tuple[tuple[str, str | int], ...] = ()


class QuebaoError(Exception):
    """The root. `code` is stable; `findings` is everything that is wrong, never only the first."""

    code = "internal"
    message = Text("系统内部错误。", "An internal error occurred.")

    def __init__(self, findings: Sequence[Finding] = (), message: Text | None = None) -> None:
        self.findings = tuple(findings)
        if message is not None:
            self.message = message
        super().__init__(self.code)


class Malformed(QuebaoError):
    """The request cannot be read as what it should be (HTTP 400)."""

    code = "malformed"
    message = Text("请求无法解析。", "The request cannot be read.")


class Unauthenticated(QuebaoError):
    """No valid token (HTTP 401)."""

    code = "unauthenticated"
    message = Text("缺少有效的访问令牌。", "A valid bearer token is required.")


class ExpiredToken(Unauthenticated):
    """A token of the issuer's whose time is over."""

    code = "token-expired"


class Forbidden(QuebaoError):
    """The caller's role may never do this (HTTP 403)."""

    code = "forbidden"
    message = Text("该角色无权执行此操作。", "This role may not do that.")


class OwnAct(Forbidden):
    """The role may do this, but this person had a hand in it before: somebody else has to (HTTP 403)."""

    code = "own-act"
    message = Text(
        "您本人已经办过该事项的另一环节，此步须由他人办理；原因在经办人，不在角色。",
        "You took an earlier step of this matter yourself, so another person has to take this one. "
        "The person is the reason, not the role.",
    )


class NotFound(QuebaoError):
    """Nothing there, or nothing the caller may see (HTTP 404)."""

    code = "not-found"
    message = Text("未找到。", "Not found.")


class InstitutionNotYours(NotFound):
    """A hospital's body names another institution than its token. Nothing leaks: its own is all the caller names."""

    code = "institution-not-yours"
    message = Text(
        "请求体中的机构不是访问令牌所属的机构，请填写本机构编码，或使用该机构的令牌。",
        "The institution in the body is not the token's: write your own code, or use that institution's token.",
    )


class Conflict(QuebaoError):
    """The request contradicts what is already recorded (HTTP 409)."""

    code = "conflict"
    message = Text("与已有记录冲突。", "This conflicts with what is recorded.")


class TooLarge(QuebaoError):
    """The body is over the limit (HTTP 413)."""

    code = "too-large"
    message = Text("请求体超过 4,500,000 字节，请分次发送。", "The body is over 4,500,000 bytes; send it in parts.")


class UnknownCharset(QuebaoError):
    """The body is declared to be in an encoding that is not read (HTTP 415)."""

    code = "charset"
    message = Text(
        "不支持所声明的字符编码，请使用 UTF-8（也接受 GB18030）。",
        "The declared encoding is not read; send UTF-8 (GB18030 is accepted too).",
    )


class TooManyRequests(QuebaoError):
    """The caller has asked too often; the same request may be sent again after `retry_after_s` (HTTP 429)."""

    code = "too-many-requests"
    message = Text("请求过多，请稍后重试。", "Too many requests; please try again later.")

    def __init__(self, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class Invalid(QuebaoError):
    """Readable, but breaks a rule (HTTP 422)."""

    code = "invalid"
    message = Text("请求内容不符合规则。", "The content breaks a rule.")


class Unavailable(QuebaoError):
    """A dependency does not answer; the same request may be sent again (HTTP 503)."""

    code = "unavailable"
    message = Text("依赖的服务暂不可用，请稍后重试。", "A dependency is unavailable; please try again.")


class VersionConflict(QuebaoError):
    """Another writer was first; read again and decide again."""

    code = "version-conflict"
    message = Text("记录已被更新，请重试。", "The record changed in the meantime; please try again.")


class Deferred(QuebaoError):
    """A claim cannot be settled yet; `reason` says what it waits for."""

    code = "deferred"

    def __init__(self, reason: str, waits_for: str) -> None:
        super().__init__()
        self.reason = reason
        self.waits_for = waits_for


class PolicyConflict(QuebaoError):
    """The policy set decides something twice or not at all; never a fault of the claim."""

    code = "policy-conflict"
    message = Text("政策文件存在冲突。", "The policy files contradict each other.")


class IntegrityError(QuebaoError):
    """Content does not match the hash or signature it is named by."""

    code = "integrity"
    message = Text("内容与其哈希不符。", "Content does not match its hash.")


def finding(code: str, field: str, zh: str, en: str, citation: str | None = None) -> Finding:
    """One thing wrong with a request for money."""
    return Finding(code, field, Text(zh, en), citation)
