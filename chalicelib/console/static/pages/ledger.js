// The ledger: accounts by family with their balances, the trial balance, and the audit that replays the journal.
import { html, useState } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label, named } from "../names.js";
import { at, may, place, t } from "../state.js";
import { Empty, Facts, Filters, FindBy, Head, Money, Name, Pager, Show, sum, Table, Tabs, time, Unit } from "../ui.js";
import { Acts } from "./acts.js";
import { accountName } from "./claim.js";
import { Transactions } from "./transactions.js";

export default function Ledger() {
    const tab = place.value.query.tab ?? "balance";
    const tabs = [["balance", t("试算平衡", "Trial balance")], ["accounts", t("账户", "Accounts")], ["transactions", t("凭证", "Transactions")], ...(may("ledger:audit") ? [["audit", t("审计", "Audit")], ["access", t("查询记录", "Access records")]] : []), ...(may("trail:read") ? [["acts", t("操作记录", "Who did what")]] : [])];
    return html`<${Head} title=${t("账务与审计", "Ledger and audit")}><${Unit} /><//>
        <${Tabs} now=${tab} tabs=${tabs} />
        ${tab === "balance" && html`<${Balance} />`}${tab === "accounts" && html`<${Accounts} />`}${tab === "transactions" && html`<${Transactions} />`}${tab === "audit" && html`<${Audit} />`}${tab === "access" && html`<${Access} />`}${tab === "acts" && html`<${Acts} />`}`;
}

