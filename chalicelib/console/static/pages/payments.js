// Payments: an area's orders by state, the bank's file line by line, and a hospital's remittance.
import { html, useState } from "../vendor/kit.js";
import { base64Of, download, exchange, get, headline, post, Refused, useLoad } from "../api.js";
import { label, named } from "../names.js";
import { at, may, me, place, said, t } from "../state.js";
import { Act, choices, Empty, Facts, Filters, Head, Money, Name, Pager, Print, Problem, Show, State, sum, Table, Tabs, time, today, Unit, yuan } from "../ui.js";

export default function Payments() {
    const tab = place.value.query.tab ?? "orders";
    const tabs = [["orders", t("支付单", "Orders")], ["remittance", t("支付通知", "Remittance")], ...(may("payments:confirm") ? [["bank", t("银行文件", "Bank's file")]] : [])];
    return html`<${Head} title=${t("支付与对账", "Payments")}><${Unit} /><//>
        <${Tabs} now=${tab} tabs=${tabs} />
        ${tab === "orders" && html`<${Orders} />`}${tab === "remittance" && html`<${Remittance} />`}${tab === "bank" && html`<${Bank} />`}`;
}

/** The hospital's number of the claim that is paid; its id where the order is older than that. @param {any} row */
const claimOf = (row) => row.claim_no ?? row.claim_id;

