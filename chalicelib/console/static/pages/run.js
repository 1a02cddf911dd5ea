// One clearing run: how far it is, what areas owe each other, what is paid, what is disputed.
import { html, useEffect } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label, named } from "../names.js";
import { at, may, me, said, t } from "../state.js";
import { Act, Empty, Facts, Head, Money, Name, Show, State, sum, Table, time, Unit, yuan } from "../ui.js";
import { Chart } from "../chart.js";

const STAGES = ["closing", "verified", "netted", "confirming", "instructed", "settled"];
/** The steps of a run, as the work that each of them is. */
const stageName = (/** @type {string} */ code) => ({ closing: t("关闭窗口", "Close the window"), verified: t("核对", "Verify"), netted: t("轧差", "Net"), confirming: t("各方确认", "Parties confirm"), instructed: t("付款", "Pay"), settled: t("结清", "Settle") })[code];
const MOVING = new Set(["closing", "verified", "netted"]);

/** @param {{id: string}} props */
export default function RunPage({ id }) {
    const loaded = useLoad(`run-${id}`, () => get(`/v1/clearing/runs/${id}`));
    const moving = MOVING.has(loaded.data?.status);
    useEffect(() => {
        if (!moving) return undefined;
        const turn = setInterval(loaded.reload, 2_000);
        return () => clearInterval(turn);
    }, [moving]);
    return html`<${Show} of=${loaded} rows=${8}>${(/** @type {any} */ run) => html`<${Whole} run=${run} again=${loaded.reload} />`}<//>`;
}

/** @typedef {import("../api.js").Schemas["RunDocument"]} Run */

