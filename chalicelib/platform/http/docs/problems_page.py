"""The page behind a problem's `type`: every kind of problem, its meaning and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from chalicelib.kernel.text import Text
from chalicelib.platform.http.problems import GATEWAY_PROBLEMS, STATUSES


def known_problems() -> Iterator[tuple[int, str, Text]]:
    """Return every kind of problem once: HTTP status, code and meaning, by status."""
    found = {kind.code: (answer.status, kind.message) for kind, answer in STATUSES.items()}
    for status, (code, message) in GATEWAY_PROBLEMS.items():
        found.setdefault(code, (status, message))
    for code, (status, message) in sorted(found.items(), key=lambda each: (each[1][0], each[0])):
        yield status, code, message


def render_problems() -> str:
    """Render the page as HTML, with an anchor for every code."""
    rows = "\n".join(_row(status, code, message) for status, code, message in known_problems())
    return _PAGE.format(rows=rows)


def _row(status: int, code: str, message: Text) -> str:
    return (
        f'<section id="{escape(code)}"><h2><code>{escape(code)}</code> <span class="quiet">{status}</span></h2>'
        f'<p lang="zh-CN">{escape(message.zh)}</p>'
        f'<p lang="en">{escape(message.en)}</p></section>'
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
