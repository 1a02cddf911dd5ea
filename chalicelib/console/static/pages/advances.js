// Advances: what is asked for, approved and paid, with the quota and the article that measures it.
import { html, useState } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label, named } from "../names.js";
import { may, me, place, t } from "../state.js";
import { Act, choices, Facts, Field, Filters, Head, Instant, inUnit, Later, Money, Name, Pager, Print, Show, State, sum, Table, time, today, Unit, yuan } from "../ui.js";

const STATES = ["requested", "approved", "instructed", "paid", "failed", "refused", "returned"];
const same = (/** @type {string | null | undefined} */ actor) => actor?.trim().toLowerCase() === me.value?.actor.trim().toLowerCase();

/** @typedef {import("../api.js").Schemas["AdvanceDocument"]} Advance */

/** Why this person may not take the next step, though the role may. @param {Advance} row */
function whyNot(row) {
    if (row.status === "requested" && same(row.requested_by)) return t("本人申请，须由另一人审批", "Your own request: another person decides");
    if (row.status === "instructed" && (same(row.requested_by) || same(row.decided_by))) return t("申请人、批准人不得登记回单", "Whoever asked or approved does not report the receipt");
    return null;
}

/** @param {{row: Advance, again: () => void}} props */
function Acts({ row, again }) {
    const why = whyNot(row);
    const mine = row.agency === me.value?.subject;
    if (row.status === "requested" && may("advances:decide") && mine && !row.patient_advance) {
        const path = `/v1/advances/${row.advance_id}/decision`;
        return html`<div class="buttons"><${Act} main title=${t("批准", "Approve")} why=${why} path=${path} onDone=${again} initial=${{ amount: row.amount }}
            fields=${[{ name: "amount", title: t("核准金额（元）", "Approved amount (yuan)"), required: true }, { name: "reason", title: t("说明", "Remark"), type: "area" }]}
            body=${(/** @type {any} */ entered) => ({ decision: "approve", amount: entered.amount, ...(entered.reason ? { reason: entered.reason } : {}) })} />
            ${!why && html`<${Act} danger title=${t("不予批准", "Refuse")} path=${path} onDone=${again} fields=${[{ name: "reason", title: t("理由", "Reason"), type: "area", required: true }]} body=${(/** @type {any} */ entered) => ({ decision: "refuse", reason: entered.reason })} />`}</div>`;
    }
    if (row.status === "instructed" && may("advances:confirm") && mine) {
        return html`<${Act} main title=${t("登记回单", "Report receipt")} why=${why} path=${`/v1/advances/${row.advance_id}/receipt`} onDone=${again} initial=${{ outcome: "paid" }}
            fields=${[{ name: "bank_reference", title: t("银行流水号", "Bank reference"), required: true }, { name: "outcome", title: t("结果", "Outcome"), options: ["paid", "failed"].map((code) => [code, label(code)]) }]} body=${(/** @type {any} */ entered) => entered} />`;
    }
    return null;
}

/** The reason as its writer entered it; that of an advance for a patient elsewhere is the request's number. @param {Advance} row */
const reasonOf = (row) => (row.patient_advance ? t("参保地提出的垫付申请", "Asked for by the insured place") : row.reason);

/** @param {Advance[]} rows @param {() => void} again @returns {import("../ui.js").Column<Advance>[]} */
const columnsOf = (rows, again) => [
    { title: t("机构", "Institution"), cell: (row) => html`<${Name} code=${row.institution} />${row.patient_advance && html`<br /><span class="quiet">${t("为异地患者垫付", "for a patient elsewhere")}</span>`}`, text: (row) => named(row.institution) },
    { title: t("类别", "Kind"), cell: (row) => label(row.fund), text: (row) => label(row.fund) },
    { title: t("申请金额", "Asked for"), number: true, cell: (row) => html`<${Money} amount=${row.amount} />`, text: (row) => row.amount, total: html`<${Money} amount=${sum(rows.map((row) => row.amount))} />` },
    { title: t("核准金额", "Approved"), number: true, cell: (row) => html`<${Money} amount=${row.approved} />`, text: (row) => row.approved ?? "", total: html`<${Money} amount=${sum(rows.map((row) => row.approved))} />` },
    { title: t("状态", "State"), cell: (row) => html`<${State} value=${row.status} />`, text: (row) => label(row.status) },
    { title: t("申请时间", "Asked"), cell: (row) => html`<${Instant} at=${row.requested_at} /><br /><span class="quiet actor">${row.requested_by}</span>`, text: (row) => time(row.requested_at) },
    { title: t("事由", "Reason"), cell: reasonOf, text: reasonOf },
    { title: t("办理", "Act"), cell: (row) => html`<${Acts} row=${row} again=${again} />${["instructed", "paid"].includes(row.status) && html` <${Print} path=${`/v1/advances/${row.advance_id}/notice`} name=${row.advance_id} title=${t("通知单", "Notice")} />`}` },
];

