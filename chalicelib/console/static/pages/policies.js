// Policies: the notices in force, what waits for a second officer, and what a set of policies would change.
import { html } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label, named, payerName } from "../names.js";
import { at, go, may, me, place, said, t } from "../state.js";
import { Chart } from "../chart.js";
import { Act, choices, Empty, Facts, Filters, Head, inUnit, Money, Pager, Show, State, Table, Tabs, time, yuan } from "../ui.js";

export default function Policies() {
    const tab = place.value.query.tab ?? "notices";
    return html`<${Head} title=${t("政策", "Policies")}><//>
        <${Tabs} now=${tab} tabs=${[["notices", t("现行文件", "In force")], ["bundles", t("发布记录", "Publications")], ...(may("policies:read-simulation") ? [["simulations", t("模拟", "Simulations")]] : []), ...(may("policies:read-recalculation") ? [["recalculations", t("重新核定", "Recalculations")]] : [])]} />
        ${tab === "notices" && html`<${Notices} />`}${tab === "bundles" && html`<${Bundles} />`}${tab === "simulations" && html`<${Simulations} />`}${tab === "recalculations" && html`<${Recalculations} />`}`;
}

function Notices() {
    const { query } = place.value;
    const loaded = useLoad("notices", () => get("/v1/policies", { limit: 200 }));
    const search = (query.q ?? "").toLowerCase();
    return html`<${Filters} fields=${[{ name: "q", title: t("文号、标题或区划", "Number, title or area") }]} />
        <${Show} of=${loaded}>${(/** @type {any} */ page) => { const found = byArea(page.items.filter((/** @type {any} */ each) => [each.document_no, each.title.zh, each.title.en, named(each.area)].join(" ").toLowerCase().includes(search))); return found.length === 0 ? html`<${Empty}>${t("没有符合条件的文件。", "No notice matches.")}<//>` : found.map(([area, rows]) => html`<section class="stack-bottom by-area" key=${area}><h2>${named(area)} <span class="quiet">${t(`${rows.length} 件`, String(rows.length))}</span></h2><${Table} caption=${named(area)} rows=${rows} columns=${[
            { title: t("文件", "Notice"), wide: true, cell: (/** @type {any} */ row) => html`<a href=${at(`/policies/${row.notice}`)}>${said(row.title)}</a>` }, { title: t("文号", "Number"), cell: (/** @type {any} */ row) => row.document_no },
            { title: t("发文机关", "Issuer"), cell: (/** @type {any} */ row) => row.issuer }, { title: t("发文日期", "Issued"), cell: (/** @type {any} */ row) => row.issued_on },
            { title: t("性质", "Standing"), cell: (/** @type {any} */ row) => label(row.standing) }]} /></section>`); }}<//>`;
}

/** Notices below the area they are for: the nation first, then each province before its cities. @param {any[]} notices @returns {[string, any[]][]} */
const byArea = (notices) => [...Map.groupBy(notices, (each) => each.area)].sort(([one], [other]) => one.localeCompare(other));

/** Have a bundle simulated by a machine, and go to what it finds. @param {string} bundle */
const simulating = (bundle) => may("policies:effects") && html`<${Act} title=${t("模拟", "Simulate")} path=${`/v1/policies/bundles/${bundle}/simulation`} headers=${{ Prefer: "respond-async" }} body=${() => undefined} text=${t("按该政策包重新核定全部已结算申请，只测算，不入账。", "Decides every settled claim by this bundle, on paper only.")}
    onDone=${(/** @type {any} */ run) => go("/policies", { tab: "simulations", simulation: run.simulation_id })} />`;

