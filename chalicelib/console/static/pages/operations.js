// How the system runs, for whoever looks after it: what is set aside, what waits, what runs, what was given up.
import { html } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label } from "../names.js";
import { may, now, place, said, t } from "../state.js";
import { Act, Facts, Head, Instant, Pager, Show, Table, time } from "../ui.js";

/** What a state machine does, in words. @type {Record<string, [string, string]>} */
const MACHINES = {
    audit: ["账务审计", "Audit of the books"], batch: ["批量结算", "Batches of claims"], clearing: ["清算：省内", "Clearing within a province"], "clearing-national": ["清算：跨省", "Clearing between provinces"],
    prepayment: ["预拨", "Advances"], recalculation: ["政策重新核定", "Recalculation by a new policy"], settlement: ["结算", "Settlement of claims"], simulation: ["政策模拟", "Simulation of a policy"],
};
const machineName = (/** @type {string} */ name) => { const found = MACHINES[name]; return found ? t(...found) : name; };

const LATE_MS = 30 * 60_000;

/** A moment that lies too far back is marked. @param {{at: string | null}} props */
const Since = ({ at }) => (at && now.value - Date.parse(at) > LATE_MS ? html`<span class="late-text"><${Instant} at=${at} /></span>` : html`<${Instant} at=${at} />`);

export default function Operations() {
    const loaded = useLoad("operations", () => get("/v1/operations"));
    return html`<${Head} title=${t("运行", "Operations")}><button type="button" onClick=${loaded.reload}>${t("刷新", "Refresh")}</button><//>
        <div class="stack"><${Quarantine} /><${Show} of=${loaded} rows=${8}>${(/** @type {any} */ found) => html`<${Path} found=${found} />`}<//></div>`;
}

/** @param {{found: any}} props */
function Path({ found }) {
    const lost = found.given_up.filter((/** @type {any} */ each) => each.messages > 0);
    const waiting = found.queues.filter((/** @type {any} */ each) => each.waiting > 0);
    return html`
        <section class="card"><h2>${t("版本", "What runs")}</h2><${Facts} rows=${[
            [t("系统版本", "Release"), found.release], [t("现行政策包", "Bundle in force"), html`<code>${found.bundle.slice(0, 12)}</code>`],
            [t("查看时间", "Looked at"), time(found.at)], [t("放弃处理的消息", "Given up"), lost.length === 0 ? t("没有", "Nothing") : html`<span class="late-text">${lost.map((/** @type {any} */ each) => `${each.queue} ${each.messages}`).join(", ")}</span>`]]} />
            ${lost.length > 0 && html`<p class="note waits stack-top">${t("消息写明其在数据流中的位置。先排除原因，再按运行手册补处理；同一条处理两次不改变结果。", "Each message names its place in the stream. Mend the cause first, then work it off as the runbook says; the same item twice changes nothing.")}</p>`}</section>
        <${Alarms} alarms=${found.alarms} />
        <section><h2 class="stack-bottom">${t("等待队列", "Queues")}</h2>${waiting.length === 0 ? html`<p class="empty">${t("没有等待的结算。", "No claim waits.")}</p>` : html`<${Table} caption=${t("等待队列", "Queues")} rows=${waiting} columns=${[
            { title: t("队列", "Queue"), cell: (/** @type {any} */ row) => label(row.kind, "QueueStateDocument.kind") },
            { title: t("笔数", "Waiting"), number: true, cell: (/** @type {any} */ row) => `${row.waiting}${row.more ? "+" : ""}` },
            { title: t("最早", "Since"), cell: (/** @type {any} */ row) => (row.kind === "enrolment" ? html`<${Instant} at=${row.oldest} />` : html`<${Since} at=${row.oldest} />`) }]} />`}
            <p class="quiet stack-top">${t("系统每五分钟逐队处理；等待参保登记的属正常，其余超过半小时的须查明原因。", "The sweep works them off every five minutes. What waits for an enrolment may wait; anything else after half an hour has a cause to be found.")}</p></section>
        <section><h2 class="stack-bottom">${t("状态机", "State machines")}</h2><${Table} caption=${t("状态机", "State machines")} rows=${found.machines} columns=${[
            { title: t("名称", "Machine"), cell: (/** @type {any} */ row) => html`${machineName(row.machine)}<br /><code class="quiet">${row.machine}</code>` },
            { title: t("正在执行", "Running"), number: true, cell: (/** @type {any} */ row) => row.running ?? "—" },
            { title: t("最早开始", "Oldest since"), cell: (/** @type {any} */ row) => html`<${Instant} at=${row.oldest} />` },
            { title: t("最近失败", "Last failed"), cell: (/** @type {any} */ row) => (row.last_failed ? html`<span class="late-text"><${Instant} at=${row.last_failed} /></span>` : "—") }]} /></section>
        <section><h2 class="stack-bottom">${t("定时任务", "Schedules")}</h2><${Table} caption=${t("定时任务", "Schedules")} rows=${found.schedules} columns=${[
            { title: t("任务", "Task"), wide: true, cell: (/** @type {any} */ row) => html`${said(row.says)}<br /><code class="quiet">${row.schedule}</code>` },
            { title: t("启用", "On"), cell: (/** @type {any} */ row) => (row.enabled ? t("是", "Yes") : html`<span class="late-text">${t("否", "No")}</span>`) },
            { title: t("时间表达式（UTC）", "Expression (UTC)"), cell: (/** @type {any} */ row) => html`<code class="quiet">${row.when}</code>` }]} /></section>`;
}