/** @param {{run: Run, again: () => void}} props */
function Whole({ run, again }) {
    const area = me.value?.subject ?? "";
    const path = `/v1/clearing/runs/${run.run_id}`;
    const stage = STAGES.indexOf(run.status);
    return html`<${Head} title=${t(`${run.period} 清算 · ${named(run.tier)}`, `Clearing of ${run.period} · ${named(run.tier)}`)} up=${[[t("清算", "Clearing"), "/clearing"]]}>
            <${Unit} />
            ${run.awaited.includes(area) && may("clearing:confirm") && html`<${Act} main title=${t("确认对账单", "Confirm the statement")} path=${`${path}/confirmations`} body=${() => ({ area })} onDone=${again} text=${t("确认后，未提出争议的明细即视为无异议。", "Lines that are not disputed then stand.")} />`}
            <button type="button" onClick=${() => window.print()}>${t("打印", "Print")}</button><//>
        <ol class="stepper" aria-live="polite">${STAGES.map((code, at) => html`<li key=${code} class=${run.status === "failed" ? "" : at < stage || at === STAGES.length - 1 && at === stage ? "done" : at === stage ? "now" : ""}>${stageName(code)}</li>`)}${run.status === "failed" && html`<li class="stopped">${label("failed")}</li>`}</ol>
        <section class="card"><${Facts} rows=${[
            [t("状态", "State"), html`<${State} value=${run.status} of="RunDocument.status" />`], [t("明细", "Lines"), run.totals.lines], [t("清算总额", "Gross"), html`<${Money} strong amount=${run.totals.gross} />`], [t("应付净额", "Net to pay"), html`<${Money} strong amount=${run.totals.to_pay} />`],
            [t("争议", "Disputed"), html`<${Money} amount=${run.totals.disputed} />`], [t("待处置", "In suspense"), html`<${Money} amount=${run.totals.in_suspense} />`], [t("版次", "Edition"), run.edition], [t("确认期限", "To confirm by"), time(run.deadline)],
            [t("待确认", "Still to confirm"), run.awaited.length === 0 ? t("无", "none") : run.awaited.map(named).join(t("、", ", "))]]} />
            ${run.terms.interpretation && html`<p class="quiet">${said(run.terms.interpretation)}</p>`}</section>
        ${run.faults.length > 0 && html`<section class="problem"><p class="strong">${t("清算未通过完整性证明，须修复后继续。", "The window is not proved complete; it has to be repaired.")}</p></section>`}
        <div class="halves stack-top">
            <section class="card"><h2>${t("区划间应付流向", "Who owes whom")}</h2>${run.obligations.length === 0 ? html`<${Empty}>${t("没有应付。", "Nothing is owed.")}<//>` : html`<${Flows} obligations=${run.obligations} />`}</section>
            <section class="card"><h2>${t("净额", "Net positions")}</h2><${Table} caption=${t("净额", "Net positions")} rows=${run.positions} columns=${[
                { title: t("区划", "Area"), cell: (/** @type {any} */ row) => may("clearing:read-statement") && (me.value?.role === "auditor" || me.value?.role === "centre" || row.area === area) ? html`<a href=${at(`/clearing/${run.run_id}/${row.area}`)}>${named(row.area)}</a>` : html`<${Name} code=${row.area} />` },
                { title: t("类别", "Kind"), cell: (/** @type {any} */ row) => label(row.kind) }, ...[["owed_to", t("应收", "Receives")], ["owed_by", t("应付", "Pays")], ["net", t("净额", "Net")]].map(([name, title]) => ({ title: title ?? "", number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row[name ?? ""]} />` }))]} /></section></div>
        <section class="card stack-top"><h2>${t("付款指令与回单", "Payments and receipts")}</h2><${Payments} run=${run} again=${again} path=${path} /></section>
        ${run.hand_downs.length > 0 && html`<section class="card"><h2>${t("上解与拨付", "Paying up and passing on")}</h2><${Table} caption=${t("上解与拨付", "Paying up and passing on")} rows=${run.hand_downs} columns=${[
            { title: t("方向", "Direction"), cell: (/** @type {any} */ row) => (row.to === row.province ? t("上解", "pay up") : t("拨付", "pass on")) }, { title: t("付款方", "From"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.from} />` }, { title: t("收款方", "To"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.to} />` },
            { title: t("金额", "Amount"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.amount} />` }, { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.state} />` }]} /></section>`}
        <section class="card"><h2>${t("争议", "Disputes")}</h2>${run.disputes.length === 0 ? html`<p class="quiet">${t("没有争议。", "There are no disputes.")}</p>` : html`<${Disputes} run=${run} again=${again} path=${path} />`}</section>
        <section class="card"><h2>${t("存证", "Evidence")}</h2><${Facts} rows=${[[t("根哈希", "Root"), html`<code>${run.root ?? "—"}</code>`], [t("清单", "Manifest"), html`<code>${run.manifest ?? "—"}</code>`]]} /></section>`;
}

/** @param {{run: Run, again: () => void, path: string}} props */
function Payments({ run, again, path }) {
    const paid = new Map(run.payments.map((/** @type {any} */ each) => [each.instruction, each]));
    if (run.instructions.length === 0) return html`<p class="quiet">${t("尚无付款指令。", "No payments are ordered yet.")}</p>`;
    return html`<${Table} caption=${t("付款指令", "Payments")} rows=${run.instructions} columns=${[
        { title: t("付款方", "From"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.from} />` }, { title: t("收款方", "To"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.to} />` }, { title: t("类别", "Kind"), cell: (/** @type {any} */ row) => label(row.kind) },
        { title: t("金额", "Amount"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.amount} />` }, { title: t("已收", "Received"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${paid.get(row.instruction)?.received} />` },
        { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${paid.get(row.instruction)?.state ?? "open"} />` },
        ...(may("clearing:receipt") && run.status === "instructed" ? [{ title: t("办理", "Act"), cell: (/** @type {any} */ row) => paid.get(row.instruction)?.state !== "matched" && html`<${Act} main title=${t("登记回单", "Report receipt")} path=${`${path}/receipts`} onDone=${again} initial=${{ amount: row.amount }}
            fields=${[{ name: "bank_reference", title: t("银行流水号", "Bank reference"), required: true }, { name: "amount", title: t("金额（元）", "Amount (yuan)"), required: true }]} body=${(/** @type {any} */ entered) => ({ instruction: row.instruction, ...entered })} />` }] : [])]} />`;
}

/** @param {{run: Run, again: () => void, path: string}} props */
const Disputes = ({ run, again, path }) => html`<${Table} caption=${t("争议", "Disputes")} rows=${run.disputes} columns=${[
    { title: t("提出方", "Raised by"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.area} />` }, { title: t("结算申请", "Claim"), cell: (/** @type {any} */ row) => html`<code>${row.claim_id.slice(0, 14)}</code>` }, { title: t("理由", "Reason"), cell: (/** @type {any} */ row) => row.reason },
    { title: t("金额", "Amount"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.amount} />` }, { title: t("裁定", "Ruling"), cell: (/** @type {any} */ row) => (row.verdict ? `${label(row.verdict)} ${row.owed ? yuan(row.owed) : ""}` : html`<${State} value=${row.status} />`) },
    { title: t("办理", "Act"), cell: (/** @type {any} */ row) => !row.verdict && may("clearing:resolve") && html`<${Act} main title=${t("裁定", "Rule")} path=${`${path}/disputes/${row.dispute_id}/resolution`} onDone=${again} initial=${{ verdict: "" }}
        text=${t("提出争议者不得裁定。", "Whoever raised a dispute does not rule on it.")} fields=${[{ name: "verdict", title: t("裁定", "Verdict"), required: true, options: [["", t("请选择", "Choose")], ...["owed", "reduced", "not-owed"].map((code) => [code, label(code)])] }, { name: "amount", title: t("应付金额（调减时）", "Amount owed (where reduced)") }]}
        body=${(/** @type {any} */ entered) => ({ verdict: entered.verdict, ...(entered.verdict === "reduced" ? { amount: entered.amount } : {}) })} />` }]} />`;

/** So many flows can still be told apart as bands. */
const FLOWS_MAX = 12;
/** So few flows fill no high chart. */
const LOW_BELOW = 4;

/** Who owes whom, each pair shaded by its amount: rows pay, columns receive. @param {{obligations: any[]}} props */
function Matrix({ obligations }) {
    const largest = Math.max(...obligations.map((each) => Number(each.amount)));
    const sides = (/** @type {"debtor" | "creditor"} */ side) => [...new Set(obligations.map((each) => each[side]))].sort();
    const owed = new Map(Map.groupBy(obligations, (each) => `${each.debtor}-${each.creditor}`).entries().map(([pair, rows]) => [pair, sum(rows.map((each) => each.amount))]));
    const caption = t("区划间应付矩阵：行为应付方，列为应收方", "Who owes whom: rows pay, columns receive");
    return html`<div class="scroll stack-bottom" tabindex="0" role="region" aria-label=${caption}><table class="dense matrix"><caption class="hidden">${caption}</caption>
        <thead><tr><th scope="col">${t("应付＼应收", "Pays \\ receives")}</th>${sides("creditor").map((code) => html`<th scope="col" key=${code}>${named(code)}</th>`)}</tr></thead>
        <tbody>${sides("debtor").map((debtor) => html`<tr key=${debtor}><th scope="row">${named(debtor)}</th>${sides("creditor").map((creditor) => { const amount = owed.get(`${debtor}-${creditor}`); return html`<td key=${creditor} style=${{ "--part": amount ? Math.max(0.12, Number(amount) / largest) : 0 }}>${amount ? yuan(amount) : ""}</td>`; })}</tr>`)}</tbody></table></div>`;
}

/** @param {{obligations: any[]}} props */
function Flows({ obligations }) {
    const links = obligations.map((each) => ({ source: t(`${named(each.debtor)}（付）`, `${named(each.debtor)} pays`), target: t(`${named(each.creditor)}（收）`, `${named(each.creditor)} receives`), value: Number(each.amount) }));
    const names = [...new Set(links.flatMap((each) => [each.source, each.target]))];
    const many = obligations.length > FLOWS_MAX;
    const pairs = html`<${Table} caption=${t("应付", "Obligations")} rows=${obligations} columns=${[
            { title: t("应付方", "Debtor"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.debtor} />` }, { title: t("应收方", "Creditor"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.creditor} />` },
            { title: t("笔数", "Claims"), number: true, cell: (/** @type {any} */ row) => row.claims }, { title: t("金额", "Amount"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.amount} />` }]} />`;
    return html`${many ? html`<${Matrix} obligations=${obligations} />` : html`<${Chart} low=${obligations.length < LOW_BELOW} title=${t("区划间应付流向", "Who owes whom")} option=${{ series: [{ type: "sankey", data: names.map((name) => ({ name })), links, emphasis: { focus: "adjacency" }, nodeGap: 18, right: 130, lineStyle: { color: "source", opacity: 0.35 } }] }} />`}
        ${many ? html`<details class="part"><summary>${t("逐对列出", "As a list, pair by pair")}</summary>${pairs}</details>` : pairs}`;
}
