// My work: everything that waits for whoever is signed in, the latest clock first, with what ends it beside it.
import { html } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label, named } from "../names.js";
import services from "../services.js";
import { at, may, me, now, said, t } from "../state.js";
import { Act, Cited, Empty, Facts, Head, Money, Name, Show, State, time, today, Unit, yuan } from "../ui.js";

/**
 * One thing to do. `since` is when it began to wait, `until` when it must be done where some clock runs.
 * @typedef {{id: string, kind: string, title: string, about: any, since: string, until?: string | null, acts: any, to?: string}} Todo
 */

const LIMIT = 20;
const own = (/** @type {string | null | undefined} */ actor) => actor?.toLowerCase().trim() === me.value?.actor.toLowerCase().trim();
const yours = (/** @type {string | null | undefined} */ actor) =>
    own(actor) ? t("此事由您提出，须由另一人决定。", "You asked for this; another person decides.") : null;

/** Where things wait, by what the role may do. @type {[string, string, (again: () => void) => Promise<Todo[]>][]} */
const SOURCES = [
    ["tasks", "tasks:read", async (again) => (await get("/v1/tasks", { status: "open", limit: LIMIT })).items.map((/** @type {any} */ each) => task(each, again))],
    ["advances", "advances:decide", async (again) => (await get("/v1/advances", { status: "requested", limit: LIMIT })).items.filter((/** @type {any} */ each) => each.agency === me.value?.subject && !each.patient_advance).map((/** @type {any} */ each) => advance(each, again))],
    ["orders", "advances:confirm", async (again) => (await get("/v1/advances", { status: "instructed", limit: LIMIT })).items.map((/** @type {any} */ each) => receipt(each, again))],
    ["patients", "patient-advances:decide", async (again) => (await get("/v1/patient-advances", { status: "forwarded", limit: LIMIT })).items.filter((/** @type {any} */ each) => each.agency === me.value?.subject).map((/** @type {any} */ each) => patient(each, again, "decision"))],
    ["forwarding", "patient-advances:forward", async (again) => (await get("/v1/patient-advances", { status: "reported", limit: LIMIT })).items.map((/** @type {any} */ each) => patient(each, again, "forwarding"))],
    ["held", "claims:release", async (again) => (await get("/v1/claims", { flag: "held", limit: LIMIT })).items.map((/** @type {any} */ each) => held(each, again))],
    ["deferred", "claims:submit", async () => (await get("/v1/claims", { status: "deferred", limit: LIMIT })).items.map(deferred)],
    ["statements", "clearing:confirm", async (again) => statements((await get("/v1/clearing/runs", { status: "confirming", limit: LIMIT })).items, again)],
    ["nets", "clearing:receipt", async () => (await get("/v1/clearing/runs", { tier: me.value?.subject, status: "instructed", limit: LIMIT })).items.map(net)],
    ["bundles", "policies:publish", async (again) => (await get("/v1/policies/bundles", { status: "kept", limit: LIMIT })).items.map((/** @type {any} */ each) => bundle(each, again))],
    ["recalculations", "policies:decide-recalculation", async (again) => (await get("/v1/policies/recalculations", { status: "requested", limit: LIMIT })).items.map((/** @type {any} */ each) => recalculation(each, again))],
    ["agreements", "agreements:decide", async (again) => (await get("/v1/agreements", { status: "requested", limit: LIMIT })).items.filter((/** @type {any} */ each) => each.agency === me.value?.subject).map((/** @type {any} */ each) => agreement(each, again))],
    ["transfers", "enrolment-transfers:decide", async (again) => (await get("/v1/enrolment-transfers", { limit: LIMIT })).items.filter((/** @type {any} */ each) => each.status === "requested" && each.standing_area === me.value?.subject).map((/** @type {any} */ each) => transfer(each, again))],
    ["persons", "person-requests:decide", async (again) => (await get("/v1/person-requests", { limit: LIMIT })).items.filter((/** @type {any} */ each) => each.status === "requested").map((/** @type {any} */ each) => personRequest(each, again))],
];

const reason = () => ({ name: "reason", type: "area", required: true, title: t("理由", "Reason") });