function Orders() {
    const { tab: _, ...query } = place.value.query;
    const own = !may("payments:list");
    const loaded = useLoad(`payments-${JSON.stringify(query)}`, () => get(own ? `/v1/institutions/${me.value?.subject}/payments` : "/v1/payments", { ...query, limit: 50 }));
    const columns = (/** @type {any[]} */ rows) => [
        { title: t("机构", "Institution"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.institution} />`, text: (/** @type {any} */ row) => named(row.institution) },
        { title: t("申请号", "Claim"), cell: (/** @type {any} */ row) => may("claims:read") ? html`<a class="nowrap" href=${at(`/claims/${row.claim_id}`)}>${claimOf(row)}</a>` : claimOf(row), text: claimOf },
        { title: t("支付单", "Order"), cell: (/** @type {any} */ row) => html`<code title=${row.payment_id}>${row.payment_id.slice(0, 12)}…</code>`, text: (/** @type {any} */ row) => row.payment_id },
        { title: t("金额", "Amount"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.amount} />`, text: (/** @type {any} */ row) => row.amount, total: html`<${Money} strong amount=${sum(rows.map((row) => row.amount))} />` },
        { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} />`, text: (/** @type {any} */ row) => label(row.status) },
        { title: t("发出时间", "Ordered"), cell: (/** @type {any} */ row) => time(row.ordered_at), text: (/** @type {any} */ row) => time(row.ordered_at) },
        { title: t("银行流水号", "Bank reference"), cell: (/** @type {any} */ row) => row.bank_reference ?? "—", text: (/** @type {any} */ row) => row.bank_reference ?? "" },
        ...(may("payments:confirm") ? [{ title: t("办理", "Act"), cell: (/** @type {any} */ row) => row.status === "ordered" && html`<${Act} main title=${t("登记回单", "Report receipt")} path=${`/v1/payments/${row.payment_id}/receipt`} onDone=${loaded.reload} initial=${{ outcome: "paid" }}
            fields=${[{ name: "bank_reference", title: t("银行流水号", "Bank reference"), required: true }, { name: "outcome", title: t("结果", "Outcome"), options: ["paid", "failed"].map((code) => [code, label(code)]) }]} body=${(/** @type {any} */ entered) => entered} />` }] : []),
    ];
    return html`${!own && html`<${Filters} fields=${[{ name: "status", title: t("状态", "State"), options: choices(["held", "ordered", "paid", "failed", "recalled"]) }, ...(me.value?.role === "auditor" ? [{ name: "area", title: t("经办区划", "Agency's area") }] : [])]} />`}
        <${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("支付单", "Orders")} columns=${columns(page.items)} rows=${page.items} /><${Pager} page=${page} columns=${columns(page.items)} name="payments" />`}<//>`;
}

function Remittance() {
    const { query } = place.value;
    const code = query.institution || (me.value?.role === "hospital" ? (me.value?.subject ?? "") : "");
    const span = { from: query.from || `${today().slice(0, 8)}01`, to: query.to || today() };
    const loaded = useLoad(code ? `remittance-${code}-${span.from}-${span.to}` : null, () => get(`/v1/institutions/${code}/remittance`, span));
    return html`<${Filters} open=${!code} fields=${[...(me.value?.role === "hospital" ? [] : [{ name: "institution", title: t("机构编码", "Institution") }]), { name: "from", title: t("日期起", "From"), type: "date" }, { name: "to", title: t("日期止", "To"), type: "date" }]} />
        ${!code ? html`<${Empty}>${t("填写机构编码后查询支付通知。", "Name an institution to see its remittance.")}<//>` : html`<${Show} of=${loaded}>${(/** @type {any} */ found) => html`<section class="card"><div class="card-head"><h2>${named(found.institution)} ${span.from} – ${span.to}</h2>
            <button type="button" onClick=${() => download(`/v1/institutions/${code}/remittance`, { ...span, format: "csv" }, `remittance-${code}.csv`)}>CSV</button><${Print} path=${`/v1/institutions/${code}/remittance/notice`} query=${span} name=${`remittance-${code}`} title=${t("打印支付通知单", "Print the notice")} /></div><${Facts} rows=${[
                [t("应付", "Owed"), html`<${Money} amount=${found.owed} />`], [t("预拨冲抵", "Met from advances"), html`<${Money} amount=${found.offset} />`], [t("扣回", "Kept back"), html`<${Money} amount=${found.withheld} />`], [t("已发支付单", "Ordered"), html`<${Money} strong amount=${found.ordered} />`], [t("暂缓", "Held"), html`<${Money} amount=${found.held} />`]]} /></section>
            <div class="stack-top"><${Table} caption=${t("支付通知", "Remittance")} rows=${found.lines} sum=${t("合计", "Total")} columns=${[
                { title: t("申请号", "Number"), cell: (/** @type {any} */ row) => may("claims:read") ? html`<a class="nowrap" href=${at(`/claims/${row.claim_id}`)}>${row.claim_no}</a>` : row.claim_no }, { title: t("事项", "Event"), cell: (/** @type {any} */ row) => label(row.event) }, { title: t("时间", "At"), cell: (/** @type {any} */ row) => time(row.at) },
                ...[["billed", t("总费用", "Bill")], ["patient", t("个人负担", "Patient")], ["owed", t("应付", "Owed")], ["offset", t("预拨冲抵", "From advances")], ["ordered", t("支付单", "Ordered")]].map(([name, title]) => ({ title: title ?? "", number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row[name ?? ""]} />`, total: html`<${Money} amount=${sum(found.lines.map((/** @type {any} */ row) => row[name ?? ""]))} />` }))]} /></div>`}<//>`}`;
}

/** @typedef {{line: number, order: string, reference: string, amount: string, outcome: string, state: string, says: string}} BankLine */

/** The lines of a bank's file: order, reference, amount, outcome; a head row and either separator are understood. @param {string} text @returns {BankLine[]} */
export function readBankFile(text) {
    const rows = text.replace(/^\ufeff/, "").split(/\r?\n/).map((row) => row.split(/[,\t;]/).map((cell) => cell.trim().replace(/^"|"$/g, "")));
    return rows.flatMap(([order = "", reference = "", amount = "", outcome = ""], at) => {
        if (!order || (at === 0 && !/\d/.test(amount))) return [];
        const read = /^(failed|失败|退汇)$/i.test(outcome) ? "failed" : "paid";
        return [{ line: at + 1, order, reference, amount: amount.replace(/[,，]/g, ""), outcome: read, state: "", says: "" }];
    });
}

function Bank() {
    const [lines, set] = useState(/** @type {BankLine[]} */ ([]));
    const [busy, setBusy] = useState(false);
    const choose = async (/** @type {any} */ event) => {
        const file = event.currentTarget.files?.[0];
        if (file) set(await matched(readBankFile(await file.text())));
    };
    const send = async () => {
        setBusy(true);
        for (const line of lines.filter((each) => each.state === "matched")) {
            const told = await post(`/v1/payments/${line.order}/receipt`, { bank_reference: line.reference, outcome: line.outcome }).then(
                () => ({ ...line, state: line.outcome, says: t("已登记", "Reported") }),
                (refused) => ({ ...line, state: "refused", says: refused instanceof Refused ? refused.findings.map((each) => said(each.message)).join(" ") || headline(refused) : String(refused) }),
            );
            set((before) => before.map((each) => (each.line === line.line ? told : each)));
        }
        setBusy(false);
    };
    const ready = lines.filter((each) => each.state === "matched");
    return html`<${Workbook} /><section class="card stack stack-top"><h2>${t("CSV 文件：先比对，后登记", "A CSV file, compared first")}</h2><p>${t("导入银行回单文件（CSV，依次为：支付单号、银行流水号、金额、结果）。逐行比对后再登记，不符的行不会登记。", "Choose the bank's file (CSV: order, bank reference, amount, outcome). Each line is compared first; one that does not fit is not reported.")}</p>
        <div class="field"><label for="bank-file">${t("选择文件", "Choose a file")}</label><input id="bank-file" type="file" accept=".csv,.txt" onChange=${choose} /></div>
        ${lines.length > 0 && html`<${Table} caption=${t("银行文件", "Bank's file")} rows=${lines} columns=${[
            { title: t("行", "Line"), cell: (/** @type {BankLine} */ row) => row.line }, { title: t("支付单", "Order"), cell: (/** @type {BankLine} */ row) => html`<code>${row.order.slice(0, 18)}</code>` }, { title: t("银行流水号", "Bank reference"), cell: (/** @type {BankLine} */ row) => row.reference },
            { title: t("金额", "Amount"), number: true, cell: (/** @type {BankLine} */ row) => yuan(row.amount), total: yuan(sum(lines.filter((each) => /^-?\d+\.\d\d$/.test(each.amount)).map((each) => each.amount))) },
            { title: t("比对", "Compared"), cell: (/** @type {BankLine} */ row) => html`<${State} value=${row.state} />` }, { title: t("说明", "Remark"), cell: (/** @type {BankLine} */ row) => row.says }]} />
            <div class="buttons"><button type="button" class="main" disabled=${busy || ready.length === 0} onClick=${send}>${t(`登记相符的 ${ready.length} 行`, `Report the lines that fit (${ready.length})`)}</button></div>`}</section>`;
}

/** A bank's file as the API books it, line by line, with what is wrong given back as a workbook. */
function Workbook() {
    const [file, setFile] = useState(/** @type {File | null} */ (null));
    const [found, setFound] = useState(/** @type {import("../api.js").Schemas["UploadDocument"] | null} */ (null));
    const [refused, setRefused] = useState(/** @type {Refused | null} */ (null));
    const [busy, setBusy] = useState(false);
    const path = "/v1/payments/receipts";
    const attempt = async (/** @type {(body: {file: string}) => Promise<void>} */ act) => {
        if (!file || busy) return;
        setBusy(true);
        setRefused(null);
        await act({ file: await base64Of(file) }).catch((error) => setRefused(error instanceof Refused ? error : new Refused(0, "unreachable", [], "")));
        setBusy(false);
    };
    return html`<section class="card stack"><h2>${t("Excel 或 CSV 文件：逐行登记", "An Excel or CSV file, booked line by line")}</h2>
        <p>${t("首行为列名 payment_id、bank_reference、amount、outcome（paid 或 failed），一次至多 200 行。金额与支付单不符的行不登记；同一文件再次导入不重复记账。", "The first line names the columns payment_id, bank_reference, amount and outcome (paid or failed); at most 200 lines. A line whose amount is not the order's is not booked, and the same file again books nothing.")}</p>
        <div class="field"><label for="bank-workbook">${t("选择 Excel 或 CSV 文件", "Choose an Excel or CSV file")}</label><input id="bank-workbook" type="file" accept=".xlsx,.csv" onChange=${(/** @type {any} */ event) => { setFile(event.currentTarget.files?.[0] ?? null); setFound(null); }} /></div>
        <div class="buttons"><button type="button" class="main" disabled=${busy || !file} onClick=${() => attempt(async (body) => setFound(await post(path, body)))}>${t("导入并登记", "Import and book")}</button>
            ${found && html`<button type="button" disabled=${busy} onClick=${() => attempt((body) => exchange(path, { format: "xlsx" }, body, "receipts-answered.xlsx"))}>${t("下载逐行结果（Excel）", "Each line's answer (Excel)")}</button>`}</div>
        ${refused && html`<${Problem} refused=${refused} />`}
        ${found && html`<p role="status">${t(`新登记 ${found.kept} 行，已登记过 ${found.known} 行，未登记 ${found.refused} 行。`, `${found.kept} booked, ${found.known} known, ${found.refused} refused.`)}</p>
            <${Table} caption=${t("逐行结果", "Each line's answer")} rows=${found.lines} columns=${[
                { title: t("行", "Line"), cell: (/** @type {any} */ row) => row.line }, { title: t("结果", "Outcome"), cell: (/** @type {any} */ row) => html`<${State} value=${row.outcome} of="UploadLineDocument.outcome" />` },
                { title: t("支付单", "Order"), cell: (/** @type {any} */ row) => html`<code>${(row.record_id ?? "—").slice(0, 18)}</code>` }, { title: t("错误", "What is wrong"), cell: (/** @type {any} */ row) => row.errors.map((/** @type {any} */ each) => html`<div>${each.field && html`<code>${each.field}</code> `}${said(each.message)}</div>`) }]} />`}</section>`;
}

/** Compare each line with the orders that wait. @param {BankLine[]} lines @returns {Promise<BankLine[]>} */
async function matched(lines) {
    const orders = new Map();
    let cursor;
    do {
        const page = await get("/v1/payments", { status: "ordered", limit: 200, cursor });
        page.items.forEach((/** @type {any} */ each) => orders.set(each.payment_id, each));
        cursor = page.next ?? undefined;
    } while (cursor);
    return lines.map((line) => {
        const order = orders.get(line.order);
        if (!order) return { ...line, state: "unknown", says: t("没有此待付支付单", "No such order waits") };
        if (!line.reference) return { ...line, state: "unknown", says: t("缺少银行流水号", "The bank reference is missing") };
        if (order.amount !== line.amount) return { ...line, state: "partial", says: t(`应为 ${yuan(order.amount)} 元`, `The order is ${yuan(order.amount)} yuan`) };
        return { ...line, state: "matched", says: t("相符", "It fits") };
    });
}