/** The alarms: the raised ones first, in words; those that are quiet folded beneath. @param {{alarms: import("../api.js").Schemas["AlarmDocument"][]}} props */
function Alarms({ alarms }) {
    const raised = alarms.filter((each) => each.standing === "raised"), others = alarms.filter((each) => each.standing !== "raised");
    const columns = [
        { title: t("告警", "Alarm"), wide: true, cell: (/** @type {typeof alarms[number]} */ row) => html`${said(row.says)}<br /><code class="quiet">${row.alarm}</code>` },
        { title: t("状态", "Standing"), cell: (/** @type {typeof alarms[number]} */ row) => html`<span class=${`state ${row.standing === "raised" ? "bad" : row.standing === "quiet" ? "good" : "plain"}`}>${label(row.standing, "AlarmDocument.standing")}</span>` },
        { title: t("自", "Since"), cell: (/** @type {typeof alarms[number]} */ row) => html`<${Instant} at=${row.since} />` },
    ];
    const title = t("告警", "Alarms");
    return html`<section><h2 class="stack-bottom">${title}</h2>${raised.length === 0 ? html`<p class="empty">${t("没有触发的告警。", "No alarm is raised.")}</p>` : html`<${Table} caption=${title} rows=${raised} columns=${columns} /><p class="quiet stack-top">${t("各告警的处置办法见运行手册“运行与告警”一节，按名称查找。", "The runbook's section on alarms says by name what to do about each.")}</p>`}
        ${others.length > 0 && html`<details class="part stack-top"><summary>${t(`其他告警（${others.length} 个）`, `Other alarms (${others.length})`)}</summary><${Table} caption=${t("其他告警", "Other alarms")} rows=${others} columns=${columns} /></details>`}</section>`;
}

/** Claims whose settlement failed again and again: they wait for a person, and for nothing else. */
function Quarantine() {
    const { query } = place.value;
    const loaded = useLoad(`quarantine-${query.cursor ?? ""}`, () => get("/v1/tasks", { kind: "settle", status: "open", cursor: query.cursor, limit: 20 }));
    const columns = [
        { title: t("申请编号", "Claim"), cell: (/** @type {any} */ row) => html`<code>${row.claim_id}</code>`, text: (/** @type {any} */ row) => row.claim_id },
        { title: t("隔离时间", "Since"), cell: (/** @type {any} */ row) => html`<${Instant} at=${row.since} />`, text: (/** @type {any} */ row) => time(row.since) },
        { title: t("原因", "Why"), cell: (/** @type {any} */ row) => row.reasons.map((/** @type {any} */ each) => said(each.message)).join(" ") || "—" },
        { title: t("办理", "Act"), cell: (/** @type {any} */ row) => may("tasks:retry") && html`<${Act} main title=${t("重新开始", "Start again")} path=${`/v1/tasks/${row.task_id}/retry`} body=${() => undefined} onDone=${loaded.reload} text=${t("确认已查明并排除原因。该申请将重新结算。", "The cause is found and mended. The claim is settled anew.")} />` },
    ];
    return html`<section><h2 class="stack-bottom">${t("隔离的申请", "Set aside")}</h2><${Show} of=${loaded} rows=${2}>${(/** @type {any} */ page) => page.items.length === 0
        ? html`<p class="empty">${t("没有隔离的申请。", "No claim is set aside.")}</p>` : html`<${Table} caption=${t("隔离的申请", "Set aside")} rows=${page.items} columns=${columns} /><${Pager} page=${page} columns=${columns} name="quarantine" />`}<//></section>`;
}