function Bundles() {
    const { tab: _, bundle, ...query } = place.value.query;
    const loaded = useLoad(`bundles-${JSON.stringify(query)}`, () => get("/v1/policies/bundles", { ...query, limit: 50 }));
    const same = (/** @type {string} */ actor) => actor.toLowerCase() === me.value?.actor.toLowerCase();
    const columns = [
        { title: t("次序", "No."), cell: (/** @type {any} */ row) => row.number, text: (/** @type {any} */ row) => String(row.number) },
        { title: t("政策包", "Bundle"), cell: (/** @type {any} */ row) => html`<a href=${at("/policies", { tab: "bundles", bundle: row.bundle })}><code>${row.bundle.slice(0, 12)}</code></a>`, text: (/** @type {any} */ row) => row.bundle },
        { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} />`, text: (/** @type {any} */ row) => label(row.status) },
        { title: t("提交", "Handed in"), cell: (/** @type {any} */ row) => html`${time(row.kept_at)}<br /><span class="quiet">${row.kept_by}</span>`, text: (/** @type {any} */ row) => time(row.kept_at) },
        { title: t("决定", "Decided"), cell: (/** @type {any} */ row) => html`${time(row.decided_at)}<br /><span class="quiet">${row.decided_by ?? ""}</span>`, text: (/** @type {any} */ row) => time(row.decided_at) },
        ...(may("policies:publish") ? [{ title: t("办理", "Act"), cell: (/** @type {any} */ row) => row.status === "kept" ? html`<${Act} main title=${t("批准发布", "Put in force")} why=${same(row.kept_by) ? t("本人提交，须由另一人决定", "You handed it in: another person decides") : null} path=${`/v1/policies/bundles/${row.bundle}/decision`} body=${() => ({ decision: "approve" })} onDone=${loaded.reload} text=${t("发布后，新受理的申请即按此核定。", "Claims received from then on are decided by it.")} /> ${simulating(row.bundle)}`
            : row.status === "published" && may("policies:recalculate") ? html`${simulating(row.bundle)} <${Act} title=${t("提请重新核定", "Ask for a recalculation")} path=${`/v1/policies/bundles/${row.bundle}/recalculation`} body=${() => undefined} onDone=${loaded.reload} text=${t("由另一人批准后，对受影响的结算重新核定并入账差额。", "Once another person approves, claims it touches are decided again and differences posted.")} />` : null }] : []),
    ];
    return html`<${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("发布记录", "Publications")} columns=${columns} rows=${page.items} chosen=${(/** @type {any} */ row) => row.bundle === bundle} /><${Pager} page=${page} columns=${columns} name="publications" />`}<//>
        ${bundle && html`<${Diff} bundle=${bundle} />`}`;
}

/** What a bundle changes from the one in force, by case. @param {{bundle: string}} props */
function Diff({ bundle }) {
    const loaded = useLoad(`diff-${bundle}`, () => get(`/v1/policies/bundles/current/diff/${bundle}`));
    const outcome = (/** @type {any} */ found) => found.deciders.length === 0 ? t("无规定", "no rule") : html`${found.in_words.map((/** @type {any} */ each) => html`<div>${said(each)}</div>`)}${found.deciders.map((/** @type {string} */ each) => html`<a class="cited" href=${at(`/policies/${each.split(".")[0]}`, { at: each.split(".").slice(1).join(".") })}>${each}</a>`)}`;
    return html`<section class="card stack-top"><h2>${t("与现行政策的差异", "What changes from what is in force")}</h2><${Show} of=${loaded}>${(/** @type {any} */ found) => found.cells.length === 0 ? html`<${Empty}>${t("逐格比较，没有任何情形的结果改变。", "No case is decided differently.")}<//>` : html`<${Table} caption=${t("差异", "Changes")} rows=${found.cells.slice(0, 200)} columns=${[
        { title: t("事项", "What"), cell: (/** @type {any} */ row) => said(row.decides) }, { title: t("就医地", "Treated in"), cell: (/** @type {any} */ row) => named(row.treatment) },
        { title: t("情形", "Case"), cell: (/** @type {any} */ row) => said(row.when) },
        { title: t("变更前", "Before"), cell: (/** @type {any} */ row) => outcome(row.before) }, { title: t("变更后", "After"), cell: (/** @type {any} */ row) => outcome(row.after) }]} />`}<//></section>`;
}

/** Which bundle a run is about, leading to it. @param {string} bundle */
const ofBundle = (bundle) => html`<a href=${at("/policies", { tab: "bundles", bundle })}><code>${bundle.slice(0, 12)}</code></a>`;