function Request() {
    const hospital = me.value?.role === "hospital";
    const [asked, setAsked] = useState("");
    return html`${asked && html`<span class="state good">${asked}</span>`}<${Act} main title=${t("申请预拨", "Ask for an advance")} path="/v1/advances" onDone=${(/** @type {any} */ answer) => setAsked(label(answer.status))} initial=${{ institution: hospital ? (me.value?.subject ?? "") : "", fund: "special" }}
        fields=${[...(hospital ? [] : [{ name: "institution", title: t("机构编码", "Institution"), required: true }]), { name: "fund", title: t("类别", "Kind"), options: ["special", "ordinary"].map((code) => [code, label(code)]) }, { name: "amount", title: t("金额（元，两位小数）", "Amount (yuan, two decimals)"), required: true }, { name: "reason", title: t("事由", "Reason"), type: "area", required: true }]}
        body=${(/** @type {any} */ entered) => ({ ...entered, amount: /^\d+$/.test(entered.amount) ? `${entered.amount}.00` : entered.amount })} />`;
}

export default function Advances() {
    return html`<${Head} title=${t("预拨", "Advances")}><${Unit} />${may("advances:request") && html`<${Request} />`}<//>
        ${may("advances:list") ? html`<${List} />` : html`<${Own} />`}
        ${may("reports:read") && html`<${Balances} />`}`;
}

function List() {
    const { query } = place.value;
    const loaded = useLoad(`advances-${JSON.stringify(query)}`, () => get("/v1/advances", { ...query, limit: 50 }));
    return html`<${Filters} fields=${[{ name: "status", title: t("状态", "State"), options: choices(STATES) }, ...(me.value?.role === "auditor" ? [{ name: "area", title: t("经办区划", "Agency's area") }] : [])]} />
        <${Show} of=${loaded}>${(/** @type {any} */ page) => { const columns = columnsOf(page.items, loaded.reload); return html`<${Table} caption=${t("预拨", "Advances")} columns=${columns} rows=${page.items} /><${Pager} page=${page} columns=${columns} name="advances" />`; }}<//>`;
}

function Own() {
    const { query } = place.value;
    const code = me.value?.subject ?? "";
    const loaded = useLoad(`advances-${JSON.stringify(query)}`, () => get(`/v1/institutions/${code}/advances`, { ...query, limit: 50 }));
    return html`<${Show} of=${loaded}>${(/** @type {any} */ page) => { const columns = columnsOf(page.items, loaded.reload).slice(1, -1); return html`<section class="card"><${Facts} rows=${[
        [t("专项预拨余额", "Special advance left"), html`<${Money} strong amount=${page.balance.special.balance} />`], [t("日常预付余额", "Ordinary advance left"), html`<${Money} strong amount=${page.balance.ordinary.balance} />`],
        [t("已指令未到账", "Ordered, not yet paid"), html`<${Money} amount=${page.balance.special.instructed} />`], [t("多付待退", "Overpaid"), html`<${Money} amount=${page.overpaid} />`]]} /></section>
        <div class="stack-top"><${Table} caption=${t("预拨", "Advances")} columns=${columns} rows=${page.items} /></div><${Pager} page=${page} columns=${columns} name="advances" />`; }}<//>`;
}

