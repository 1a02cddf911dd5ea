// The overview: the figures of a span of days as an office reports them, every number leading to its list.
import { html, useState } from "../vendor/kit.js";
import { download, get, useLoad } from "../api.js";
import { named } from "../names.js";
import { at, may, me, place, t } from "../state.js";
import { Filters, Head, Money, Name, Show, Table, time, today, Unit, unitName, yuan } from "../ui.js";
import { Chart } from "../chart.js";

export default function Overview() {
    const { query } = place.value;
    const span = { from: query.from || `${today().slice(0, 4)}-01-01`, to: query.to || today() };
    const area = query.area;
    const settled = useLoad(`settlement-${JSON.stringify([span, area])}`, () => get("/v1/reports/settlement", { ...span, area }));
    const advances = useLoad(`advances-${JSON.stringify([span.to, area])}`, () => get("/v1/reports/advances", { as_of: span.to, area }));
    return html`<${Head} title=${t("总览", "Overview")}><${Unit} />${may("reports:daily") && html`<button type="button" onClick=${() => download("/v1/reports/daily", { date: span.to, ...(area ? { area } : {}), format: "xlsx" }, `daily-${span.to}.xlsx`)}>${t(`日报 ${span.to}`, `Report of ${span.to}`)}</button>`}<button type="button" onClick=${() => { settled.reload(); advances.reload(); }}>${t("刷新", "Refresh")}</button><//>
        <${Filters} fields=${[{ name: "from", title: t("日期起", "From"), type: "date" }, { name: "to", title: t("日期止", "To"), type: "date" }, ...(me.value?.role === "auditor" ? [{ name: "area", title: t("区划", "Area") }] : [])]} />
        <${Show} of=${settled}>${(/** @type {any} */ report) => html`<${Figures} report=${report} />`}<//>
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
        <section class="card stack-top"><div class="card-head"><h2>${t("通报口径", "In words")}</h2><button type="button" onClick=${() => navigator.clipboard?.writeText(words).then(() => setCopied(true), () => undefined)}>${copied ? t("已复制", "Copied") : t("复制文字", "Copy as text")}</button></div><p>${words}</p><p class="quiet">${t("数据截至", "As of")} ${report.as_at} · ${t("刷新于", "read at")} ${time(new Date().toISOString())}</p></section>
        <section class="card"><h2>${t("费用构成", "Who paid")}</h2><${Chart} title=${t("费用构成", "Who paid")} option=${{ grid: { left: 90, right: 90, top: 10, bottom: 30 }, xAxis: { type: "value", axisLabel: { formatter: (/** @type {number} */ value) => value.toLocaleString() } }, yAxis: { type: "category", data: [t("其他", "Others"), t("医保支付", "Insurance")] }, series: [{ type: "bar", barWidth: 26, data: [(Number(report.total) - Number(report.insurance_paid)).toFixed(2), report.insurance_paid], label: { show: true, position: "right", formatter: (/** @type {any} */ each) => Number(each.value).toLocaleString("zh-CN", { minimumFractionDigits: 2 }) } }] }} /></section>`;
}

/** @param {{report: any}} props */
function Advances({ report }) {
    const rows = report.institutions;
    return html`<section class="card"><h2>${t("预拨资金", "Advances")}</h2>
        ${rows.length > 0 && html`<${Chart} title=${t("预拨资金使用", "How advances are used")} option=${{ legend: { bottom: 0 }, grid: { left: 80, right: 20, top: 10, bottom: 70 }, xAxis: { type: "category", data: rows.map((/** @type {any} */ each) => named(each.institution)), axisLabel: { interval: 0, width: 110, overflow: "break" } }, yAxis: { type: "value" },
            series: [["spent", t("已用", "Spent")], ["balance", t("余额", "Left")]].map(([name, title]) => ({ type: "bar", stack: "special", name: title, barMaxWidth: 60, data: rows.map((/** @type {any} */ each) => each.special[name ?? ""]) })) }} />`}
        <${Table} caption=${t("预拨资金", "Advances")} rows=${rows} empty=${t("没有预拨。", "No advances.")} columns=${[
            { title: t("机构", "Institution"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.institution} />` }, ...[["paid", t("已拨", "Paid")], ["spent", t("已用", "Spent")], ["returned", t("已退", "Returned")], ["balance", t("余额", "Left")]].map(([name, title]) => ({ title: title ?? "", number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.special[name ?? ""]} />`, total: html`<${Money} amount=${report.special[name ?? ""]} />` }))]} /></section>`;
}