/** @param {any} each @param {() => void} again @returns {Todo} */
function task(each, again) {
    const mine = each.owner === me.value?.role;
    const about = each.duty && services.find((one) => one.b.some((business) => each.duty.business.startsWith(business)));
    const retry = mine && ["re-decide", "settle"].includes(each.kind) && may("tasks:retry") && html`<${Act} main title=${t("重试核定", "Try again")} path=${`/v1/tasks/${each.task_id}/retry`} body=${() => undefined} onDone=${again} text=${t("排除原因后重新核定该结算申请。", "Decides the claim again, once what stood in the way is cleared.")} />`;
    return {
        id: each.task_id, kind: t("事项", "Task"), title: each.duty ? said(each.duty.name) : `${label(each.kind)} · ${each.claim_no}`, since: each.since, until: each.duty?.clock.due,
        about: html`<p>${[each.institution && named(each.institution), each.because && label(each.because)].filter(Boolean).join(" · ")}</p>${each.duty?.clock.citation && html`<p><${Cited} citation=${each.duty.clock.citation} /></p>`}${each.reasons.length > 0 && html`<ul>${each.reasons.slice(0, 3).map((/** @type {any} */ one) => html`<li>${said(one.message)}</li>`)}</ul>`}`,
        acts: html`${retry}${about && each.duty && html`<a class=${mine ? "button main" : "button"} href=${at(`/services/${about.c}/${each.duty.subject_id}`)}>${mine ? t("去办理", "Take it up") : t("查看", "See it")}</a>`}${each.claim_id && may("claims:read") && html`<a class="button" href=${at(`/claims/${each.claim_id}`)}>${t("查看申请", "See the claim")}</a>`}`,
    };
}

/** @param {any} each @param {() => void} again @returns {Todo} */
function advance(each, again) {
    const path = `/v1/advances/${each.advance_id}/decision`;
    const why = yours(each.requested_by);
    return {
        id: each.advance_id, kind: t("预拨审批", "Advance to decide"), title: `${named(each.institution)} · ${yuan(each.amount)}`, since: each.requested_at,
        about: html`<p>${label(each.fund)} · ${each.reason}</p><p class="quiet">${t("申请人", "Asked by")} ${each.requested_by}${each.quota?.least && each.quota.least !== "0.00" ? ` · ${t("政策下限", "floor")} ${yuan(each.quota.least)}` : ""}</p>`,
        acts: html`<${Act} main title=${t("批准", "Approve")} path=${path} why=${why} onDone=${again} initial=${{ amount: each.amount }}
            fields=${[{ name: "amount", title: t("核准金额（元）", "Approved amount (yuan)"), required: true }, { name: "reason", title: t("说明", "Remark"), type: "area", hint: t("低于政策下限时必填。", "Needed below the policy's floor.") }]}
            body=${(/** @type {any} */ entered) => ({ decision: "approve", amount: entered.amount, ...(entered.reason ? { reason: entered.reason } : {}) })} />
            ${!why && html`<${Act} title=${t("不予批准", "Refuse")} danger path=${path} onDone=${again} fields=${[reason()]} body=${(/** @type {any} */ entered) => ({ decision: "refuse", reason: entered.reason })} />`}`,
    };
}

/** @param {any} each @param {() => void} again @returns {Todo} */
function receipt(each, again) {
    const why = [each.requested?.actor, each.decided?.actor].some(own) ? t("申请人、批准人不得登记银行回单。", "Whoever asked or approved does not report the bank's receipt.") : null;
    return {
        id: each.advance_id, kind: t("银行回单", "Bank receipt"), title: `${named(each.institution)} · ${yuan(each.approved)}`, since: each.instructed_at ?? each.requested_at,
        about: html`<p>${label(each.fund)}</p>`,
        acts: html`<${Act} main title=${t("登记回单", "Report receipt")} why=${why} path=${`/v1/advances/${each.advance_id}/receipt`} onDone=${again} initial=${{ outcome: "paid" }}
            fields=${[{ name: "bank_reference", title: t("银行流水号", "Bank reference"), required: true }, { name: "outcome", title: t("结果", "Outcome"), options: ["paid", "failed"].map((code) => [code, label(code)]) }]}
            body=${(/** @type {any} */ entered) => entered} />`,
    };
}

