// The overview: the figures of a span of days as an office reports them, every number leading to its list.
import { html, useState } from "../vendor/kit.js";
import { download, get, useLoad } from "../api.js";
import { label, named, payerName, PAYERS } from "../names.js";
import { at, may, me, place, t } from "../state.js";
import { Filters, Head, inUnit, Money, Name, Show, Table, time, today, Unit, unitName, yuan } from "../ui.js";
import { Chart } from "../chart.js";

export default function Overview() {
    const { query } = place.value;
    const span = { from: query.from || `${today().slice(0, 4)}-01-01`, to: query.to || today() };
    const area = query.area;
    const settled = useLoad(`settlement-${JSON.stringify([span, area])}`, () => get("/v1/reports/settlement", { ...span, area }));
    const advances = useLoad(`advances-${JSON.stringify([span.to, area])}`, () => get("/v1/reports/advances", { as_of: span.to, area }));
    return html`<${Head} title=${t("总览", "Overview")}><${Unit} />${may("reports:daily") && html`<button type="button" onClick=${() => download("/v1/reports/daily", { date: span.to, ...(area ? { area } : {}), format: "xlsx" }, `daily-${span.to}.xlsx`)}>${t(`日报 ${span.to}`, `Report of ${span.to}`)}</button>`}<button type="button" onClick=${() => { settled.reload(); advances.reload(); }}>${t("刷新", "Refresh")}</button><//>
        <${Filters} fields=${[{ name: "from", title: t("日期起", "From"), type: "date", usual: span.from }, { name: "to", title: t("日期止", "To"), type: "date", usual: span.to }, ...(me.value?.role === "auditor" ? [{ name: "area", title: t("区划", "Area") }] : [])]} />
        <${Show} of=${settled}>${(/** @type {any} */ report) => html`<${Figures} report=${report} />`}<//>
        <${Bank} key=${JSON.stringify([span.to, area])} on=${span.to} area=${area} />
        ${may("summary:read") && (me.value?.role !== "auditor" || area) && html`<${Sums} key=${JSON.stringify([span, area])} span=${span} area=${area} />`}
        <${Show} of=${advances}>${(/** @type {any} */ report) => html`<${Advances} report=${report} />`}<//>`;
}

/** @param {{report: any}} props */
function Figures({ report }) {
    const [copied, setCopied] = useState(false);
    const percent = report.confirmed.insurance_share === null ? "—" : `${(Number(report.confirmed.insurance_share) * 100).toFixed(2)}%`;
    const words = t(
        `${report.from} 至 ${report.to}，${named(report.area)}共结算 ${report.person_times} 人次，医疗总费用 ${yuan(report.total)} ${unitName()}，医保支付 ${yuan(report.insurance_paid)} ${unitName()}；其中确诊患者 ${report.confirmed.persons} 人，人均费用 ${yuan(report.confirmed.average)} ${unitName()}，医保支付比例 ${percent}。`,
        `From ${report.from} to ${report.to} ${named(report.area)} settled ${report.person_times} visits, ${yuan(report.total)} ${unitName()} in all, of which insurance paid ${yuan(report.insurance_paid)}; ${report.confirmed.persons} confirmed patients cost ${yuan(report.confirmed.average)} each and insurance paid ${percent}.`,
    );
    const tile = (/** @type {string} */ name, /** @type {any} */ value) => may("claims:read") ? html`<a class="tile" href=${at("/claims", { status: "settled" })}><span class="quiet">${name}</span><b>${value}</b></a>` : html`<div class="tile"><span class="quiet">${name}</span><b>${value}</b></div>`;
    return html`<div class="tiles">${tile(t("结算人次", "Visits settled"), report.person_times)}${tile(t("医疗总费用", "Total"), html`<${Money} amount=${report.total} />`)}${tile(t("医保支付", "Insurance paid"), html`<${Money} amount=${report.insurance_paid} />`)}${tile(t("确诊患者", "Confirmed patients"), report.confirmed.persons)}${tile(t("确诊人均费用", "Cost per patient"), html`<${Money} amount=${report.confirmed.average} />`)}${tile(t("确诊医保支付比例", "Insurance share"), percent)}</div>
        <section class="card stack-top"><div class="card-head"><h2>${t("通报口径", "In words")}</h2><button type="button" onClick=${() => navigator.clipboard?.writeText(words).then(() => setCopied(true), () => undefined)}>${copied ? t("已复制", "Copied") : t("复制文字", "Copy as text")}</button></div><p>${words}</p><p class="quiet">${t("数据截至", "As of")} ${report.as_at} · ${t("刷新于", "read at")} ${time(new Date().toISOString())}</p></section>`;
}