/** Bars of what each payer bears more or less. @param {any[]} rows */
const differences = (rows) => ({
    grid: { left: 90, right: 100, top: 10, bottom: 30 }, xAxis: { type: "value", axisLabel: { hideOverlap: true, formatter: inUnit } }, yAxis: { type: "category", inverse: true, data: rows.map((each) => payerName(each.payer)) },
    series: [{ type: "bar", barMaxWidth: 22, data: rows.map((each) => each.difference), label: { show: true, position: "right", formatter: (/** @type {any} */ each) => yuan(each.value) } }],
});

/** What one claim comes to before and after. @param {{changes: any[]}} props */
const Changes = ({ changes }) => html`<${Table} caption=${t("差额", "Differences")} rows=${changes} columns=${[
    { title: t("支付方", "Payer"), cell: (/** @type {any} */ row) => `${payerName(row.payer)}${row.area ? ` · ${named(row.area)}` : ""}` }, { title: t("变更前", "Before"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.before} />` },
    { title: t("变更后", "After"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.after} />` }, { title: t("差额", "Difference"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.difference} />` }]} />`;

/** Claims whose result changes, each leading to itself. @param {{page: any, name: string}} props */
function Touched({ page, name }) {
    const columns = [
        { title: t("结算申请", "Claim"), cell: (/** @type {any} */ row) => may("claims:read") ? html`<a href=${at(`/claims/${row.claim_id}`)}>${row.claim_no ?? row.claim_id}</a>` : row.claim_no ?? row.claim_id, text: (/** @type {any} */ row) => row.claim_id },
        { title: t("各方增减", "Who bears more or less"), cell: (/** @type {any} */ row) => row.changes.filter((/** @type {any} */ each) => each.difference !== "0.00").map((/** @type {any} */ each) => html`<div>${payerName(each.payer)}${each.area ? ` ${named(each.area)}` : ""} <${Money} amount=${each.difference} /></div>`), text: (/** @type {any} */ row) => row.changes.map((/** @type {any} */ each) => `${each.payer} ${each.difference}`).join("; ") },
    ];
    return html`<${Table} caption=${t("受影响的申请", "Claims it touches")} rows=${page.items} columns=${columns} empty=${t("没有结果改变的申请。", "No claim comes to something else.")} /><${Pager} page=${page} columns=${columns} name=${name} />`;
}

function Simulations() {
    const { tab: _, simulation, cursor, ...query } = place.value.query;
    const loaded = useLoad(`simulations-${JSON.stringify([query, simulation ? "" : cursor])}`, () => get("/v1/policies/simulations", { ...query, cursor: simulation ? undefined : cursor, limit: 50 }));
    const columns = [
        { title: t("模拟", "Simulation"), cell: (/** @type {any} */ row) => html`<a href=${at("/policies", { tab: "simulations", simulation: row.simulation_id })}>${row.area ? named(row.area) : t("全部区划", "everywhere")}</a>`, text: (/** @type {any} */ row) => row.simulation_id },
        { title: t("政策包", "Bundle"), cell: (/** @type {any} */ row) => ofBundle(row.bundle), text: (/** @type {any} */ row) => row.bundle },
        { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} />`, text: (/** @type {any} */ row) => label(row.status) },
        { title: t("提出", "Asked"), cell: (/** @type {any} */ row) => html`${time(row.requested_at)}<br /><span class="quiet">${row.requested_by}</span>`, text: (/** @type {any} */ row) => time(row.requested_at) },
    ];
    return html`<${Filters} fields=${[{ name: "status", title: t("状态", "State"), options: choices(["running", "done", "failed"]) }, { name: "bundle", title: t("政策包", "Bundle") }, { name: "area", title: t("所问区划", "Area asked about") }]} />
        <${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("模拟", "Simulations")} columns=${columns} rows=${page.items} empty=${t("没有模拟记录；在“发布记录”中可提请模拟。", "No simulations yet: ask for one under Publications.")} chosen=${(/** @type {any} */ row) => row.simulation_id === simulation} />${!simulation && html`<${Pager} page=${page} columns=${columns} name="simulations" />`}`}<//>
        ${simulation && html`<${Simulated} id=${simulation} />`}`;
}

/** What one simulation found so far. @param {{id: string}} props */
function Simulated({ id }) {
    const { cursor } = place.value.query;
    const loaded = useLoad(`simulation-${id}-${cursor}`, () => get(`/v1/policies/simulations/${id}`, { cursor, limit: 50 }));
    return html`<section class="card stack-top"><div class="card-head"><h2>${t("模拟结果", "What it found")}</h2><button type="button" onClick=${loaded.reload}>${t("刷新", "Refresh")}</button></div><${Show} of=${loaded}>${(/** @type {any} */ found) => html`
        <${Facts} rows=${[[t("状态", "State"), html`<${State} value=${found.status} />`], [t("已核查", "Looked at"), found.looked_at], ...(found.simulation ? [[t("结果改变", "Changed"), found.simulation.changed], [t("个人少付", "Patients paying less"), found.simulation.patients.gaining], [t("个人多付", "Patients paying more"), found.simulation.patients.losing]] : [])]} />
        ${found.simulation && html`<div class="stack-top"></div><${Chart} low title=${t("各方增减", "Who bears more or less")} option=${differences(found.simulation.by_payer)} /><${Changes} changes=${found.simulation.by_payer.map((/** @type {any} */ each) => ({ ...each, area: null }))} />`}<div class="stack-top"></div><${Touched} page=${found} name="simulation" />`}<//></section>`;
}