function Balances() {
    const loaded = useLoad("advance-balances", () => get("/v1/reports/advances", { as_of: today() }));
    return html`<section class="stack-top"><h2>${t("各机构余额", "Balances by hospital")}</h2><${Show} of=${loaded}>${(/** @type {any} */ report) => html`<${Table} caption=${t("各机构余额", "Balances by hospital")} rows=${report.institutions} sum=${t("合计", "Total")} columns=${[
        { title: t("机构", "Institution"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.institution} />` },
        { title: t("专项已拨", "Special paid"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.special.paid} />`, total: html`<${Money} amount=${report.special.paid} />` },
        { title: t("专项已用", "Special spent"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.special.spent} />`, total: html`<${Money} amount=${report.special.spent} />` },
        { title: t("专项余额", "Special left"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.special.balance} /><${Bullet} part=${row.special.balance} of=${row.special.paid} />`, total: html`<${Money} amount=${report.special.balance} />` },
        { title: t("日常余额", "Ordinary left"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.ordinary.balance} />`, total: html`<${Money} amount=${report.ordinary.balance} />` }]} />`}<//><${History} /></section>`;
}

const MONTHS = 12;

/** The last days of so many months, today the last of them. */
function monthEnds() {
    const [year, month] = today().split("-").map(Number);
    const ends = Array.from({ length: MONTHS - 1 }, (_, back) => new Date(Date.UTC(year ?? 0, (month ?? 1) - 1 - back, 0)).toISOString().slice(0, 10));
    return [today(), ...ends].reverse();
}

/** The figures at the ends of the last months, asked for once somebody opens them. */
function History() {
    const [opened, open] = useState(false);
    const [code, choose] = useState("");
    const loaded = useLoad(opened ? "advance-history" : null, () => Promise.all(monthEnds().map((day) => get("/v1/reports/advances", { as_of: day }))));
    return html`<details class="part stack-top" onToggle=${(/** @type {any} */ event) => event.currentTarget.open && open(true)}><summary>${t("预拨走势（近十二个月末）", "Advances at the ends of the last twelve months")}</summary>
        ${opened && html`<${Show} of=${loaded} rows=${3}>${(/** @type {any[]} */ reports) => html`<div class="pair stack-top"><${Field} name="history-of" title=${t("机构", "Institution")} value=${code} onChange=${choose} options=${[["", t("全部机构", "All institutions")], ...(reports.at(-1)?.institutions ?? []).map((/** @type {any} */ each) => [each.institution, named(each.institution)])]} /></div>
            <${Line} reports=${reports} code=${code} />`}<//>`}</details>`;
}

/** What was paid to one institution or to all, spent and left, as lines with the same figures below. @param {{reports: any[], code: string}} props */
function Line({ reports, code }) {
    const title = t("预拨走势", "Advances by month");
    const of = (/** @type {any} */ report) => code ? report.institutions.find((/** @type {any} */ each) => each.institution === code) : report;
    const figures = [["special", "paid", t("专项已拨", "Special paid")], ["special", "spent", t("专项已用", "Special spent")], ["special", "balance", t("专项余额", "Special left")], ["ordinary", "balance", t("日常余额", "Ordinary left")]];
    const amount = (/** @type {any} */ report, /** @type {(string | undefined)[]} */ [fund, part]) => of(report)?.[fund ?? ""][part ?? ""] ?? "0.00";
    return html`<${Later} from=${() => import("../chart.js")} part="Chart" low palette=${[1, 4, 6, 5]} title=${title} option=${{
            legend: { bottom: 0 }, grid: { left: 90, right: 20, top: 10, bottom: 60 }, xAxis: { type: "category", data: reports.map((each) => each.as_of) }, yAxis: { type: "value", splitNumber: 3, axisLabel: { formatter: inUnit } },
            series: figures.map((figure) => ({ type: "line", step: "end", name: figure[2], data: reports.map((each) => amount(each, figure)) })) }} />
        <${Table} caption=${title} rows=${[...reports].reverse()} columns=${[{ title: t("截至", "As of"), cell: (/** @type {any} */ row) => row.as_of }, ...figures.map((figure) => ({ title: figure[2] ?? "", number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${amount(row, figure)} />` }))]} />`;
}

/** How much is left of what was paid. @param {{part: string, of: string}} props */
const Bullet = ({ part, of: whole }) => html`<meter min="0" max=${Number(whole) || 1} value=${Number(part)} aria-label=${t(`余额占已拨 ${yuan(part)} / ${yuan(whole)}`, `${yuan(part)} left of ${yuan(whole)}`)}></meter>`;
