"""The report of `make run`, a newcomer's first view. It prints the API's answers and computes nothing but sums.

The result comes first, then the claims, a claim step by step, the debts between areas, the books, and the next steps.
An amount is never cut: where the terminal is narrow, each claim takes lines of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from chalicelib.kernel.money import Fen, group_yuan, parse_yuan
from chalicelib.kernel.words.ids import InstitutionCode
from infra.local.words import FAMILIES, PAYERS, STEPS, Words

_WIDTH = 118
_WIDE_ENOUGH = 110
"""The width of the table of claims, in columns; a narrower terminal shows each claim on lines of its own."""
_MONEY = 10
"""The width of an amount up to a million yuan, in columns: an amount is never cut."""
_BAR = 24


@dataclass(frozen=True, slots=True)
class Happened:
    """The result of the run of the worked claims, as the API answered."""

    cases: Sequence[Mapping[str, Any]]
    views: Sequence[Mapping[str, Any]]
    advance: Mapping[str, Any]
    elsewhere: Mapping[str, Any]
    clearing: Mapping[str, Any]
    balance: Mapping[str, Any]

    def claim(self, claim_no: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return a worked case and the view of its claim."""
        rows = zip(self.cases, self.views, strict=True)
        return next((case, view) for case, view in rows if case["claim"]["claim_no"] == claim_no)


