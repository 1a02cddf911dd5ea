// The transactions of a period or of an account, without knowing an id; filters in the address, files from the server.
import { html, useState } from "../vendor/kit.js";
import { download, get, useLoad } from "../api.js";
import { label } from "../names.js";
import { at, go, may, place, t } from "../state.js";
import { choices, Field, Filters, Instant, Money, Pager, Problem, Show, Table, time } from "../ui.js";
import { accountName } from "./claim.js";

/** @typedef {import("../api.js").Schemas["ListedTransactionDocument"]} Listed */

const EVENTS = [
    "settled", "corrected", "reversed", "offset", "offset-restored", "payment-ordered", "payment-confirmed", "paid-beyond", "came-back", "advance-instructed", "advance-confirmed", "advance-failed",
    "advance-returned", "reimbursed", "finance-paid", "enrolled", "cleared", "disputed", "dispute-withheld", "resolved", "ruled", "ruling-borne", "ruling-presented", "clearing-instructed",
    "clearing-received", "handed-down", "requisition-paid", "requisition-received",
];
const PATH = "/v1/ledger/transactions";

/** The files of a list with its filters: everything, not the page alone. @param {{path: string, query: Record<string, string>, name: string}} props */
export function Files({ path, query, name }) {
    const [refused, refuse] = useState(/** @type {any} */ (null));
    const fetched = (/** @type {string} */ format) => () => { refuse(null); download(path, { ...query, format }, `${name}.${format}`).catch(refuse); };
    return html`<div class="buttons stack-bottom"><button type="button" onClick=${fetched("xlsx")}>${t("导出 Excel", "Excel file")}</button><button type="button" onClick=${fetched("csv")}>${t("导出 CSV", "CSV file")}</button></div>${refused && html`<${Problem} refused=${refused} />`}`;
}

/** @param {string} account @returns {import("../ui.js").Column<Listed>[]} */
function columnsOf(account) {
    const side = (/** @type {boolean} */ credit) => (/** @type {Listed} */ row) => (row.movement && row.movement !== "0.00" && row.movement.startsWith("-") === credit ? html`<${Money} amount=${row.movement.replace("-", "")} />` : "");
    const amounts = account
        ? [{ title: t("借方", "Debit"), number: true, cell: side(false), text: (/** @type {Listed} */ row) => row.movement ?? "" }, { title: t("贷方", "Credit"), number: true, cell: side(true) }]
        : [{ title: t("凭证金额", "Amount"), number: true, cell: (/** @type {Listed} */ row) => html`<${Money} amount=${row.amount} />`, text: (/** @type {Listed} */ row) => row.amount }];
    return [
        { title: t("时间", "When"), cell: (row) => html`<${Instant} at=${row.occurred_at} />`, text: (row) => time(row.occurred_at) },
        { title: t("类型", "Kind"), cell: (row) => label(row.event, "event"), text: (row) => label(row.event, "event") },
        { title: t("凭证", "Transaction"), cell: (row) => html`<a href=${at(`/ledger/${encodeURIComponent(row.transaction_id)}`)}><code>${row.transaction_id}</code></a>`, text: (row) => row.transaction_id },
        { title: t("业务来源", "Cause"), cell: (row) => html`<${Cause} cause=${row.cause} />`, text: (row) => row.cause },
        ...amounts,
    ];
}

/** What caused a transaction; a claim is one click away for those who may read it. @param {{cause: string}} props */
export const Cause = ({ cause }) => (cause.startsWith("clm_") && may("claims:read") ? html`<a href=${at(`/claims/${cause}`)}><code>${cause}</code></a>` : html`<code>${cause}</code>`);

export function Transactions() {
    const { tab, ...query } = place.value.query;
    const account = query.account ?? "";
    const loaded = useLoad(`transactions-${JSON.stringify(query)}`, () => get(PATH, { ...query, limit: 50 }));
    const { cursor: _, ...wanted } = query;
    const columns = columnsOf(account);
    return html`${account && html`<p class="stack-bottom"><a href=${at("/ledger", { tab: "accounts" })}>${t("全部账户", "All accounts")}</a> / ${accountName(account)} <code class="quiet">${account}</code></p>`}
        <${Filters} fields=${[
            ...(tab === "accounts" ? [] : [{ name: "account", title: t("账户", "Account"), hint: "hospital/H53010200001/payable" }]),
            { name: "event", title: t("类型", "Kind"), options: choices(EVENTS, "event") },
            { name: "cause", title: t("业务来源", "Cause"), hint: "clm_…" },
            { name: "month", title: t("记账月份", "Month of posting"), hint: "2026-11" },
            { name: "from", title: t("记账日起", "Posted from"), type: "date" },
            { name: "to", title: t("记账日止", "Posted to"), type: "date" },
        ]} />
        ${!account && !query.month && !query.from && !query.to && html`<p class="quiet stack-bottom">${t("未选期间，列出本月凭证。", "Without a period, this month's transactions are listed.")}</p>`}
        <${Show} of=${loaded} rows=${8}>${(/** @type {any} */ page) => html`<${Table} caption=${t("记账凭证", "Transactions")} columns=${columns} rows=${page.items} />
            <${Pager} page=${page} columns=${columns} name="transactions" />${page.items.length > 0 && html`<${Files} path=${PATH} query=${wanted} name="transactions" />`}`}<//>
        ${tab !== "accounts" && html`<${ByNumber} />`}`;
}

function ByNumber() {
    const [id, setId] = useState("");
    return html`<form class="card stack" onSubmit=${(/** @type {Event} */ event) => { event.preventDefault(); if (id.trim()) go(`/ledger/${encodeURIComponent(id.trim())}`); }}>
        <${Field} name="transaction" title=${t("按凭证编号查询", "By its number")} value=${id} onChange=${setId} hint="settle:clm_…" /><div class="buttons"><button type="submit">${t("打开凭证", "Open the transaction")}</button></div></form>`;
}
