// The claims that the caller may see: filters in the address, a page at a time.
import { html } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label, named, payerName } from "../names.js";
import { at, may, me, place, t } from "../state.js";
import { choices, Filters, Head, Instant, Money, Name, Pager, Show, State, sum, Table, time, Unit } from "../ui.js";

const PARTS = /** @type {const} */ (["basic", "critical", "assistance", "fiscal", "patient"]);

/** @typedef {import("../api.js").Schemas["ClaimDocument"]} Claim */

/** @param {Claim[]} rows @returns {import("../ui.js").Column<Claim>[]} */
export function columnsOf(rows) {
    const part = (/** @type {keyof import("../api.js").Schemas["BillDocument"]} */ name, title = payerName(name)) => ({
        title, number: true, cell: (/** @type {Claim} */ row) => html`<${Money} amount=${row.bill?.[name]} />`,
        text: (/** @type {Claim} */ row) => row.bill?.[name] ?? "", total: html`<${Money} amount=${sum(rows.map((row) => row.bill?.[name]))} />`,
    });
    return [
        { title: t("申请号", "Number"), cell: (row) => html`<a class="nowrap" href=${at(`/claims/${row.claim_id}`)}>${row.claim_no}</a>${row.version > 1 && html` <span class="quiet">${t(`第 ${row.version} 版`, `version ${row.version}`)}</span>`}`, text: (row) => row.claim_no },
        { title: t("机构", "Institution"), cell: (row) => html`<${Name} code=${row.institution} />`, text: (row) => named(row.institution) },
        { title: t("状态", "State"), cell: (row) => html`<${State} value=${row.status} of="ClaimDocument.status" />${row.flags?.map((/** @type {string} */ flag) => html` <${State} value=${flag} />`)}${row.reason && html`<br /><span class="quiet">${label(row.reason)}</span>`}`, text: (row) => label(row.status, "ClaimDocument.status") },
        { title: t("受理时间", "Received"), cell: (row) => html`<${Instant} at=${row.received_at} />`, text: (row) => time(row.received_at) },
        { ...part("total", t("总费用", "Bill")), total: html`<${Money} strong amount=${sum(rows.map((row) => row.bill?.total))} />` },
        ...PARTS.map((name) => part(name)),
    ];
}

export default function Claims() {
    const { query } = place.value;
    const loaded = useLoad(`claims-${JSON.stringify(query)}`, () => get("/v1/claims", { ...query, limit: 50 }));
    const states = ["received", "deferred", "rejected", "settled", "reversed", "withdrawn"];
    return html`<${Head} title=${t("结算申请", "Claims")}><${Unit} />${may("claims:preview") && html`<a class="button" href=${at("/preview")}>${t("试算", "What would it pay")}</a>`}<//>
        <${Filters} fields=${[
            { name: "claim_no", title: t("申请号", "Number") },
            { name: "status", title: t("状态", "State"), options: choices(states, "ClaimDocument.status") },
            { name: "reason", title: t("原因", "Reason"), options: choices(["enrolment-missing", "replaced"]) },
            ...(me.value?.role === "hospital" ? [] : [{ name: "institution", title: t("机构编码", "Institution") }]),
            { name: "from", title: t("受理日起", "Received from"), type: "date" },
            { name: "to", title: t("受理日止", "Received to"), type: "date" },
            { name: "flag", title: t("核查标记", "Flag"), options: choices(["possible-duplicate", "held"]) },
            ...(me.value?.role === "hospital" ? [] : [{ name: "area", title: t("经办区划", "Agency's area") }, { name: "person", title: t("人员代码", "Person's token") }]),
        ]} />
        <${Show} of=${loaded} rows=${8}>${(/** @type {any} */ page) => { const columns = columnsOf(page.items); return html`
            <${Table} caption=${t("结算申请", "Claims")} columns=${columns} rows=${page.items} empty=${Object.keys(query).length > 0 ? undefined : t("还没有结算申请。", "No claims yet.")} />
            <${Pager} page=${page} columns=${columns} name="claims" />`; }}<//>`;
}