def console() -> Console:
    """Return a console as wide as the terminal; on a pipe, wide enough for every table."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(width=_WIDTH, highlight=False)


class Report:
    """Prints the sections of the report."""

    def __init__(self, out: Console, words: Words) -> None:
        self._out = out
        self._words = words
        self._say = words.say

    def opening(self, notices: Sequence[Mapping[str, Any]], bundle: str) -> None:
        """Print the product's name and the law in force."""
        issued = sum(1 for notice in notices if notice.get("standing", "notice") == "notice")
        self._out.print()
        self._out.print(Text("确保 Quebao", style="bold"), end="  ")
        self._out.print(self._say("两个确保，一分不差", "emergency medical-insurance claims, exact to the fen"))
        self._out.print(
            self._say(
                f"{issued} 份文件和 {len(notices) - issued} 套普通待遇、编码和目录已生效（政策包 {bundle[:12]}）。",
                f"{issued} notices and {len(notices) - issued} sets of ordinary benefits and codes are in force "
                f"(bundle {bundle[:12]}).",
            ),
            style="dim",
        )
        self._warn_illustrative()

    def outcome(self, happened: Happened, took_s: float, *, shown: str) -> None:
        """Print the run: three lines of outcome and every section after them, a claim step by step among them."""
        self._result(happened, took_s)
        self._claims(happened)
        self._waterfall(*happened.claim(shown))
        self._advances(happened)
        self._clearing(happened)
        self._books(happened.balance)

    def closing(self, base: str, log: str, *, serving: bool, institution: InstitutionCode, body: str) -> None:
        """Print the next steps."""
        self._heading(self._say("接下来", "What next"))
        if not serving:
            self._line(self._say("make run            让系统继续运行", "make run            keeps the system running"))
            self._line(self._say("make help           列出所有命令", "make help           lists the commands"))
            return
        self._line(f"{base}/docs     " + self._say("接口说明", "the API, described"))
        self._line(f"{log}     " + self._say("运行日志", "the log"))
        self._line(self._say("试算一笔还没有的申请：", "Preview a claim that is not there yet:"))
        self._out.print(
            f'    curl -s {base}/v1/claims/preview -H "Authorization: Bearer '
            f'$(make -s token ROLE=hospital SUBJECT={institution})" '
            f"-H 'Content-Type: application/json' -d @{body}",
            soft_wrap=True,
        )
        self._line(self._say("按 Ctrl-C 停止。", "Ctrl-C stops the system."))

    def explanation(self, case: Mapping[str, Any], view: Mapping[str, Any]) -> None:
        """Print a claim with every sentence and article of its reasons."""
        found = view["determination"]
        self._heading(self._say(f"{view['claim_no']} 逐步说明", f"How {view['claim_no']} was decided"))
        self._line(case["says"][self._words.language.value], style="dim")
        for step in found["steps"]:
            self._line(step["text"][self._words.language.value])
            if step["formula"]:
                self._line(f"  {step['formula']}", style="dim")
            for cited in _articles(step):
                self._line(f"  {cited}", style="cyan")
        if found["illustrative"]:
            self._warn_illustrative()

    def _result(self, happened: Happened, took_s: float) -> None:
        found = [view["determination"] for view in happened.views if view.get("determination")]
        paid = {payer: sum(parse_yuan(each["shares"][payer]) for each in found) for payer in PAYERS}
        total = sum(parse_yuan(each["total"]) for each in found)
        funds = paid["basic"] + paid["critical"] + paid["assistance"]
        off = sum(_off(case, view) for case, view in zip(happened.cases, happened.views, strict=True))
        run, balance = happened.clearing, happened.balance["balance"]
        self._heading(self._say("结果", "Result"))
        self._line(
            self._say(
                f"{len(found)} 笔申请共 {group_yuan(total)} 元：基金 {group_yuan(funds)}，"
                f"财政 {group_yuan(paid['fiscal'])}，个人 {group_yuan(paid['patient'])}；与逐笔手算相差 {off} 分。",
                f"{len(found)} claims of {group_yuan(total)} yuan: funds {group_yuan(funds)}, public finance "
                f"{group_yuan(paid['fiscal'])}, patients {group_yuan(paid['patient'])}; "
                f"{off} fen off the figures by hand.",
            ),
            style="bold" if off == 0 else "bold red",
        )
        settled = run["status"] == "settled"
        self._line(
            self._say(
                f"省际清算：应付 {_grouped(run['totals']['to_pay'])} 元，银行已确认 "
                f"{_grouped(run['totals']['confirmed'])} 元。",
                f"Cleared between provinces: {_grouped(run['totals']['to_pay'])} yuan ordered, "
                f"{_grouped(run['totals']['confirmed'])} confirmed by the bank.",
            ),
            style="bold" if settled else "bold red",
        )
        self._line(
            self._say(
                f"账簿试算平衡差额 {_grouped(balance)} 元；用时 {took_s:.1f} 秒。",
                f"The books balance to {_grouped(balance)} yuan; {took_s:.1f} s.",
            ),
            style="bold" if balance == "0.00" else "bold red",
        )

    def _claims(self, happened: Happened) -> None:
        self._heading(self._say("结算申请（元）", "Claims (yuan)"))
        rows = list(zip(happened.cases, happened.views, strict=True))
        if self._out.width >= _WIDE_ENOUGH:
            self._out.print(self._table(rows))
        else:
            for case, view in rows:
                self._block(case["claim"], view)

    def _table(self, rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False)
        table.add_column(self._say("申请", "claim"), no_wrap=True)
        table.add_column(self._say("患者", "patient"))
        for heading in (self._say("总额", "total"), *(payer[self._words.language] for payer in PAYERS.values())):
            table.add_column(heading, justify="right", no_wrap=True, min_width=_MONEY)
        for case, view in rows:
            who = self._words.patient(case["claim"])
            found = view.get("determination")
            if found is None:
                table.add_row(case["claim"]["claim_no"], who, view["status"], view.get("reason", ""))
                continue
            amounts = (_dim_zero(found["shares"][payer]) for payer in PAYERS)
            table.add_row(view["claim_no"], who, _grouped(found["total"]), *amounts)
        return table

    def _block(self, claim: Mapping[str, Any], view: Mapping[str, Any]) -> None:
        found = view.get("determination")
        amount = view["status"] if found is None else _grouped(found["total"])
        self._line(f"{claim['claim_no']}  {amount:>12}  {self._words.patient(claim)}")
        if found is not None:
            paid = [
                f"{name[self._words.language]} {_grouped(found['shares'][payer])}"
                for payer, name in PAYERS.items()
                if found["shares"][payer] != "0.00"
            ]
            self._line("  " + self._say("，", ", ").join(paid), style="dim")

    def _waterfall(self, case: Mapping[str, Any], view: Mapping[str, Any]) -> None:
        """Print a claim in about ten lines: the amount of each step as a bar, and the deciding article."""
        found = view["determination"]
        whole = parse_yuan(found["total"])
        number, who = view["claim_no"], self._words.patient(case["claim"])
        self._heading(self._say(f"一笔申请：{number}（{who}）", f"One claim: {number} ({who})"))
        self._bar(self._say("医疗费用总额", "the bill"), whole, whole, "")
        for step in found["steps"]:
            if step["step"] in STEPS and step["after"]:
                cited = next(_articles(step), "")
                self._bar(STEPS[step["step"]][self._words.language], parse_yuan(step["after"]), whole, cited)
        self._line(
            self._say(
                f"每一步的理由：make run ONCE=1 EXPLAIN={number}", f"Every reason: make run ONCE=1 EXPLAIN={number}"
            ),
            style="dim",
        )

    def _bar(self, name: str, amount_fen: Fen, whole_fen: Fen, cited: str) -> None:
        filled = round(_BAR * min(1, amount_fen / whole_fen)) if whole_fen else 0
        text = Text(f"  {_padded(name, 22)}{group_yuan(amount_fen):>12}  ")
        if self._out.width >= _WIDE_ENOUGH:
            text.append("█" * filled + "·" * (_BAR - filled) + "  ", style="cyan")
        text.append(cited, style="dim")
        self._out.print(text, no_wrap=True, overflow="ellipsis")

    def _advances(self, happened: Happened) -> None:
        paid, away, names = happened.advance, happened.elsewhere, self._words
        self._heading(self._say("先救治，后结算：预付", "Treatment first: advances"))
        hospital, amount = names.institution(paid["institution"]), _grouped(paid["approved"])
        self._line(
            self._say(
                f"{hospital}收治患者前先收到专项预拨 {amount} 元，结算时冲抵。",
                f"{hospital} had {amount} yuan as a special advance before any bill; its settlements are offset.",
            )
        )
        home, centre, place = names.area(away["insured_area"]), names.area(away["centre"]), names.area(away["agency"])
        granted = _grouped(away["granted"])
        self._line(
            self._say(
                f"{home}的参保人在{place}无力垫付：{home}报告，{centre}转办，{place}代垫 {granted} 元，随后清算。",
                f"A person insured in {home} could not pay in {place}: {home} reported, {centre} passed the "
                f"request on, {place} advanced {granted} yuan, and clearing returned them.",
            )
        )

    def _clearing(self, happened: Happened) -> None:
        run, names = happened.clearing, self._words
        self._heading(self._say(f"{run['period']} 省际清算", f"Clearing between provinces, {run['period']}"))
        for debt in (view["determination"]["cross_region"] for view in happened.views if view.get("determination")):
            if debt:
                debtor, creditor, amount = names.area(debt["debtor"]), names.area(debt["creditor"]), debt["amount"]
                self._line(
                    self._say(
                        f"{debtor}应付{creditor} {_grouped(amount)} 元（参保人在{creditor}就医）。",
                        f"{debtor} owes {creditor} {_grouped(amount)} yuan: its insured were treated there.",
                    )
                )
        for order in run["instructions"]:
            self._order(order, self._say("轧差后支付", "pays the net to"))
        for order in run["hand_downs"]:
            up = order["to"] == order["province"]
            self._order(order, self._say("上解", "pays up to") if up else self._say("拨付", "passes on to"))

    def _order(self, order: Mapping[str, Any], verb: str) -> None:
        payer, payee, amount = self._words.area(order["from"]), self._words.area(order["to"]), _grouped(order["amount"])
        self._line(self._say(f"{payer}{verb}{payee} {amount} 元。", f"{payer} {verb} {payee}: {amount} yuan."))

    def _books(self, balance: Mapping[str, Any]) -> None:
        self._heading(self._say("账簿（元，借方为正）", "The books (yuan, debit positive)"))
        sums: dict[str, Fen] = {}
        for account in balance["accounts"]:
            family = account["account"].partition("/")[0]
            sums[family] = sums.get(family, 0) + parse_yuan(account["balance"])
        for family, amount_fen in sums.items():
            name = FAMILIES.get(family, {}).get(self._words.language, family)
            self._out.print(f"  {_padded(name, 26)}{group_yuan(amount_fen):>14}")
        self._out.print(f"  {_padded(self._say('合计', 'sum'), 26)}{_grouped(balance['balance']):>14}", style="bold")

    def _heading(self, text: str) -> None:
        self._out.print()
        self._out.print(Text(text, style="bold"))

    def _line(self, text: str, style: str = "") -> None:
        self._out.print(Padding(Text(text, style=style), (0, 0, 0, 2)))

    def _warn_illustrative(self) -> None:
        self._out.print(
            self._say(
                "普通待遇为示例数据，由经办机构替换后方可使用。",
                "Ordinary benefits are illustrative until an agency replaces them.",
            ),
            style="yellow",
        )


def _off(case: Mapping[str, Any], view: Mapping[str, Any]) -> int:
    """Return the difference in fen between a claim's shares and those worked out by hand, all payers together."""
    found = view.get("determination")
    expected: Mapping[str, str] = case["expect"]["shares"]
    shares: Mapping[str, str] = found["shares"] if found else {}
    return sum(abs(parse_yuan(shares.get(payer, "0.00")) - parse_yuan(expected[payer])) for payer in expected)


def _articles(step: Mapping[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for citation in step["decided_by"]:
        rows = f" [{', '.join(citation['source'])}]" if citation["source"] else ""
        article = "" if citation["article"] == "—" else f" {citation['article']}"
        named = f"{citation['document_no']}{article}{rows}"
        if named not in seen:
            seen.add(named)
            yield named


def _padded(text: str, width: int) -> str:
    """Return text filled up to a width in cells; a Chinese character takes two."""
    return text + " " * max(1, width - cell_len(text))


def _grouped(amount: str) -> str:
    return group_yuan(parse_yuan(amount))


def _dim_zero(amount: str) -> Text:
    return Text(_grouped(amount), style="dim" if amount == "0.00" else "")