/** The money that the bank paid and received on the last day, each kind leading to its transactions. @param {{on: string, area?: string}} props */
function Bank({ on, area }) {
    const asked = { date: on, ...(area ? { area } : {}) };
    const loaded = useLoad(`bank-${JSON.stringify(asked)}`, () => get("/v1/reports/bank", asked));
    const file = (/** @type {string} */ format) => html`<button type="button" onClick=${() => download("/v1/reports/bank", { ...asked, format }, `bank-${on}.${format}`)}>${format === "csv" ? "CSV" : "Excel"}</button>`;
    const title = t(`银行收付 ${on}`, `Bank movements of ${on}`);
    return html`<${Show} of=${loaded} rows=${2}>${(/** @type {import("../api.js").Schemas["BankReportDocument"]} */ report) => html`<section class="card stack-bottom"><div class="card-head"><h2>${title}</h2><div class="buttons">${file("csv")}${file("xlsx")}</div></div>
        <${Table} caption=${title} rows=${report.events} sum=${t("合计", "Total")} empty=${t("当日银行没有收付。", "The bank moved no money on this day.")} columns=${[
            { title: t("业务", "Event"), cell: (/** @type {typeof report.events[number]} */ each) => { const name = label(each.event, "BankEventDocument.event"); return may("ledger:read") ? html`<a href=${at("/ledger", { tab: "transactions", event: each.event, from: on, to: on })}>${name}</a>` : name; } },
            { title: t("笔数", "Movements"), number: true, cell: (/** @type {typeof report.events[number]} */ each) => each.count, total: report.count },
            { title: t("支出", "Paid"), number: true, cell: (/** @type {typeof report.events[number]} */ each) => html`<${Money} amount=${each.paid} />`, total: html`<${Money} amount=${report.paid} />` },
            { title: t("收入", "Received"), number: true, cell: (/** @type {typeof report.events[number]} */ each) => html`<${Money} amount=${each.received} />`, total: html`<${Money} amount=${report.received} />` }]} /></section>`}<//>`;
}

const STATES = ["received", "deferred", "rejected", "settled", "reversed", "withdrawn"];
const DAY_MS = 86_400_000;
/** The server sums so many days at most. */
const DAYS_MAX = 366;

/** The claims received in the span, by state, payer and day; the server keeps these sums and counts nothing. @param {{span: {from: string, to: string}, area?: string}} props */
function Sums({ span, area }) {
    const short = (Date.parse(span.to) - Date.parse(span.from)) / DAY_MS < DAYS_MAX;
    const loaded = useLoad(`sums-${JSON.stringify([span, area])}`, () => Promise.all(["status", "payer", ...(short ? ["day"] : [])].map((by) => get("/v1/summary", { by, ...span, area }))));
    return html`<${Show} of=${loaded} rows=${3}>${(/** @type {any[]} */ [states, payers, days]) => html`<section class="card stack-bottom"><div class="card-head"><h2>${t("期间受理的申请", "Claims received in these days")}</h2><${Unit} /></div>
        <div class="tiles">${STATES.map((code) => { const number = states.items.find((/** @type {any} */ each) => each.key === code)?.claims ?? 0; const inside = html`<span class="quiet">${label(code, "ClaimDocument.status")}</span><b>${number}</b>`; return may("claims:read") ? html`<a class="tile" key=${code} href=${at("/claims", { status: code, from: span.from, to: span.to, ...(area ? { area } : {}) })}>${inside}</a>` : html`<div class="tile" key=${code}>${inside}</div>`; })}</div>
        <h3 class="stack-top">${t("各方支付", "Who paid")}</h3><${Bars} title=${t("各方支付", "Who paid")} rows=${payers.items.map((/** @type {any} */ each) => [payerName(each.key), each.amount])} />
        ${days?.items.length > 0 && html`<${Days} days=${days.items} area=${area} />`}</section>`}<//>`;
}

/** The colours that the payers have on a claim's page. */
const PALETTE = [1, 2, 3, 4, 6];