/** @param {any} each @param {() => void} again @param {"decision" | "forwarding"} step @returns {Todo} */
function patient(each, again, step) {
    const path = `/v1/patient-advances/${each.patient_advance_id}/${step}`;
    const why = yours(each.reported_by) ?? (step === "decision" ? yours(each.centre_decided_by) : null);
    const [yes, no] = step === "decision" ? ["accept", "refuse"] : ["forward", "decline"];
    return {
        id: each.patient_advance_id, kind: t("患者垫付", "Advance for a patient"), title: `${named(each.institution)} · ${yuan(each.amount)}`, since: each.centre_decided_at ?? each.reported_at,
        about: html`<p>${t("参保地", "Insured at")} ${named(each.insured_area)} · ${label(each.case_status)} · ${each.reason}</p>`,
        acts: html`<${Act} main title=${step === "decision" ? t("同意垫付", "Accept") : t("转就医地", "Pass on")} path=${path} why=${why} onDone=${again} body=${() => ({ decision: yes })} text=${t("确认后立即生效。", "Takes effect at once.")} />
            ${!why && html`<${Act} danger title=${step === "decision" ? t("不同意", "Refuse") : t("退回", "Decline")} path=${path} onDone=${again} fields=${[reason()]} body=${(/** @type {any} */ entered) => ({ decision: no, reason: entered.reason })} />`}`,
    };
}

/** @param {any} each @param {() => void} again @returns {Todo} */
function held(each, again) {
    return {
        id: each.claim_id, kind: t("疑似重复", "Possible duplicate"), title: `${each.claim_no} · ${yuan(each.bill?.total)}`, since: each.changed_at,
        about: html`<p>${named(each.institution)} · ${t("款项暂缓支付，核实后放行或撤销。", "Its payment is held until somebody has looked.")}</p>`,
        acts: html`<${Act} main title=${t("核实放行", "Release")} path=${`/v1/claims/${each.claim_id}/release`} fields=${[reason()]} body=${(/** @type {any} */ entered) => entered} onDone=${again} />
            <a class="button" href=${at(`/claims/${each.claim_id}`)}>${t("查看申请", "See the claim")}</a>`,
    };
}

/** @param {any} each @returns {Todo} */
const deferred = (each) => ({
    id: each.claim_id, kind: t("暂缓结算", "Deferred claim"), title: each.claim_no, since: each.received_at,
    about: html`<p>${label(each.reason)}</p>`,
    acts: html`<a class="button" href=${at(`/claims/${each.claim_id}`)}>${t("查看原因", "See why")}</a>`,
});

/** @param {any[]} runs @param {() => void} again @returns {Promise<Todo[]>} */
async function statements(runs, again) {
    const area = me.value?.subject ?? "";
    const found = await Promise.all(runs.map((run) => get(`/v1/clearing/runs/${run.run_id}`)));
    return found.filter((run) => run.awaited.includes(area)).map((run) => ({
        id: run.run_id, kind: t("清算对账单确认", "Statement to confirm"), title: `${run.period} · ${named(run.tier)}`, since: run.started_at ?? run.deadline, until: run.deadline,
        about: html`<p>${t("应收净额", "Net to receive")} ${run.positions.filter((/** @type {any} */ each) => each.area === area).map((/** @type {any} */ each) => yuan(each.net)).join(t("、", ", ")) || "0.00"}</p>`,
        acts: html`<${Act} main title=${t("确认无误", "Confirm")} path=${`/v1/clearing/runs/${run.run_id}/confirmations`} body=${() => ({ area })} onDone=${again} text=${t("确认后，未提出争议的明细即视为无异议。", "Lines that are not disputed then stand.")} />
            <a class="button" href=${at(`/clearing/${run.run_id}/${area}`)}>${t("逐笔核对", "Check the lines")}</a>`,
    }));
}

/** @param {any} run @returns {Todo} */
const net = (run) => ({
    id: run.run_id, kind: t("清算回单", "Receipts of a run"), title: `${run.period} · ${named(run.tier)}`, since: run.started_at,
    about: html`<p>${t("已发出付款指令，等待银行回单。", "Payments are ordered and wait for the bank.")}</p>`,
    acts: html`<a class="button main" href=${at(`/clearing/${run.run_id}`)}>${t("登记回单", "Report receipts")}</a>`,
});

/** @param {any} each @param {() => void} again @returns {Todo} */
function bundle(each, again) {
    const path = `/v1/policies/bundles/${each.bundle}/decision`;
    const why = yours(each.kept_by);
    return {
        id: each.bundle, kind: t("政策发布", "Policies to publish"), title: each.bundle.slice(0, 12), since: each.kept_at,
        about: html`<p>${t("提交人", "Handed in by")} ${each.kept_by}</p>`,
        acts: html`<${Act} main title=${t("批准发布", "Put in force")} path=${path} why=${why} body=${() => ({ decision: "approve" })} onDone=${again} text=${t("发布后，新受理的申请即按此核定。", "Claims received from then on are decided by it.")} />
            ${!why && html`<${Act} danger title=${t("退回", "Refuse")} path=${path} fields=${[reason()]} body=${(/** @type {any} */ entered) => ({ decision: "refuse", reason: entered.reason })} onDone=${again} />`}
            <a class="button" href=${at("/policies", { tab: "bundles", bundle: each.bundle })}>${t("查看变化", "See what changes")}</a>`,
    };
}

