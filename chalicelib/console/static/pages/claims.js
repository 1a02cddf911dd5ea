// The claims that the caller may see: filters in the address, a page at a time.
import { html, useEffect, useState } from "../vendor/kit.js";
import { get, post, useLoad } from "../api.js";
import { label, named, payerName, PAYERS } from "../names.js";
import { at, dirty, may, me, place, t } from "../state.js";
import { choices, Dialog, Facts, Field, Filters, FindBy, Head, Instant, Money, Name, Pager, Show, State, sum, Table, time, Unit } from "../ui.js";

/** @typedef {import("../api.js").Schemas["ClaimDocument"]} Claim */
/** @typedef {import("../api.js").Refused} Refused */

/** @param {Claim[]} rows @returns {import("../ui.js").Column<Claim>[]} */
export function columnsOf(rows) {
    const part = (/** @type {keyof import("../api.js").Schemas["BillDocument"]} */ name, title = payerName(name)) => ({
        title, number: true, cell: (/** @type {Claim} */ row) => html`<${Money} amount=${row.bill?.[name]} />`,
        text: (/** @type {Claim} */ row) => row.bill?.[name] ?? "", total: html`<${Money} amount=${sum(rows.map((row) => row.bill?.[name]))} />`,
    });
    return [
        { title: t("申请号", "Number"), cell: (row) => html`<a class="nowrap" href=${at(`/claims/${row.claim_id}`)}>${row.claim_no}</a>${row.version > 1 && html` <span class="quiet">${t(`第 ${row.version} 版`, `version ${row.version}`)}</span>`}`, text: (row) => row.claim_no },
        ...(me.value?.role === "hospital" ? [] : [{ title: t("机构", "Institution"), cell: (/** @type {Claim} */ row) => html`<${Name} code=${row.institution} />`, text: (/** @type {Claim} */ row) => named(row.institution) }]),
        { title: t("状态", "State"), cell: (row) => html`<${State} value=${row.status} of="ClaimDocument.status" />${row.flags?.map((/** @type {string} */ flag) => html` <${State} value=${flag} />`)}${row.reason && html`<br /><span class="quiet">${label(row.reason)}</span>`}`, text: (row) => label(row.status, "ClaimDocument.status") },
        { title: t("受理时间", "Received"), cell: (row) => html`<${Instant} at=${row.received_at} />`, text: (row) => time(row.received_at) },
        { ...part("total", t("总费用", "Bill")), total: html`<${Money} strong amount=${sum(rows.map((row) => row.bill?.total))} />` },
        ...PAYERS.map((name) => part(name)),
    ];
}

/** The orders that a list may have beside that of receipt; each needs a period. */
const SORTS = ["amount", "updated_at"];

/** An amount as the API reads it: a whole number of yuan gets its two decimals. @param {string | undefined} amount */
const exact = (amount) => (amount && /^\d+$/.test(amount) ? `${amount}.00` : amount);
/** The list's query as the API takes it: a day of change is the instant at which it begins in Beijing. @param {Record<string, string>} query */
const asked = ({ changed_since: day, amount_from: least, amount_to: most, ...query }) => ({ ...query, amount_from: exact(least), amount_to: exact(most), ...(day ? { changed_since: `${day}T00:00:00+08:00` } : {}), limit: 50 });

