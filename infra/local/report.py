"""The report of `make run`: what a newcomer sees first. It prints what the API answered and computes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from chalicelib.kernel.money import format_yuan, parse_yuan

_SHARES = (
    ("basic", "基本 basic"),
    ("critical", "大病 critical"),
    ("assistance", "救助 assist."),
    ("fiscal", "财政 fiscal"),
    ("patient", "个人 patient"),
)
_WIDTH = 118


def console() -> Console:
    """As wide as the terminal; on a pipe, wide enough for every table."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(width=_WIDTH, highlight=False)


class Report:
    """Prints the sections of the report, in the order of its methods."""

    def __init__(self, out: Console) -> None:
        self._out = out

    def opening(self, base: str, bundle: str, notices: Sequence[dict[str, Any]]) -> None:
        """What runs, and the law it was given."""
        self._out.print()
        self._out.print(
            Panel(
                Text.assemble(
                    ("确保 Quebao", "bold"),
                    "  两个确保，一分不差 — emergency medical-insurance claims, exact to the fen\n",
                    f"{base}/docs   {len(notices)} notices in force as bundle {bundle[:12]}…\n",
                    ("Base benefits are illustrative until an agency replaces them. 普通待遇为示例数据。", "yellow"),
                ),
                box=box.ROUNDED,
                expand=False,
            )
        )

    def claims(self, cases: Sequence[dict[str, Any]], views: Sequence[dict[str, Any]]) -> None:
        """Every claim, and who pays what."""
        table = Table(title="Claims settled 结算结果 (yuan 元)", box=box.SIMPLE_HEAD, title_justify="left")
        table.add_column("claim 申请", no_wrap=True)
        table.add_column("status", no_wrap=True)
        table.add_column("total 总额", justify="right")
        for _, heading in _SHARES:
            table.add_column(heading, justify="right")
        table.add_column("offset 冲抵", justify="right")
        sums = dict.fromkeys([key for key, _ in _SHARES], 0)
        total = 0
        for case, view in zip(cases, views, strict=True):
            found = view.get("determination")
            if found is None:
                table.add_row(case["claim"]["claim_no"], view["status"], view.get("reason", ""))
                continue
            shares = found["shares"]
            colour = "green" if view["status"] == "settled" else "yellow"
            table.add_row(
                view["claim_no"],
                Text(view["status"], style=colour),
                found["total"],
                *(_dim_zero(shares[key]) for key, _ in _SHARES),
                _dim_zero(view["settlement"]["advance_offset"] if "settlement" in view else "0.00"),
            )
            total += parse_yuan(found["total"])
            for key in sums:
                sums[key] += parse_yuan(shares[key])
        table.add_section()
        table.add_row("sum 合计", "", format_yuan(total), *(format_yuan(sums[key]) for key, _ in _SHARES), style="bold")
        self._out.print(table)

    def explanation(self, case: dict[str, Any], view: dict[str, Any]) -> None:
        """One claim, step by step, with its articles."""
        found = view["determination"]
        says = case["says"]
        self._out.print(Text(f"How {view['claim_no']} was decided 逐步说明", style="bold italic"))
        self._out.print(f"  {says['zh']}\n  {says['en']}", style="dim")
        table = Table(box=box.SIMPLE_HEAD, show_edge=False)
        table.add_column("step 步骤", style="cyan", no_wrap=True)
        table.add_column("why 理由", ratio=3, overflow="fold")
        table.add_column("article 依据", ratio=2, overflow="fold")
        for step in found["steps"]:
            why = Text(step["text"]["zh"] + "\n" + step["text"]["en"])
            if step["formula"]:
                why.append("\n" + step["formula"], style="dim")
            table.add_row(step["step"], why, _articles(step))
        self._out.print(table)
        receipt = found["receipt"]
        self._out.print(
            f"  receipt  engine {receipt['engine']}  bundle {receipt['bundle'][:12]}…  input {receipt['input'][:12]}…  "
            f"result {receipt['result'][:12]}…",
            style="dim",
        )
        if found["illustrative"]:
            self._out.print("  uses illustrative base benefits 使用了示例普通待遇\n", style="yellow")

    def debts(self, views: Sequence[dict[str, Any]]) -> None:
        """What areas owe each other after these claims."""
        owed = [
            found["cross_region"] | {"claim": found["claim_no"]} for found in _found(views) if found["cross_region"]
        ]
        if not owed:
            return
        table = Table(title="Owed between areas 异地应清算", box=box.SIMPLE_HEAD, title_justify="left")
        for heading in ("claim 申请", "insured place owes 参保地", "treatment place 就医地", "cleared by 清算层级"):
            table.add_column(heading)
        table.add_column("yuan 元", justify="right")
        for debt in owed:
            table.add_row(debt["claim"], debt["debtor"], debt["creditor"], debt["tier"], debt["amount"])
        self._out.print(table)

    def advance(self, paid: dict[str, Any]) -> None:
        """One special advance, from the application to the bank's receipt."""
        self._out.print(Text("A special advance 专项预拨", style="bold italic"))
        quota = paid["quota"]
        self._out.print(
            f"  {paid['institution']} applied for {paid['amount']}, {paid['decided_by']} approved {paid['approved']}, "
            f"now {paid['status']}   ({quota['basis']}, {quota['citation']})\n"
        )

    def patient_elsewhere(self, request: dict[str, Any]) -> None:
        """One advance for a patient in another province, from the report to the cleared debt."""
        followed = request["followed"]
        self._out.print(Text("A patient elsewhere 异地代垫", style="bold italic"))
        self._out.print(
            f"  {request['insured_area']} reported, {request['centre']} passed on, {request['agency']} advanced "
            f"{request['granted']} to {request['institution']}   ({request['citation']})"
        )
        for claim in followed["claims"]:
            cleared = ", ".join(f"{debt['amount']} by {debt['run_id']}" for debt in claim["debts"])
            self._out.print(f"  the claim offset {claim['offset']}; debt cleared: {cleared}; now {followed['stage']}\n")

    def clearing(self, run: dict[str, Any], statement: dict[str, Any]) -> None:
        """One cleared period: net positions, instructions, and one party's statement with its root."""
        title = f"Clearing {run['period']}, tier {run['tier']}: {run['status']} 清算"
        table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
        table.add_column("party 一方")
        for heading in ("owed to 应收", "owed by 应付", "net 净额"):
            table.add_column(heading, justify="right")
        for position in run["positions"]:
            table.add_row(position["area"], position["owed_to"], position["owed_by"], position["net"])
        self._out.print(table)
        for order in run["instructions"]:
            self._out.print(f"  pay 付款  {order['from']} → {order['to']}  {order['amount']}")
        for order in run["hand_downs"]:
            words = "pay up 上解" if order["to"] == order["province"] else "pass on 拨付"
            self._out.print(f"  {words}  {order['from']} → {order['to']}  {order['amount']}")
        ordered, confirmed = run["totals"]["to_pay"], run["totals"]["confirmed"]
        self._out.print(f"  ordered 已指令付款 {ordered}, confirmed by the bank 银行已确认 {confirmed}")
        self._out.print(
            f"  statement of {statement['area']} 清分表: {len(statement['items'])} lines, Merkle root "
            f"{run['root'][:16]}…, manifest {run['manifest'][:16]}…\n",
            style="dim",
        )

    def trial_balance(self, balance: dict[str, Any]) -> None:
        """Every account of the ledger; the sum is zero or something is wrong."""
        table = Table(title="Trial balance 试算平衡 (yuan 元)", box=box.SIMPLE_HEAD, title_justify="left")
        table.add_column("account 科目", no_wrap=True)
        for heading in ("debit 借", "credit 贷", "balance 余额"):
            table.add_column(heading, justify="right")
        for account in balance["accounts"]:
            table.add_row(account["account"], *(_dim_zero(account[key]) for key in ("debit", "credit", "balance")))
        table.add_section()
        table.add_row("sum 合计", balance["debit"], balance["credit"], balance["balance"], style="bold")
        self._out.print(table)

    def closing(self, base: str, took_s: float, *, serving: bool) -> None:
        """How long it took and what to do next."""
        self._out.print(f"Done in {took_s:.1f} s.", style="bold green")
        if serving:
            self._out.print(
                f"Serving on {base} (docs: {base}/docs). A token: make -s token ROLE=hospital SUBJECT=H53010200001. "
                "Ctrl-C ends it.",
                soft_wrap=True,
            )


def _found(views: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [view["determination"] for view in views if view.get("determination")]


def _articles(step: dict[str, Any]) -> Text:
    cited = Text()
    for citation in step["decided_by"]:
        rows = f" [{', '.join(citation['source'])}]" if citation["source"] else ""
        named = f"{citation['document_no']} {citation['article']}{rows}\n"
        if named not in cited.plain:
            cited.append(named)
    for lost in step["lost"]:
        if lost["citation"]["source"]:
            cited.append(f"✗ {lost['citation']['document_no']}: {lost['why']['en']}\n", style="dim")
    cited.rstrip()
    return cited


def _dim_zero(amount: str) -> Text:
    return Text(amount, style="dim" if amount == "0.00" else "")