/** @param {any} each @param {() => void} again @returns {Todo} */
function recalculation(each, again) {
    const path = `/v1/policies/recalculations/${each.recalculation_id}/decision`;
    const why = yours(each.requested_by);
    return {
        id: each.recalculation_id, kind: t("重新核定", "Recalculation"), title: each.bundle.slice(0, 12), since: each.requested_at,
        about: html`<p>${t("提出人", "Asked by")} ${each.requested_by}</p>`,
        acts: html`<${Act} main title=${t("批准", "Approve")} path=${path} why=${why} body=${() => ({ decision: "approve" })} onDone=${again} text=${t("批准后立即开始，差额逐笔入账。", "Starts at once; differences are posted claim by claim.")} />
            ${!why && html`<${Act} danger title=${t("不予批准", "Refuse")} path=${path} fields=${[reason()]} body=${(/** @type {any} */ entered) => ({ decision: "refuse", reason: entered.reason })} onDone=${again} />`}`,
    };
}

/** @param {any} each @param {() => void} again @returns {Todo} */
function agreement(each, again) {
    const path = `/v1/agreements/${each.agreement_id}/decision`;
    const why = yours(each.asked.actor);
    return {
        id: each.agreement_id, kind: t("服务协议", "Agreement"), title: `${named(each.institution)} · ${label(each.kind, "AgreementDocument.kind")}`, since: each.asked.at,
        about: html`<p>${each.from} – ${each.to ?? "…"} · ${each.reason}</p>${each.citation && html`<p><${Cited} citation=${each.citation} /></p>`}`,
        acts: html`<${Act} main title=${t("批准", "Approve")} path=${path} why=${why} body=${() => ({ decision: "approve" })} onDone=${again} text=${t("批准后，协议即行登记。", "The agreement then stands in the register.")} />
            ${!why && html`<${Act} danger title=${t("不予批准", "Refuse")} path=${path} fields=${[reason()]} body=${(/** @type {any} */ entered) => ({ decision: "refuse", reason: entered.reason })} onDone=${again} />`}`,
    };
}

/** @param {any} each @param {() => void} again @returns {Todo} */
function transfer(each, again) {
    const path = `/v1/enrolment-transfers/${each.transfer_id}/decision`;
    const why = yours(each.asked?.actor);
    return {
        id: each.transfer_id, kind: t("参保关系转移", "Enrolment transfer"), title: `${named(each.standing_area)} → ${named(each.insured_area)}`, since: each.asked.at,
        about: html`<p>${t("自", "From")} ${each.from}</p>`,
        acts: html`<${Act} main title=${t("同意转出", "Release")} path=${path} why=${why} body=${() => ({ decision: "approve" })} onDone=${again} text=${t("自转移之日起，由转入地参保。", "The person is insured there from that day on.")} />
            ${!why && html`<${Act} danger title=${t("不同意", "Refuse")} path=${path} fields=${[reason()]} body=${(/** @type {any} */ entered) => ({ decision: "refuse", reason: entered.reason })} onDone=${again} />`}`,
    };
}

/** @param {any} each @param {() => void} again @returns {Todo} */
function personRequest(each, again) {
    const path = `/v1/person-requests/${each.request_id}/decision`;
    const why = yours(each.asked?.actor);
    return {
        id: each.request_id, kind: t("个人信息请求", "Personal-data request"), title: label(each.kind), since: each.asked.at,
        about: html`<p>${each.purpose}</p>`,
        acts: html`<${Act} main title=${t("同意", "Approve")} path=${path} why=${why} body=${() => ({ decision: "approve" })} onDone=${again} text=${t("同意后由提出人开启一次。", "Whoever asked may then open it once.")} />
            ${!why && html`<${Act} danger title=${t("不同意", "Refuse")} path=${path} fields=${[reason()]} body=${(/** @type {any} */ entered) => ({ decision: "refuse", reason: entered.reason })} onDone=${again} />`}`,
    };
}