const amounts = (/** @type {any[]} */ rows) => [["debit", t("借方", "Debit")], ["credit", t("贷方", "Credit")], ["balance", t("余额", "Balance")]].map(([name, title]) => ({ title: title ?? "", number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row[name ?? ""]} />`, text: (/** @type {any} */ row) => row[name ?? ""], total: html`<${Money} strong amount=${sum(rows.map((row) => row[name ?? ""]))} />` }));

function Balance() {
    const loaded = useLoad("trial-balance", () => get("/v1/ledger/trial-balance"));
    return html`<${Show} of=${loaded}>${(/** @type {any} */ found) => {
        const families = [...Map.groupBy(found.accounts, (/** @type {any} */ each) => each.account.split("/")[0])].map(([family, rows]) => ({ family, count: rows.length, ...Object.fromEntries(["debit", "credit", "balance"].map((name) => [name, sum(rows.map((/** @type {any} */ each) => each[name]))])) }));
        return html`<p class=${found.balance === "0.00" ? "note" : "note waits"} role="status">${found.balance === "0.00" ? t("✓ 借贷平衡，合计为 0.00。", "✓ Debits and credits balance: the sum is 0.00.") : t("本单位可见账户的合计；全部账户由审计核对。", "The sum of the accounts you see; the auditor's whole view is 0.00.")}</p>
            <div class="stack-top"><${Table} caption=${t("试算平衡", "Trial balance")} rows=${families} sum=${t("合计", "Total")} columns=${[{ title: t("账户类别", "Family"), cell: (/** @type {any} */ row) => html`<a href=${`#/ledger?tab=accounts&prefix=${row.family}/`}>${accountName(row.family)}</a>` }, { title: t("账户数", "Accounts"), number: true, cell: (/** @type {any} */ row) => row.count }, ...amounts(families)]} /></div>`;
    }}<//>`;
}

function Accounts() {
    const { tab: _, ...query } = place.value.query;
    if (query.account) return html`<${Transactions} />`;
    return html`<${AccountList} query=${query} />`;
}

/** @param {{query: Record<string, string>}} props */
function AccountList({ query }) {
    const loaded = useLoad(`accounts-${JSON.stringify(query)}`, () => get("/v1/ledger/accounts", { ...query, limit: 50 }));
    return html`<${Filters} fields=${[{ name: "prefix", title: t("账户名前缀", "Begins with"), hint: "hospital/ · fund/530100/" }]} />
        <${Show} of=${loaded}>${(/** @type {any} */ page) => { const columns = [{ title: t("账户", "Account"), cell: (/** @type {any} */ row) => html`<a href=${at("/ledger", { tab: "accounts", account: row.account })}>${accountName(row.account)}</a><br /><code class="quiet">${row.account}</code>`, text: (/** @type {any} */ row) => row.account }, ...amounts(page.items)]; return html`<${Table} caption=${t("账户", "Accounts")} columns=${columns} rows=${page.items} /><${Pager} page=${page} columns=${columns} name="accounts" />`; }}<//>`;
}

function Audit() {
    const [asked, ask] = useState(0);
    const loaded = useLoad(asked ? `audit-${asked}` : null, () => get("/v1/ledger/audit"));
    return html`<section class="card stack"><p>${t("重放全部凭证，与各计数逐一核对。", "Replays the whole journal and compares every counter with it.")}</p><div class="buttons"><button type="button" class="main" disabled=${asked > 0 && loaded.loading} onClick=${() => ask(asked + 1)}>${t("立即审计", "Audit now")}</button></div>
        ${asked > 0 && html`<${Show} of=${loaded} rows=${2}>${(/** @type {any} */ found) => html`<div role="status"><${Facts} rows=${[[t("凭证", "Transactions"), found.transactions], [t("账户", "Accounts"), found.accounts], [t("差异", "Differences"), found.differences.length === 0 ? t("✓ 无", "✓ none") : found.differences.length]]} />
            ${found.differences.length > 0 && html`<${Table} caption=${t("差异", "Differences")} rows=${found.differences} columns=${[{ title: t("事项", "What"), cell: (/** @type {any} */ row) => row.what }, { title: t("位置", "Where"), cell: (/** @type {any} */ row) => row.where }, { title: t("凭证所示", "Journal"), cell: (/** @type {any} */ row) => row.journal }, { title: t("计数所示", "Counter"), cell: (/** @type {any} */ row) => row.state }]} />`}</div>`}<//>`}</section>`;
}

/** Who looked a person up, and for what. @returns {import("../ui.js").Column<import("../api.js").Schemas["AccessRecordDocument"]>[]} */
const lookups = () => [
    { title: t("时间", "When"), cell: (row) => time(row.at), text: (row) => time(row.at) },
    { title: t("查询人", "Person"), cell: (row) => row.actor, text: (row) => row.actor },
    { title: t("角色", "Role"), cell: (row) => label(row.role, "role"), text: (row) => label(row.role, "role") },
    { title: t("单位", "Office"), cell: (row) => html`<${Name} code=${row.subject} />`, text: (row) => named(row.subject) },
    { title: t("用途", "Purpose"), cell: (row) => label(row.purpose, "AccessRecordDocument.purpose"), text: (row) => label(row.purpose, "AccessRecordDocument.purpose") },
    { title: t("证件与姓名相符", "Number and name match"), cell: (row) => matched(row.matched), text: (row) => matched(row.matched) },
    { title: t("接口", "Call"), cell: (row) => html`<code>${row.call}</code>`, text: (row) => row.call },
];
const matched = (/** @type {boolean | null | undefined} */ found) => (found === null || found === undefined ? "—" : found ? t("是", "Yes") : t("否", "No"));

function Access() {
    const columns = lookups();
    const { query } = place.value;
    const loaded = useLoad(query.person ? `access-${JSON.stringify(query)}` : null, () => get("/v1/access-records", { person: query.person, cursor: query.cursor, limit: 50 }));
    return html`<${FindBy} open=${!query.person} /><${Filters} open=${!query.person} fields=${[{ name: "person", title: t("人员代码", "Person's token") }]} />${!query.person && html`<${Empty}>${t("按证件和姓名查找，或填写人员代码。查找本身也记入查询记录。", "Find the person by document and name, or enter the token. The search is itself on record.")}<//>`}${query.person && html`<${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("查询记录", "Access records")} rows=${page.items} columns=${columns} empty=${t("没有人查询过此人。", "Nobody looked this person up.")} /><${Pager} page=${page} columns=${columns} name="access-records" />`}<//>`}`;
}
