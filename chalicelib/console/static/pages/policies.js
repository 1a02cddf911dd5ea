// Policies: the notices in force, what waits for a second officer, and what a set of policies would change.
import { html } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label, named } from "../names.js";
import { at, may, me, place, said, t } from "../state.js";
import { Act, Empty, Filters, Head, Pager, Show, State, Table, Tabs, time } from "../ui.js";

export default function Policies() {
    const tab = place.value.query.tab ?? "notices";
    return html`<${Head} title=${t("政策", "Policies")}><//>
        <${Tabs} now=${tab} tabs=${[["notices", t("现行文件", "In force")], ["bundles", t("发布记录", "Publications")], ...(may("policies:read-recalculation") ? [["recalculations", t("重新核定", "Recalculations")]] : [])]} />
        ${tab === "notices" && html`<${Notices} />`}${tab === "bundles" && html`<${Bundles} />`}${tab === "recalculations" && html`<${Recalculations} />`}`;
}

function Notices() {
    const { query } = place.value;
    const loaded = useLoad("notices", () => get("/v1/policies", { limit: 200 }));
    const search = (query.q ?? "").toLowerCase();
    return html`<${Filters} fields=${[{ name: "q", title: t("文号、标题或区划", "Number, title or area") }]} />
        <${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("现行文件", "In force")} rows=${page.items.filter((/** @type {any} */ each) => [each.document_no, each.title.zh, each.title.en, named(each.area)].join(" ").toLowerCase().includes(search))} columns=${[
            { title: t("文件", "Notice"), cell: (/** @type {any} */ row) => html`<a href=${at(`/policies/${row.notice}`)}>${said(row.title)}</a>` }, { title: t("文号", "Number"), cell: (/** @type {any} */ row) => row.document_no },
            { title: t("发文机关", "Issuer"), cell: (/** @type {any} */ row) => row.issuer }, { title: t("适用区划", "Area"), cell: (/** @type {any} */ row) => named(row.area) }, { title: t("发文日期", "Issued"), cell: (/** @type {any} */ row) => row.issued_on },
            { title: t("性质", "Standing"), cell: (/** @type {any} */ row) => label(row.standing) }]} />`}<//>`;
}

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
        ...(may("policies:publish") ? [{ title: t("办理", "Act"), cell: (/** @type {any} */ row) => row.status === "kept" ? html`<${Act} main title=${t("批准发布", "Put in force")} why=${same(row.kept_by) ? t("本人提交，须由另一人决定", "You handed it in: another person decides") : null} path=${`/v1/policies/bundles/${row.bundle}/decision`} body=${() => ({ decision: "approve" })} onDone=${loaded.reload} text=${t("发布后，新受理的申请即按此核定。", "Claims received from then on are decided by it.")} />`
            : row.status === "published" && may("policies:recalculate") ? html`<${Act} title=${t("提请重新核定", "Ask for a recalculation")} path=${`/v1/policies/bundles/${row.bundle}/recalculation`} body=${() => undefined} onDone=${loaded.reload} text=${t("由另一人批准后，对受影响的结算重新核定并入账差额。", "Once another person approves, claims it touches are decided again and differences posted.")} />` : null }] : []),
    ];
    return html`<${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("发布记录", "Publications")} columns=${columns} rows=${page.items} chosen=${(/** @type {any} */ row) => row.bundle === bundle} /><${Pager} page=${page} columns=${columns} name="publications" />`}<//>
        ${bundle && html`<${Diff} bundle=${bundle} />`}`;
}

/** What a bundle changes from the one in force, by case. @param {{bundle: string}} props */
function Diff({ bundle }) {
    const loaded = useLoad(`diff-${bundle}`, () => get(`/v1/policies/bundles/current/diff/${bundle}`));
    const outcome = (/** @type {any} */ found) => found.deciders.length === 0 ? t("无规定", "no rule") : html`${found.values.map((/** @type {any} */ each) => Object.entries(each).map(([name, value]) => `${label(name)} ${label(String(value))}`).join(t("，", ", "))).join(t("；", "; "))}<br />${found.deciders.map((/** @type {string} */ each) => html`<a class="cited" href=${at(`/policies/${each.split(".")[0]}`, { at: each.split(".").slice(1).join(".") })}>${each}</a>`)}`;
    return html`<section class="card stack-top"><h2>${t("与现行政策的差异", "What changes from what is in force")}</h2><${Show} of=${loaded}>${(/** @type {any} */ found) => found.cells.length === 0 ? html`<${Empty}>${t("逐格比较，没有任何情形的结果改变。", "No case is decided differently.")}<//>` : html`<${Table} caption=${t("差异", "Changes")} rows=${found.cells.slice(0, 200)} columns=${[
        { title: t("事项", "What"), cell: (/** @type {any} */ row) => label(row.slot) }, { title: t("就医地", "Treated in"), cell: (/** @type {any} */ row) => named(row.treatment) },
        { title: t("情形", "Case"), cell: (/** @type {any} */ row) => Object.entries(row.cell).map(([name, value]) => `${label(name)}${t("：", ": ")}${(Array.isArray(value) ? value : String(value).split(",")).map((/** @type {string} */ one) => label(one)).join(t("、", ", "))}`).join(t("；", "; ")) },
        { title: t("变更前", "Before"), cell: (/** @type {any} */ row) => outcome(row.before) }, { title: t("变更后", "After"), cell: (/** @type {any} */ row) => outcome(row.after) }]} />`}<//></section>`;
}

function Recalculations() {
    const { tab: _, ...query } = place.value.query;
    const loaded = useLoad(`recalculations-${JSON.stringify(query)}`, () => get("/v1/policies/recalculations", { ...query, limit: 50 }));
    const columns = [
        { title: t("政策包", "Bundle"), cell: (/** @type {any} */ row) => html`<code>${row.bundle.slice(0, 12)}</code>`, text: (/** @type {any} */ row) => row.bundle }, { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} />`, text: (/** @type {any} */ row) => label(row.status) },
        { title: t("提出", "Asked"), cell: (/** @type {any} */ row) => html`${time(row.requested_at)}<br /><span class="quiet">${row.requested_by}</span>`, text: (/** @type {any} */ row) => time(row.requested_at) }, { title: t("已核查", "Looked at"), number: true, cell: (/** @type {any} */ row) => row.looked_at, text: (/** @type {any} */ row) => String(row.looked_at) },
    ];
    return html`<${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("重新核定", "Recalculations")} columns=${columns} rows=${page.items} empty=${t("没有重新核定记录。", "No recalculations yet.")} /><${Pager} page=${page} columns=${columns} name="recalculations" />`}<//>`;
}