function Recalculations() {
    const { tab: _, recalculation, cursor, ...query } = place.value.query;
    const loaded = useLoad(`recalculations-${JSON.stringify([query, recalculation ? "" : cursor])}`, () => get("/v1/policies/recalculations", { ...query, cursor: recalculation ? undefined : cursor, limit: 50 }));
    const columns = [
        { title: t("提出", "Asked"), cell: (/** @type {any} */ row) => html`<a href=${at("/policies", { tab: "recalculations", recalculation: row.recalculation_id })}>${time(row.requested_at)}</a><br /><span class="quiet">${row.requested_by}</span>`, text: (/** @type {any} */ row) => time(row.requested_at) },
        { title: t("政策包", "Bundle"), cell: (/** @type {any} */ row) => ofBundle(row.bundle), text: (/** @type {any} */ row) => row.bundle }, { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} />`, text: (/** @type {any} */ row) => label(row.status) },
        { title: t("已核查", "Looked at"), number: true, cell: (/** @type {any} */ row) => row.looked_at, text: (/** @type {any} */ row) => String(row.looked_at) },
    ];
    return html`<${Filters} fields=${[{ name: "status", title: t("状态", "State"), options: choices(["requested", "running", "done", "failed", "refused", "superseded"]) }, { name: "bundle", title: t("政策包", "Bundle") }]} />
        <${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("重新核定", "Recalculations")} columns=${columns} rows=${page.items} empty=${t("没有重新核定记录。", "No recalculations yet.")} chosen=${(/** @type {any} */ row) => row.recalculation_id === recalculation} />${!recalculation && html`<${Pager} page=${page} columns=${columns} name="recalculations" />`}`}<//>
        ${recalculation && html`<${Recalculated} id=${recalculation} />`}`;
}

/** What one recalculation posted so far. @param {{id: string}} props */
function Recalculated({ id }) {
    const { cursor } = place.value.query;
    const loaded = useLoad(`recalculation-${id}-${cursor}`, () => get(`/v1/policies/recalculations/${id}`, { cursor, limit: 50 }));
    return html`<section class="card stack-top"><div class="card-head"><h2>${t("已入账的更正", "Corrections posted")}</h2><button type="button" onClick=${loaded.reload}>${t("刷新", "Refresh")}</button></div><${Show} of=${loaded}>${(/** @type {any} */ found) => html`<${Touched} page=${found} name="recalculation" />`}<//></section>`;
}
