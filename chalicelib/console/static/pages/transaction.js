// One transaction of the ledger: its postings, what caused it, and the provisions it rests on.
import { html } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { at, t } from "../state.js";
import { Cited, Facts, Head, Show, time } from "../ui.js";
import { Transaction } from "./claim.js";
import { Cause } from "./transactions.js";

/** @param {{id: string}} props */
export default function TransactionPage({ id }) {
    const loaded = useLoad(`transaction-${id}`, () => get(`/v1/ledger/transactions/${encodeURIComponent(id)}`));
    return html`<${Head} title=${t("记账凭证", "Transaction")} up=${[[t("账务", "Ledger"), "/ledger"]]} />
        <${Show} of=${loaded}>${(/** @type {any} */ found) => html`<section class="card"><${Transaction} of=${found} /></section>
            <section class="card"><${Facts} rows=${[[t("凭证编号", "Transaction"), html`<code>${found.transaction_id}</code>`], [t("业务来源", "Cause"), html`<${Cause} cause=${found.cause} /> <a href=${at("/ledger", { tab: "transactions", cause: found.cause, month: time(found.occurred_at, true).slice(0, 7) })}>${t("同一来源的凭证", "Others of this cause")}</a>`], [t("更正", "Corrects"), found.corrects ? html`<a href=${at(`/ledger/${encodeURIComponent(found.corrects)}`)}><code>${found.corrects}</code></a>` : "—"]]} />
            <p class="quiet">${t("依据：", "By: ")}${found.provisions.map((/** @type {any} */ each) => html`<${Cited} citation=${each} /> `)}</p></section>`}<//>`;
}
