// An area's statement of a run, line by line: what it is asked to confirm, and what it may dispute.
import { html, useState } from "../vendor/kit.js";
import { download, get, useLoad } from "../api.js";
import { label, named } from "../names.js";
import { at, may, me, place, t } from "../state.js";
import { Act, choices, Facts, Filters, Head, Money, Name, Pager, Show, State, sum, Table, time, Unit, yuan } from "../ui.js";
import { Proof } from "./claim.js";

/** @param {{id: string, below: string}} props */
export default function Statement({ id, below: area }) {
    const { query } = place.value;
    const path = `/v1/clearing/runs/${id}`;
    const loaded = useLoad(`statement-${id}-${area}-${JSON.stringify(query)}`, () => Promise.all([get(`${path}/statements/${area}`, { ...query, limit: 50 }), get(`${path}/statements/${area}/claims`, { ...query, limit: 50 })]).then(([stated, found]) => ({ ...stated, items: found.items })));
    const [proved, prove] = useState("");
    const mine = me.value?.subject === area;
    /** @typedef {import("../api.js").Schemas["StatedLineDocument"]} Line */
    /** @param {Line[]} rows @returns {import("../ui.js").Column<Line>[]} */
    const columnsOf = (rows) => [
        { title: t("结算申请", "Claim"), cell: (row) => row.claim ? html`<a class="nowrap" href=${at(`/claims/${row.claim_id}`)}>${row.claim.claim_no}</a><br /><span class="quiet">${row.claim.institution_name} · ${t("总费用", "bill")} ${yuan(row.claim.total)}</span>` : html`<code>${row.claim_id.slice(0, 14)}</code>`, text: (row) => row.claim?.claim_no ?? row.claim_id },
        { title: t("类别", "Kind"), cell: (row) => label(row.kind), text: (row) => label(row.kind) },
        { title: t("应付方", "Debtor"), cell: (row) => html`<${Name} code=${row.debtor} />`, text: (row) => named(row.debtor) },
        { title: t("应收方", "Creditor"), cell: (row) => html`<${Name} code=${row.creditor} />`, text: (row) => named(row.creditor) },
        { title: t("金额", "Amount"), number: true, cell: (row) => html`<${Money} amount=${row.amount} />`, text: (row) => row.amount, total: html`<${Money} strong amount=${sum(rows.map((row) => row.amount))} />` },
        { title: t("入账时间", "Posted"), cell: (row) => time(row.occurred_at), text: (row) => time(row.occurred_at) },
        { title: t("状态", "State"), cell: (row) => html`<${State} value=${row.status} />`, text: (row) => label(row.status) },
        { title: t("办理", "Act"), cell: (row) => html`<div class="buttons"><button type="button" onClick=${() => prove(row.claim_id)}>${t("验证", "Prove")}</button>
            ${mine && may("clearing:dispute") && row.status !== "disputed" && html`<${Act} danger title=${t("提出争议", "Dispute")} path=${`${path}/disputes`} onDone=${loaded.reload} fields=${[{ name: "reason", title: t("理由", "Reason"), type: "area", required: true }]} body=${(/** @type {any} */ entered) => ({ area, claim_id: row.claim_id, reason: entered.reason })} />`}</div>` },
    ];
    return html`<${Head} title=${t(`${named(area)} 清算对账单`, `Statement of ${named(area)}`)} up=${[[t("清算", "Clearing"), "/clearing"], [t("清算批次", "Run"), `/clearing/${id}`]]}>
            <${Unit} />
            <button type="button" onClick=${() => download(`${path}/statements/${area}/form`, { format: "html" }, `statement-${area}.html`)}>${t("打印签章表", "Form to sign")}</button><button type="button" onClick=${() => download(`${path}/statements/${area}/form`, { format: "xlsx" }, `statement-form-${area}.xlsx`)}>${t("签章表 Excel", "Form to sign, Excel")}</button>
            <button type="button" onClick=${() => download(`${path}/statements/${area}`, { format: "xlsx" }, `statement-${area}.xlsx`)}>${t("明细 Excel", "Lines, Excel")}</button><button type="button" onClick=${() => download(`${path}/statements/${area}`, { format: "csv" }, `statement-${area}.csv`)}>${t("明细 CSV", "Lines, CSV")}</button><button type="button" onClick=${() => download(`${path}/statements/${area}/claims`, { ...(query.kind ? { kind: query.kind } : {}), format: "xlsx" }, `statement-claims-${area}.xlsx`)}>${t("核对表 Excel", "Table to check, Excel")}</button>
            ${mine && may("clearing:confirm") && html`<${Act} main title=${t("确认对账单", "Confirm the statement")} path=${`${path}/confirmations`} body=${() => ({ area })} onDone=${loaded.reload} text=${t("确认后，未提出争议的明细即视为无异议。", "Lines that are not disputed then stand.")} />`}<//>
        <${Filters} fields=${[{ name: "kind", title: t("类别", "Kind"), options: choices(["fund", "subsidy"]) }]} />
        <${Show} of=${loaded} rows=${8}>${(/** @type {any} */ found) => { const columns = columnsOf(found.items); return html`
            ${found.dispute_pending && html`<p class="note waits">${t(`第 ${found.edition} 版：有争议尚未裁定，金额可能变动。`, `Edition ${found.edition}: a dispute is pending, so figures may change.`)}</p>`}
            <section class="card"><${Facts} rows=${[[t("清算期", "Period"), `${found.period} · ${t(`第 ${found.window} 期`, `window ${found.window}`)}`], [t("版次", "Edition"), found.edition], ...found.totals.flatMap((/** @type {any} */ each) => [[`${label(each.kind)} · ${t("应收", "receives")}`, html`<${Money} amount=${each.owed_to} />`], [`${label(each.kind)} · ${t("应付", "pays")}`, html`<${Money} amount=${each.owed_by} />`], [`${label(each.kind)} · ${t("净额", "net")}`, html`<${Money} strong amount=${each.net} />`]])]} /></section>
            ${proved && html`<div class="stack-top"><${Proof} key=${proved} run=${id} claim=${proved} /></div>`}
            <div class="stack-top"><${Table} caption=${t("对账单明细", "Lines")} columns=${columns} rows=${found.items} chosen=${(/** @type {any} */ row) => row.claim_id === proved} /></div><${Pager} page=${found} columns=${columns} name=${`statement-${area}`} />`; }}<//>`;
}