/** How long something waits, or how long is left. @param {Todo} todo @returns {[string, string]} */
function clock(todo) {
    const days = (/** @type {number} */ ms) => Math.floor(Math.abs(ms) / 86_400_000);
    if (todo.until) {
        const left = Date.parse(todo.until) - now.value;
        if (left < 0) return ["late", t(`已逾期 ${days(left)} 天`, `${days(left)} days late`)];
        if (left < 2 * 86_400_000) return ["soon", t(`须在 ${time(todo.until)} 前办结`, `Due by ${time(todo.until)}`)];
        return ["", t(`剩余 ${days(left)} 天（${time(todo.until, true)}）`, `${days(left)} days left (${time(todo.until, true)})`)];
    }
    const waited = days(now.value - Date.parse(todo.since));
    return waited === 0 ? ["", t("今日收到", "Since today")] : ["", t(`已等待 ${waited} 天`, `Waiting for ${waited} days`)];
}

export default function Work() {
    const known = me.value;
    const mine = SOURCES.filter(([, action]) => may(action));
    const loaded = useLoad(`work-${known?.role}-${known?.subject}`, async () => {
        const found = await Promise.allSettled(mine.map(([, , ask]) => ask(() => loaded.reload())));
        const failed = found.find((each) => each.status === "rejected");
        const todos = found.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
        if (failed?.status === "rejected" && todos.length === 0) throw failed.reason;
        return todos.sort((one, other) => (one.until ?? "9").localeCompare(other.until ?? "9") || one.since.localeCompare(other.since));
    });
    return html`<${Head} title=${t("我的待办", "My work")}><button type="button" onClick=${loaded.reload}>${t("刷新", "Refresh")}</button><//>
    <div class="columns"><section aria-live="polite">
        <${Show} of=${loaded}>${(/** @type {Todo[]} */ todos) => todos.length === 0
            ? html`<${Empty}>${t("没有待办事项。", "Nothing waits for you.")}<//>`
            : html`<ul class="todo">${todos.map((todo) => { const [kind, text] = clock(todo); return html`<li key=${todo.id} class=${kind}>
                <div><p class="quiet">${todo.kind} · <span class="clock">${text}</span></p><h3>${todo.title}</h3>${todo.about}</div>
                <div class="buttons">${todo.acts}</div></li>`; })}</ul>`}<//>
    </section><aside class="stack"><${Office} />${may("summary:read") && html`<${Counts} />`}${may("claims:read") && html`<${Latest} />`}</aside></div>`;
}

function Office() {
    const known = me.value;
    return html`<section class="card"><h2>${t("本单位", "This office")}</h2><${Facts} rows=${[
        [t("单位", "Office"), said(known?.name) || known?.subject],
        [t("代码", "Code"), known?.subject],
        [t("角色", "Role"), label(known?.role, "role")],
        [t("今日", "Today"), today()],
    ]} /></section>`;
}

/** How many claims stand in each state: sums that are kept, so the page asks once however many there are. */
function Counts() {
    const loaded = useLoad("summary", () => get("/v1/summary", { by: "status" }));
    const name = (/** @type {string} */ status) => may("claims:read") ? html`<a href=${at("/claims", { status })}>${label(status, "ClaimDocument.status")}</a>` : label(status, "ClaimDocument.status");
    return html`<section class="card"><div class="card-head"><h2>${t("结算申请汇总", "Claims in all")}</h2><${Unit} /></div>
        <${Show} of=${loaded} rows=${3}>${(/** @type {import("../api.js").Schemas["SummaryDocument"]} */ sums) => html`<dl class="facts">${sums.items.map((each) => html`<div key=${each.key}><dt>${name(each.key)}</dt><dd>${each.claims.toLocaleString("zh-CN")}</dd></div>`)}
            <div><dt>${t("已结算金额", "Settled")}</dt><dd><${Money} amount=${sums.amount} /></dd></div></dl>`}<//></section>`;
}

function Latest() {
    const loaded = useLoad("latest", () => get("/v1/claims", { limit: 8 }));
    return html`<section class="card"><div class="card-head"><h2>${t("最近受理", "Received last")}</h2><a href=${at("/claims")}>${t("全部", "All")}</a></div>
        <${Show} of=${loaded} rows=${3}>${(/** @type {any} */ page) => page.items.length === 0 ? html`<p class="quiet">${t("还没有结算申请。", "No claims yet.")}</p>` : html`<${Facts} rows=${page.items.map((/** @type {any} */ each) => [
            time(each.received_at), html`<a href=${at(`/claims/${each.claim_id}`)}>${each.claim_no}</a> <${State} value=${each.status} of="ClaimDocument.status" /><br /><${Name} code=${each.institution} /> ${each.bill && html`<${Money} amount=${each.bill.total} />`}`])} />`}<//></section>`;
}
