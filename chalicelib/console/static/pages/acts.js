// Who did what: the changes that offices asked for on a day, and how each request ended.
import { html } from "../vendor/kit.js";
import { download, get, useLoad } from "../api.js";
import { label, named } from "../names.js";
import { place, said, t } from "../state.js";
import { Filters, Instant, Name, Pager, Show, Table, time, today } from "../ui.js";

/** @typedef {import("../api.js").Schemas["TrailEntryDocument"]} Act */

/** How a request ended. @param {Act} row */
const ending = (row) => (row.outcome === "done" ? t("已办理", "Done") : row.outcome === null ? t("中断", "Cut off") : t("未办成", "Refused"));
const mark = (/** @type {Act} */ row) => html`<span class=${`state ${row.outcome === "done" ? "good" : row.outcome === null ? "waits" : "bad"}`}>${ending(row)}</span>${row.outcome !== null && row.outcome !== "done" && html`<br /><code class="quiet">${row.outcome}</code>`}`;
const about = (/** @type {Act} */ row) => Object.values(row.about).join(" ");

/** @returns {import("../ui.js").Column<Act>[]} */
const columns = () => [
    { title: t("时间", "When"), cell: (row) => html`<${Instant} at=${row.at} />`, text: (row) => time(row.at) },
    { title: t("操作人", "Person"), cell: (row) => html`<span class="actor">${row.actor}</span>`, text: (row) => row.actor },
    { title: t("角色", "Role"), cell: (row) => label(row.role, "role"), text: (row) => label(row.role, "role") },
    { title: t("单位", "Office"), cell: (row) => html`<${Name} code=${row.subject} />`, text: (row) => named(row.subject) },
    { title: t("操作", "What"), cell: (row) => said(row.what), text: (row) => said(row.what) },
    { title: t("涉及", "About"), cell: (row) => about(row) && html`<code>${about(row)}</code>`, text: about },
    { title: t("结果", "End"), cell: mark, text: ending },
];

export function Acts() {
    const { query } = place.value;
    const on = query.on || today();
    const loaded = useLoad(`acts-${on}-${query.cursor}`, () => get("/v1/audit-trail", { on, cursor: query.cursor, limit: 50 }));
    return html`<div class="buttons stack-bottom"><button type="button" onClick=${() => download("/v1/audit-trail", { on, format: "xlsx" }, `audit-trail-${on}.xlsx`)}>${t("导出 Excel", "Excel file")}</button><button type="button" onClick=${() => download("/v1/audit-trail", { on, format: "csv" }, `audit-trail-${on}.csv`)}>${t("导出 CSV", "CSV file")}</button></div>
        <${Filters} fields=${[{ name: "on", title: t("日期", "Day"), type: "date", usual: on }]} />
        <${Show} of=${loaded} rows=${8}>${(/** @type {any} */ page) => html`<${Table} caption=${t("操作记录", "Who did what")} rows=${page.items} columns=${columns()} empty=${t("当日没有操作。", "Nobody asked for a change on this day.")} /><${Pager} page=${page} columns=${columns()} name=${`audit-trail-${on}`} />`}<//>`;
}
