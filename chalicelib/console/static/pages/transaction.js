// One transaction of the ledger: its postings, what caused it, and the provisions it rests on.
import { html } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { at, may, t } from "../state.js";
import { Cited, Facts, Head, Show } from "../ui.js";
import { Transaction } from "./claim.js";

/** @param {{id: string}} props */
export default function TransactionPage({ id }) {
    const loaded = useLoad(`transaction-${id}`, () => get(`/v1/ledger/transactions/${encodeURIComponent(id)}`));
    return html`<${Head} title=${t("记账凭证", "Transaction")} up=${[[t("账务", "Ledger"), "/ledger"]]} />
        <${Show} of=${loaded}>${(/** @type {any} */ found) => html`<section class="card"><${Transaction} of=${found} /></section>
            <section class="card"><${Facts} rows=${[[t("凭证编号", "Transaction"), html`<code>${found.transaction_id}</code>`], [t("业务来源", "Cause"), found.cause.startsWith("clm_") && may("claims:read") ? html`<a href=${at(`/claims/${found.cause}`)}><code>${found.cause}</code></a>` : html`<code>${found.cause}</code>`], [t("更正", "Corrects"), found.corrects ?? "—"]]} />
            <p class="quiet">${t("依据", "By")}：${found.provisions.map((/** @type {any} */ each) => html`<${Cited} citation=${each} /> `)}</p></section>`}<//>`;
}
