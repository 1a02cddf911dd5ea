// What articles moved: the claims of a period decided without one article after the other, as a chart and a table.
import { html } from "../vendor/kit.js";
import { download, get, useLoad } from "../api.js";
import { label, named, payerName, PAYERS } from "../names.js";
import { at, go, may, me, place, said, t } from "../state.js";
import { Act, choices, Empty, Facts, Head, Money, Pager, Show, State, Table, time, today, Unit } from "../ui.js";
import { Chart } from "../chart.js";

const PATH = "/v1/reports/article-effects";
const UNITS = () => choices(["article", "provision", "notice"], "MovedBody.by").slice(1);
const SHOWN_MAX = 15;

export default function Effects() {
    const { run, cursor } = place.value.query;
    const loaded = useLoad(`effects-${run ? "" : cursor}`, () => get(PATH, { cursor: run ? undefined : cursor, limit: 50 }));
    const everywhere = me.value?.role === "policy";
    const columns = [
        { title: t("区划", "Area"), cell: (/** @type {any} */ row) => html`<a href=${at("/effects", { run: row.moved_id })}>${named(row.area)}</a>`, text: (/** @type {any} */ row) => row.moved_id },
        { title: t("入账期间", "Posted"), cell: (/** @type {any} */ row) => `${row.from} — ${row.to}`, text: (/** @type {any} */ row) => `${row.from} ${row.to}` },
        { title: t("按", "By"), cell: (/** @type {any} */ row) => label(row.by, "MovedBody.by"), text: (/** @type {any} */ row) => row.by },
        { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} />`, text: (/** @type {any} */ row) => label(row.status) },
        { title: t("提出", "Asked"), cell: (/** @type {any} */ row) => html`${time(row.requested_at)}<br /><span class="quiet">${row.requested_by}</span>`, text: (/** @type {any} */ row) => time(row.requested_at) },
    ];
    const fields = [
        { name: "from", title: t("入账日起", "Posted from"), type: "date", required: true }, { name: "to", title: t("入账日止", "Posted until"), type: "date", required: true },
        { name: "by", title: t("逐一去掉", "Leave out, one at a time"), options: UNITS() }, ...(everywhere ? [{ name: "area", title: t("区划代码", "Area's code"), hint: t("不填为全国", "The nation unless you name one") }] : []),
    ];
    return html`<${Head} title=${t("条款影响", "What articles moved")}><${Unit} />
        ${may("policies:ask-moved") && html`<${Act} main title=${t("新建测算", "Ask for a period")} path=${PATH} fields=${fields} initial=${{ from: `${today().slice(0, 8)}01`, to: today(), by: "article" }} body=${(/** @type {any} */ entered) => ({ ...entered, area: entered.area?.trim() || undefined })}
            text=${t("逐一去掉一项规定，对期间内入账的申请重新核定，只测算，不入账。", "Decides the claims of the period without one rule at a time, on paper only.")} onDone=${(/** @type {any} */ asked) => { loaded.reload(); go("/effects", { run: asked.moved_id }); }} />`}<//>
        ${run && html`<${Found} id=${run} />`}
        <${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("测算", "What was asked")} columns=${columns} rows=${page.items} empty=${t("没有测算记录。", "Nothing was asked yet.")} chosen=${(/** @type {any} */ row) => row.moved_id === run} />${!run && html`<${Pager} page=${page} columns=${columns} name="article-effects" />`}`}<//>`;
}

/** How a rule is named. @param {any} row */
const nameOf = (row) => [row.document_no || row.notice, row.article === "—" ? null : row.article, row.provision].filter(Boolean).join(" ");

/** What one run found. @param {{id: string}} props */
function Found({ id }) {
    const loaded = useLoad(`effects-of-${id}`, () => get(`${PATH}/${id}`));
    const file = (/** @type {string} */ format) => html`<button type="button" onClick=${() => download(`${PATH}/${id}`, { format }, `article-effects.${format}`)}>${format === "csv" ? "CSV" : "Excel"}</button>`;
    return html`<section class="card stack-bottom"><${Show} of=${loaded}>${(/** @type {any} */ found) => html`
        <div class="card-head"><h2>${named(found.area)} ${found.from} — ${found.to}</h2><div class="buttons">${found.status === "done" ? html`${file("csv")}${file("xlsx")}` : html`<button type="button" onClick=${loaded.reload}>${t("刷新", "Refresh")}</button>`}</div></div>
        <${Facts} rows=${[[t("状态", "State"), html`<${State} value=${found.status} />`], [t("已核定的申请", "Claims decided"), found.claims ?? found.looked_at], [t("逐一去掉", "Left out, one at a time"), label(found.by, "MovedBody.by")]]} />
        ${found.status === "done" && html`<p class="quiet stack-top">${t("正数为因该项多付，负数为因该项少付。每次只去掉一项：另有规定给予同样待遇的为零，各行不可相加。", "Above zero a payer bears more because of the rule, below it less. One is left out at a time: where another grants the same it is zero, and rows are not to be added up.")}</p><${Moved} rows=${found.rows} />`}`}<//></section>`;
}

/** The patient first: a rule is judged by what it spares people. */
const COLUMNS = [...PAYERS].sort((one, other) => Number(other === "patient") - Number(one === "patient"));

/** The rule with its notice. @type {import("../ui.js").Column<any>} */
const ruleColumn = { title: "", wide: true, cell: (row) => html`<a href=${at(`/policies/${row.notice}`, row.provision ? { at: row.provision } : {})}>${nameOf(row)}</a><br /><span class="quiet">${said(row.title)}</span>` };

/** How many claims a rule changes, and for whom. @param {{row: any}} props */
function Claims({ row }) {
    const parts = [[row.relieved, t("少付", "pay less")], [row.burdened, t("多付", "pay more")], [row.undecided, t("无法核定", "undecided")]].filter(([count]) => count > 0);
    return html`${row.changed}${parts.map(([count, title]) => html`<br /><span class="quiet">${t(`${title} ${count}`, `${count} ${title}`)}</span>`)}`;
}

/** The chart of what moves most, every rule that moves something, and folded beneath them those that move nothing. @param {{rows: any[]}} props */
function Moved({ rows }) {
    const size = (/** @type {any} */ row) => Math.max(...["patient", "funds", "fiscal"].map((name) => Math.abs(Number(row[name]))));
    const most = rows.filter((row) => size(row) > 0).sort((one, other) => size(other) - size(one)).slice(0, SHOWN_MAX).reverse();
    const series = [["patient", t("个人", "Patients")], ["funds", t("基金", "Funds")], ["fiscal", t("财政", "Finance")]];
    const room = matchMedia("(max-width: 40rem)").matches ? 110 : 190;
    const option = {
        legend: { bottom: 0 }, grid: { left: room, right: 30, top: 10, bottom: 60 },
        xAxis: { type: "value", splitNumber: room > 110 ? 5 : 2, axisLabel: { hideOverlap: true, formatter: (/** @type {number} */ value) => value.toLocaleString() } }, yAxis: { type: "category", data: most.map(nameOf), axisLabel: { width: room - 15, overflow: "break" } },
        series: series.map(([name, title]) => ({ type: "bar", name: title, barMaxWidth: 14, data: most.map((row) => row[name ?? ""]) })),
    };
    const title = t("各项规定影响的金额", "What each rule moved");
    const still = t("没有改变任何申请的规定", "Rules that changed no claim");
    const rule = { ...ruleColumn, title: t("规定", "Rule") };
    const isStill = (/** @type {any} */ row) => row.changed === 0 && row.undecided === 0;
    const moving = rows.filter((row) => !isStill(row)), resting = rows.filter(isStill);
    if (rows.length === 0) return html`<${Empty}>${t("期间内没有入账的申请。", "No claim posted in the period.")}<//>`;
    return html`${most.length > 0 && html`<${Chart} title=${title} option=${option} />`}
        <div class="stack-top"><${Table} caption=${title} rows=${moving} empty=${t("没有一项规定单独改变任何申请。", "No rule changes a claim by itself.")} columns=${[rule,
            { title: t("改变的申请", "Claims changed"), number: true, cell: (/** @type {any} */ row) => html`<${Claims} row=${row} />` },
            ...COLUMNS.map((name) => ({ title: payerName(name), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row[name]} />` }))]} /></div>
        ${resting.length > 0 && html`<details class="part stack-top"><summary>${still}${t(`（${resting.length} 项）`, ` (${resting.length})`)}</summary><${Table} caption=${still} rows=${resting} columns=${[rule]} /></details>`}`;
}
