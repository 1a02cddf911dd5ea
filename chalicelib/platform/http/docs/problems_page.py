"""The page that a problem's `type` leads to: every kind of problem, what it means and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from chalicelib.kernel.text import Text
from chalicelib.platform.http.problems import GATEWAY_PROBLEMS, STATUSES

NEXT_STEPS: Mapping[str, Text] = {
    "malformed": Text(
        "按 errors 中的字段路径更正请求；字段名、类型和日期写法见接口说明。",
        "Correct the request at each path in `errors`; names, types and the form of dates are in the description.",
    ),
    "unauthenticated": Text("取得新的访问令牌后重新发送。", "Get a new access token and send the request again."),
    "token-expired": Text(
        "访问令牌已过期，换取新令牌后重新发送。", "The token has expired; get a new one and send again."
    ),
    "forbidden": Text(
        "由有权办理该事项的角色办理；各接口的角色见接口说明。",
        "Have a role that may do it make the call; the description names the roles of each call.",
    ),
    "own-act": Text("请由另一位经办人办理。", "Ask another person to take this step."),
    "not-found": Text(
        "核对编号；属于其他机构或区划的记录同样答复未找到。",
        "Check the id; what belongs to another institution or area is answered the same way.",
    ),
    "institution-not-yours": Text(
        "机构代码须为访问令牌所代表的机构。", "Name the institution that the token stands for."
    ),
    "conflict": Text(
        "查看 errors 中的 about，先处理其中指明的记录。",
        "Look at `about` in `errors`, and see to the record it names first.",
    ),
    "method-not-allowed": Text("改用该路径支持的方法。", "Use a method that the path has."),
    "too-large": Text("拆分后分次发送。", "Split the request."),
    "charset": Text("以 UTF-8 编码发送 JSON。", "Send JSON in UTF-8."),
    "media-type": Text("以 application/json 发送。", "Send application/json."),
    "too-many-requests": Text("等待 Retry-After 所示秒数后重试。", "Wait for the seconds in `Retry-After`."),
    "invalid": Text("按 errors 逐条更正后重新发送。", "Correct every entry of `errors` and send again."),
    "deferred": Text("等待 Retry-After 所示秒数后重试。", "Wait for the seconds in `Retry-After` and send again."),
    "unavailable": Text(
        "等待 Retry-After 所示秒数后，以相同内容重新发送；不会重复入账。",
        "Wait for the seconds in `Retry-After` and send the same request again; nothing is booked twice.",
    ),
    "version-conflict": Text("以相同内容重新发送。", "Send the same request again."),
    "internal": Text(
        "将 instance 中的请求编号告知运行方。", "Tell the operator the request's id, which stands in `instance`."
    ),
}
"""What to do about each kind of problem, by its code."""


def known_problems() -> Iterator[tuple[int, str, Text]]:
    """Every kind of problem once: HTTP status, code and what it means, by status."""
    found = {kind.code: (answer.status, kind.message) for kind, answer in STATUSES.items()}
    for status, (code, message) in GATEWAY_PROBLEMS.items():
        found.setdefault(code, (status, message))
    for code, (status, message) in sorted(found.items(), key=lambda each: (each[1][0], each[0])):
        yield status, code, message


def render_problems() -> str:
    """The page as HTML, with an anchor for each code."""
    rows = "\n".join(_row(status, code, message) for status, code, message in known_problems())
    return _PAGE.format(rows=rows)


def _row(status: int, code: str, message: Text) -> str:
    step = NEXT_STEPS[code]
    return (
        f'<section id="{escape(code)}"><h2><code>{escape(code)}</code> <span class="quiet">{status}</span></h2>'
        f'<p lang="zh-CN">{escape(message.zh)}{escape(step.zh)}</p>'
        f'<p lang="en">{escape(message.en)} {escape(step.en)}</p></section>'
    )


_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>错误说明 Problems · 确保 Quebao</title>
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <header class="top"><div class="brand"><span class="seal" aria-hidden="true">确</span>
    <div><h1>错误说明 Problems</h1><p class="quiet"><a href="../docs">接口说明 API</a></p></div></div></header>
  <main class="problems">
{rows}
  </main>
</body>
</html>
"""