export default function Claims() {
    const { query } = place.value;
    const loaded = useLoad(`claims-${JSON.stringify(query)}`, () => get("/v1/claims", asked(query)));
    const states = ["received", "deferred", "rejected", "settled", "reversed", "withdrawn"];
    const bulk = me.value?.role === "agency" && may("claims:reverse");
    const [chosen, choose] = useState(/** @type {string[]} */ ([]));
    useEffect(() => choose([]), [JSON.stringify(query)]);
    const toggle = (/** @type {string} */ id) => choose(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
    const box = { title: t("选择", "Choose"), cell: (/** @type {Claim} */ row) => row.status === "settled" && html`<input type="checkbox" class="choose" aria-label=${t(`选择 ${row.claim_no}`, `Choose ${row.claim_no}`)} checked=${chosen.includes(row.claim_id)} onChange=${() => toggle(row.claim_id)} />` };
    return html`<${Head} title=${t("结算申请", "Claims")}><${Unit} />${may("claims:read-batch") && html`<a class="button" href=${at("/claims/import")}>${may("claims:submit") ? t("从表格导入", "Import a table") : t("导入批次", "Batches")}</a>`}${may("claims:preview") && html`<a class="button" href=${at("/preview")}>${t("试算", "What would it pay")}</a>`}<//>
        <${Filters} fields=${[
            { name: "claim_no", title: t("申请号", "Number") },
            { name: "status", title: t("状态", "State"), options: choices(states, "ClaimDocument.status") },
            { name: "reason", title: t("原因", "Reason"), options: choices(["enrolment-missing", "replaced"]) },
            ...(me.value?.role === "hospital" ? [] : [{ name: "institution", title: t("机构编码", "Institution") }]),
            { name: "from", title: t("受理日起", "Received from"), type: "date" },
            { name: "to", title: t("受理日止", "Received to"), type: "date" },
            { name: "flag", title: t("核查标记", "Flag"), options: choices(["possible-duplicate", "held"]) },
            { name: "changed_since", title: t("变动日起", "Changed since"), type: "date" },
            { name: "amount_from", title: t("总费用不低于（元）", "Bill from (yuan)"), hint: t("须选受理日期间", "Needs a period of receipt") },
            { name: "amount_to", title: t("总费用不高于（元）", "Bill to (yuan)") },
            { name: "sort", title: t("排序", "Order"), options: [["", t("按受理时间", "By receipt")], ...SORTS.map((each) => [each, label(each, "sort")])], hint: t("其他排序须选受理日期间", "Others need a period of receipt") },
            ...(me.value?.role === "hospital" ? [] : [{ name: "area", title: t("经办区划", "Agency's area") }, { name: "person", title: t("人员代码", "Person's token") }]),
        ]} />
        <${FindBy} /><${Sums} query=${query} />
        <${Show} of=${loaded} rows=${8}>${(/** @type {any} */ page) => { const columns = columnsOf(page.items); return html`
            <${Table} caption=${t("结算申请", "Claims")} columns=${bulk ? [...columns.slice(0, 1), box, ...columns.slice(1)] : columns} rows=${page.items} empty=${Object.keys(query).length > 0 ? undefined : t("还没有结算申请。", "No claims yet.")} />
            ${bulk && page.items.length > 0 && html`<${BulkReversal} claims=${page.items.filter((/** @type {Claim} */ each) => chosen.includes(each.claim_id))} onDone=${() => { choose([]); loaded.reload(); }} />`}
            <${Pager} page=${page} columns=${columns} name="claims" />`; }}<//>`;
}

/** The sums of a whole list that is narrowed by days of receipt alone, kept by the server and not those of the page. @param {{query: Record<string, string>}} props */
function Sums({ query }) {
    const { from, to, area, ...others } = query;
    const whole = may("summary:read") && Object.entries(others).every(([name, value]) => !value || name === "sort" || name === "cursor" || (name === "status" && value === "settled")) && (me.value?.role !== "auditor" || Boolean(area));
    const loaded = useLoad(whole ? `sums-${JSON.stringify([from, to, area])}` : null, () => get("/v1/summary", { by: "payer", from, to, area }));
    const found = loaded.data;
    if (!whole || !found) return null;
    const part = (/** @type {string} */ name) => found.items.find((/** @type {any} */ each) => each.key === name)?.amount ?? "0.00";
    return html`<section class="card stack-bottom"><${Facts} rows=${[[t("全部已结算", "All settled"), t(`${found.settled} 件`, `${found.settled} claims`)], [t("总费用", "Bill"), html`<${Money} strong amount=${found.amount} />`], ...PAYERS.map((name) => [payerName(name), html`<${Money} amount=${part(name)} />`])]} />
        <p class="quiet">${t("汇总所选受理日期间的全部申请，含下级区划。", "Sums over all claims of the chosen days, areas below included.")}</p></section>`;
}

/** The reversal of several claims for one reason, one after the other; what was refused is told claim by claim. @param {{claims: Claim[], onDone: () => void}} props */
function BulkReversal({ claims, onDone }) {
    const [open, setOpen] = useState(false);
    const [reason, setReason] = useState("");
    const [done, setDone] = useState(/** @type {{claim_no: string, refused: Refused | null}[]} */ ([]));
    const [sending, setSending] = useState(false);
    const close = () => { dirty.value = false; setOpen(false); setReason(""); if (done.length > 0) onDone(); setDone([]); };
    const send = async (/** @type {Event} */ event) => {
        event.preventDefault();
        if (sending || !reason.trim()) return;
        setSending(true);
        /** @type {{claim_no: string, refused: Refused | null}[]} */
        const outcomes = [];
        for (const each of claims) {
            const refused = await post(`/v1/claims/${each.claim_id}/reversal`, { reason }).then(() => null, (error) => error);
            outcomes.push({ claim_no: each.claim_no, refused });
            setDone([...outcomes]);
        }
        dirty.value = false;
        setSending(false);
    };
    const wrong = done.filter((each) => each.refused);
    return html`<div class="buttons"><button type="button" class="danger" disabled=${claims.length === 0} onClick=${() => setOpen(true)}>${t(`撤销所选（${claims.length} 件）`, `Reverse those chosen (${claims.length})`)}</button></div>
        ${open && html`<${Dialog} title=${t("批量撤销结算", "Reverse several claims")} onClose=${close}>
            <p>${t(`将撤销 ${claims.length} 件，总费用 `, `${claims.length} claims, in all `)}<${Money} strong amount=${sum(claims.map((each) => each.bill?.total))} /></p>
            ${done.length < claims.length || sending ? html`<form class="act" novalidate onSubmit=${send}>
                <${Field} name="bulk-reason" title=${t("理由", "Reason")} type="area" required value=${reason} onChange=${(/** @type {string} */ value) => { dirty.value = true; setReason(value); }} />
                <p role="status">${sending && t(`已提交 ${done.length} / ${claims.length} 件`, `${done.length} of ${claims.length} sent`)}</p>
                <div class="buttons"><button type="submit" class="danger" disabled=${sending || !reason.trim()}>${t("确定撤销", "Confirm the reversals")}</button></div></form>`
                : html`<p role="status" class=${`note ${wrong.length > 0 ? "waits" : ""}`}>${t(`已受理 ${done.length - wrong.length} 件，未受理 ${wrong.length} 件。`, `${done.length - wrong.length} accepted, ${wrong.length} refused.`)}</p>
                    ${wrong.length > 0 && html`<ul>${wrong.map((each) => html`<li key=${each.claim_no}><b>${each.claim_no}</b> ${each.refused?.message}</li>`)}</ul>`}
                    <div class="buttons"><button type="button" class="main" onClick=${close}>${t("完成", "Done")}</button></div>`}<//>`}`;
}