/** The settled claims by day of receipt, each day's bar parted by payer, and the same as a table. @param {{days: import("../api.js").Schemas["SummaryItemDocument"][], area?: string}} props */
function Days({ days, area }) {
    const title = t("逐日结算金额（按支付方）", "Settled by day of receipt and payer");
    const borne = (/** @type {typeof days[number]} */ day, /** @type {string} */ payer) => day.payers.find((each) => each.payer === payer)?.amount ?? "0.00";
    const option = {
        legend: { bottom: 0 }, grid: { left: 90, right: 20, top: 10, bottom: 60 }, xAxis: { type: "category", data: days.map((each) => each.key) }, yAxis: { type: "value", splitNumber: 3, axisLabel: { formatter: inUnit } },
        series: PAYERS.map((payer) => ({ type: "bar", stack: "day", name: payerName(payer), barMaxWidth: 30, data: days.map((day) => borne(day, payer)) })),
    };
    const dayCell = (/** @type {typeof days[number]} */ day) => may("claims:read") ? html`<a href=${at("/claims", { from: day.key, to: day.key, area })}>${day.key}</a>` : day.key;
    return html`<h3 class="stack-top">${title}</h3><${Chart} low title=${title} option=${option} palette=${PALETTE} />
        <details class="part"><summary>${t("逐日列出", "As a list, day by day")}</summary><${Table} caption=${title} rows=${days} columns=${[
            { title: t("受理日", "Received"), cell: dayCell }, { title: t("受理", "Claims"), number: true, cell: (/** @type {typeof days[number]} */ day) => day.claims }, { title: t("已结算", "Settled"), number: true, cell: (/** @type {typeof days[number]} */ day) => day.settled },
            ...PAYERS.map((payer) => ({ title: payerName(payer), number: true, cell: (/** @type {typeof days[number]} */ day) => html`<${Money} amount=${borne(day, payer)} />` })), { title: t("合计", "Total"), number: true, cell: (/** @type {typeof days[number]} */ day) => html`<${Money} amount=${day.amount} />` }]} /></details>`;
}

/** Amounts as bars, each with its figure. @param {{title: string, rows: [string, string][]}} props */
const Bars = ({ title, rows }) => html`<${Chart} low title=${title} option=${{
    grid: { left: 90, right: 100, top: 10, bottom: 30 }, xAxis: { type: "value", splitNumber: 3, axisLabel: { hideOverlap: true, formatter: inUnit } }, yAxis: { type: "category", inverse: true, data: rows.map(([name]) => name) },
    series: [{ type: "bar", barMaxWidth: 22, data: rows.map(([, amount]) => amount), label: { show: true, position: "right", formatter: (/** @type {any} */ each) => yuan(each.value) } }],
}} />`;

/** @param {{report: any}} props */
function Advances({ report }) {
    const rows = report.institutions;
    return html`<section class="card"><h2>${t("预拨资金", "Advances")}</h2>
        ${rows.length > 0 && html`<${Chart} title=${t("预拨资金使用", "How advances are used")} option=${{ legend: { bottom: 0 }, grid: { left: 80, right: 20, top: 10, bottom: 70 }, xAxis: { type: "category", data: rows.map((/** @type {any} */ each) => named(each.institution)), axisLabel: { interval: 0, width: 110, overflow: "break" } }, yAxis: { type: "value", axisLabel: { formatter: inUnit } },
            series: [["spent", t("已用", "Spent")], ["balance", t("余额", "Left")]].map(([name, title]) => ({ type: "bar", stack: "special", name: title, barMaxWidth: 60, data: rows.map((/** @type {any} */ each) => each.special[name ?? ""]) })) }} />`}
        <${Table} caption=${t("预拨资金", "Advances")} rows=${rows} sum=${t("合计", "Total")} empty=${t("没有预拨。", "No advances.")} columns=${[
            { title: t("机构", "Institution"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.institution} />` }, ...[["paid", t("已拨", "Paid")], ["spent", t("已用", "Spent")], ["returned", t("已退", "Returned")], ["balance", t("余额", "Left")]].map(([name, title]) => ({ title: title ?? "", number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.special[name ?? ""]} />`, total: html`<${Money} amount=${report.special[name ?? ""]} />` }))]} /></section>`;
}
