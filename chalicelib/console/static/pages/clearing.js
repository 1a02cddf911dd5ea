// Clearing: the runs, and the windows that stand open now.
import { html } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label, named } from "../names.js";
import { at, go, may, me, place, t } from "../state.js";
import { Act, choices, Filters, Head, Name, Pager, Show, State, Table, time } from "../ui.js";

const STATES = ["closing", "verified", "netted", "confirming", "instructed", "settled", "failed"];

export default function Clearing() {
    const { query } = place.value;
    const loaded = useLoad(`runs-${JSON.stringify(query)}`, () => get("/v1/clearing/runs", { ...query, limit: 50 }));
    /** @type {import("../ui.js").Column<import("../api.js").Schemas["RunSummary"]>[]} */
    const columns = [
        { title: t("清算期", "Period"), cell: (row) => html`<a href=${at(`/clearing/${row.run_id}`)}>${row.period} · ${t(`第 ${row.window} 期`, `window ${row.window}`)}</a>`, text: (row) => `${row.period}-${row.window}` },
        { title: t("层级", "Tier"), cell: (row) => html`<${Name} code=${row.tier} />`, text: (row) => named(row.tier) },
        { title: t("状态", "State"), cell: (row) => html`<${State} value=${row.status} of="RunDocument.status" />`, text: (row) => label(row.status, "RunDocument.status") },
        { title: t("版次", "Edition"), cell: (row) => row.edition, text: (row) => String(row.edition) },
        { title: t("明细数", "Lines"), number: true, cell: (row) => row.lines, text: (row) => String(row.lines) },
        { title: t("开始", "Started"), cell: (row) => time(row.started_at), text: (row) => time(row.started_at) },
        { title: t("确认期限", "To confirm by"), cell: (row) => time(row.deadline, true), text: (row) => time(row.deadline, true) },
    ];
    return html`<${Head} title=${t("区划间清算", "Clearing between areas")}><//>
        ${may("clearing:run") && html`<${Windows} again=${loaded.reload} />`}
        <${Filters} fields=${[{ name: "status", title: t("状态", "State"), options: choices(STATES, "RunDocument.status") }, { name: "period", title: t("清算期（如 2026-11）", "Period (as 2026-11)") }, { name: "tier", title: t("层级区划代码", "Tier's area code") }]} />
        <${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("清算批次", "Runs")} columns=${columns} rows=${page.items} /><${Pager} page=${page} columns=${columns} name="clearing-runs" />`}<//>`;
}

/** @param {{again: () => void}} props */
function Windows({ again }) {
    const tier = me.value?.subject ?? "";
    const loaded = useLoad(`windows-${tier}`, () => get("/v1/clearing/windows", { tier, limit: 50 }));
    const open = (/** @type {any[]} */ items) => items.filter((each) => each.run_id === null);
    return html`<section class="card stack-bottom"><div class="card-head"><h2>${t("当前清算期", "Open windows")}</h2></div><${Show} of=${loaded} rows=${1}>${(/** @type {any} */ page) => open(page.items).length === 0 ? html`<p class="quiet">${t("没有未关闭的清算期。", "No window stands open.")}</p>` : html`<${Table} caption=${t("当前清算期", "Open windows")} rows=${open(page.items)} columns=${[
        { title: t("清算期", "Period"), cell: (/** @type {any} */ row) => row.period }, { title: t("期次", "Window"), cell: (/** @type {any} */ row) => row.number },
        { title: t("办理", "Act"), cell: (/** @type {any} */ row) => html`<${Act} main title=${t("关闭并清算", "Close and clear")} path="/v1/clearing/runs" body=${() => ({ tier, period: row.period })} text=${t("关闭后新入账的结算进入下一期；逐笔证明完整后再轧差。", "What is posted afterwards goes into the next window; netting follows once everything is proved complete.")} onDone=${(/** @type {any} */ answer) => { again(); go(`/clearing/${answer.run_id}`); }} />` }]} />`}<//></section>`;
}
