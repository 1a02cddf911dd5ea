// The agency's services, each a tab over its list: filings, enrolments, transfers, requests about personal data, statuses.
import { html } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label, named } from "../names.js";
import { at, may, me, place, t } from "../state.js";
import { Act, choices, Cited, Empty, Filters, Head, Money, Name, Pager, Show, State, Table, Tabs, time, today } from "../ui.js";

/** @typedef {{code: string, title: () => string, action: string, view: () => any}} Tab */
const who = (/** @type {any} */ act) => (act ? html`${act.actor}<br /><span class="quiet">${time(act.at)}</span>` : "—");
const person = (/** @type {any} */ row) => html`<code>${row.person.slice(0, 14)}</code>`;
const reason = () => ({ name: "reason", title: t("理由", "Reason"), type: "area", required: true });

/** @param {{path: string, name: string, columns: (again: () => void) => import("../ui.js").Column<any>[], filters?: import("../ui.js").FieldSpec[], head?: (again: () => void) => any}} props */
function Listed({ path, name, columns, filters = [], head }) {
    const { tab: _, ...query } = place.value.query;
    const loaded = useLoad(`${name}-${JSON.stringify(query)}`, () => get(path, { ...query, limit: 50 }));
    const found = columns(loaded.reload);
    return html`${head && html`<div class="buttons stack-bottom">${head(loaded.reload)}</div>`}${filters.length > 0 && html`<${Filters} fields=${filters} />`}
        <${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${name} columns=${found} rows=${page.items} /><${Pager} page=${page} columns=${found} name=${name} />`}<//>`;
}

const identity = () => [{ name: "id_no", title: t("身份证号", "Identity number"), required: true }];

function Filings() {
    const file = (/** @type {() => void} */ again) => may("filings:record") && html`<${Act} main title=${t("登记备案", "Record a filing")} path="/v1/filings" onDone=${again} initial=${{ kind: "temporary", channel: "counter" }}
        fields=${[...identity(), { name: "treatment_area", title: t("就医地区划代码", "Treatment area"), required: true }, { name: "kind", title: t("类型", "Kind"), options: ["long-term", "temporary", "emergency"].map((code) => [code, label(code)]) }, { name: "channel", title: t("渠道", "Channel"), options: ["online", "phone", "mail", "counter"].map((code) => [code, label(code)]) }, { name: "from", title: t("起始日", "From"), type: "date" }]}
        body=${(/** @type {any} */ entered) => ({ id_type: "identity-card", ...entered, from: entered.from || null })} />`;
    return html`<${Listed} path="/v1/filings" name="filings" head=${file} filters=${[{ name: "person", title: t("人员代码", "Person's token") }]} columns=${(/** @type {() => void} */ again) => [
        { title: t("人员", "Person"), cell: person, text: (/** @type {any} */ row) => row.person }, { title: t("就医地", "Treatment area"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.treatment_area} />`, text: (/** @type {any} */ row) => named(row.treatment_area) },
        { title: t("类型", "Kind"), cell: (/** @type {any} */ row) => label(row.kind), text: (/** @type {any} */ row) => label(row.kind) }, { title: t("渠道", "Channel"), cell: (/** @type {any} */ row) => label(row.channel) },
        { title: t("有效期", "In force"), cell: (/** @type {any} */ row) => `${row.from} – ${row.to ?? t("长期", "open")}`, text: (/** @type {any} */ row) => `${row.from} ${row.to ?? ""}` }, { title: t("登记", "Recorded"), cell: (/** @type {any} */ row) => who(row.made) },
        { title: t("办理", "Act"), cell: (/** @type {any} */ row) => row.withdrawn ? html`<span class="quiet">${t("已撤回", "withdrawn")}</span>` : may("filings:withdraw") && html`<${Act} danger title=${t("撤回", "Withdraw")} path=${`/v1/filings/${row.filing_id}/withdrawal`} fields=${[reason()]} body=${(/** @type {any} */ entered) => entered} onDone=${again} />` }]} />`;
}

function Enrolments() {
    const token = place.value.query.person;
    const loaded = useLoad(token ? `enrolments-${token}` : null, () => get("/v1/enrolments", { person: token, limit: 50 }));
    return html`<${Filters} open=${!token} fields=${[{ name: "person", title: t("人员代码", "Person's token"), hint: "prs_…" }]} />${!token ? html`<${Empty}>${t("填写人员代码后查询参保经历。代码见备案、结算或参保登记的回执。", "Enter a person's token, as a filing, a claim or an enrolment gives it.")}<//>` : html`<${Show} of=${loaded}>${(/** @type {any} */ found) => html`<${Table} caption=${t("参保", "Enrolments")} rows=${found.items} columns=${Object.keys(found.items[0] ?? {}).map((name) => ({ title: FIELD(name), cell: (/** @type {any} */ row) => (row[name] && /area/.test(name) ? named(row[name]) : label(row[name])) }))} />
        <h2 class="stack-top">${t("变更经历", "History")}</h2><${Table} caption=${t("变更经历", "History")} rows=${found.history} columns=${[{ title: t("版次", "No."), cell: (/** @type {any} */ row) => row.number }, { title: t("变更", "Change"), cell: (/** @type {any} */ row) => label(row.kind) }, { title: t("经办", "By"), cell: (/** @type {any} */ row) => who(row.act) }]} />`}<//>`}`;
}

const FIELD = (/** @type {string} */ name) => ({ insured_area: t("参保地", "Insured in"), insurance: t("险种", "Insurance"), employment: t("就业状态", "Employment"), assistance: t("救助身份", "Assistance"), from: t("起", "From"), to: t("止", "To"), recorded_by: t("登记单位", "Recorded by") })[name] ?? name;

const Transfers = () => html`<${Listed} path="/v1/enrolment-transfers" name="transfers" columns=${(/** @type {() => void} */ again) => [
    { title: t("人员", "Person"), cell: person, text: (/** @type {any} */ row) => row.person }, { title: t("转出", "From"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.standing_area} />` }, { title: t("转入", "To"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.insured_area} />` },
    { title: t("自", "Since"), cell: (/** @type {any} */ row) => row.from }, { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} />` }, { title: t("提出", "Asked by"), cell: (/** @type {any} */ row) => who(row.asked) },
    { title: t("办理", "Act"), cell: (/** @type {any} */ row) => row.status === "requested" && row.standing_area === me.value?.subject && may("enrolment-transfers:decide") && html`<${Act} main title=${t("同意转出", "Release")} path=${`/v1/enrolment-transfers/${row.transfer_id}/decision`} body=${() => ({ decision: "approve" })} onDone=${again} text=${t("自转移之日起，由转入地参保。", "The person is insured there from that day on.")} />` }]} />`;

const Requests = () => html`<${Listed} path="/v1/person-requests" name="person-requests" columns=${() => [
    { title: t("人员", "Person"), cell: person }, { title: t("类型", "Kind"), cell: (/** @type {any} */ row) => label(row.kind) }, { title: t("用途", "Purpose"), cell: (/** @type {any} */ row) => row.purpose }, { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} />` },
    { title: t("提出", "Asked by"), cell: (/** @type {any} */ row) => who(row.asked) }, { title: t("决定", "Decided by"), cell: (/** @type {any} */ row) => who(row.decided) }]} />`;

const Patients = () => html`<${Listed} path="/v1/patient-advances" name="patient-advances" columns=${() => [
    { title: t("就医机构", "Hospital"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.institution} />` }, { title: t("参保地", "Insured in"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.insured_area} />` }, { title: t("金额", "Amount"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.amount} />` },
    { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} />` }, { title: t("提出", "Reported"), cell: (/** @type {any} */ row) => who(row.reported) }]} />`;

/** Why this person does not decide what they asked for. @param {any} act */
const mine = (act) => (act?.actor?.trim().toLowerCase() === me.value?.actor.trim().toLowerCase() ? t("本人提出，须由另一人决定", "Your own request: another person decides") : null);

const Agreements = () => html`<${Listed} path="/v1/agreements" name="agreements" filters=${[{ name: "institution", title: t("机构编码", "Institution") }, { name: "status", title: t("状态", "State"), options: choices(["requested", "recorded", "refused"], "AgreementDocument.status") }]}
    head=${(/** @type {() => void} */ again) => may("agreements:record") && html`<${Act} main title=${t("提出协议事项", "Ask for an agreement")} path="/v1/agreements" onDone=${again} initial=${{ kind: "temporary" }}
        fields=${[{ name: "institution", title: t("机构编码", "Institution"), required: true }, { name: "kind", title: t("类型", "Kind"), options: ["service", "extension", "temporary", "termination"].map((code) => [code, label(code, "AgreementDocument.kind")]) }, { name: "from", title: t("起", "From"), type: "date" }, { name: "to", title: t("止", "To"), type: "date" }, reason()]}
        body=${(/** @type {any} */ entered) => ({ ...entered, from: entered.from || null, to: entered.to || null })} />`}
    columns=${(/** @type {() => void} */ again) => [
        { title: t("机构", "Institution"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.institution} />`, text: (/** @type {any} */ row) => named(row.institution) }, { title: t("类型", "Kind"), cell: (/** @type {any} */ row) => label(row.kind, "AgreementDocument.kind"), text: (/** @type {any} */ row) => label(row.kind, "AgreementDocument.kind") },
        { title: t("期限", "Term"), cell: (/** @type {any} */ row) => `${row.from ?? "…"} – ${row.to ?? "…"}` }, { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} of="AgreementDocument.status" />` }, { title: t("提出", "Asked by"), cell: (/** @type {any} */ row) => who(row.asked) },
        { title: t("办理", "Act"), cell: (/** @type {any} */ row) => row.status === "requested" && may("agreements:decide") && html`<${Act} main title=${t("批准", "Approve")} why=${mine(row.asked)} path=${`/v1/agreements/${row.agreement_id}/decision`} body=${() => ({ decision: "approve" })} onDone=${again} text=${t("批准后，协议即行登记。", "The agreement then stands in the register.")} />` }]} />`;

const Blacklist = () => html`<${Listed} path="/v1/blacklist" name="blacklist" filters=${[{ name: "status", title: t("状态", "State"), options: choices(["listed", "cleared", "terminated"], "BlacklistEntryDocument.status") }]} columns=${(/** @type {() => void} */ again) => [
    { title: t("机构", "Institution"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.institution} />` }, { title: t("名单日期", "Listed on"), cell: (/** @type {any} */ row) => row.listed_on }, { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} of="BlacklistEntryDocument.status" />` },
    { title: t("列入原因", "Ground"), cell: (/** @type {any} */ row) => html`${row.ground}<br /><${Cited} citation=${row.citation} />` }, { title: t("上传", "Uploaded by"), cell: (/** @type {any} */ row) => who(row.uploaded) },
    { title: t("办理", "Act"), cell: (/** @type {any} */ row) => row.status === "listed" && may("blacklist:verify") && html`<div class="buttons"><${Act} danger title=${t("核实并终止协议", "Verify and terminate")} why=${mine(row.uploaded)} path=${`/v1/blacklist/${row.entry_id}/decision`} initial=${{ from: today() }} fields=${[{ name: "from", title: t("终止日", "Terminated from"), type: "date", required: true }]} body=${(/** @type {any} */ entered) => ({ decision: "approve", from: entered.from })} onDone=${again} />
        ${!mine(row.uploaded) && html`<${Act} title=${t("不予认定", "Clear")} path=${`/v1/blacklist/${row.entry_id}/decision`} fields=${[reason()]} body=${(/** @type {any} */ entered) => ({ decision: "refuse", reason: entered.reason })} onDone=${again} />`}</div>` }]} />`;

function Statuses() {
    return html`<section class="card stack"><p>${t("更正患者的病例状态：涉及的结算将立即重新核定，差额逐笔入账。", "Correct a patient's status: the claims it touches are decided again at once and differences posted.")}</p><div class="buttons"><${Act} main title=${t("更正病例状态", "Correct a status")} path="/v1/cases/status" onDone=${() => go()} initial=${{ status: "confirmed", on: today() }}
        fields=${[{ name: "claim_id", title: t("结算申请编号", "Claim's id"), hint: t("与人员代码填写其一", "This or the person's token") }, { name: "person", title: t("人员代码", "Person's token") }, { name: "status", title: t("更正后的状态", "Status as it should be"), options: ["confirmed", "suspected", "excluded", "none"].map((code) => [code, label(code)]) }, { name: "on", title: t("状态日期", "Day of the status"), type: "date", required: true }, reason()]}
        body=${(/** @type {any} */ entered) => ({ ...entered, person: entered.person || null, claim_id: entered.claim_id || null })} /></div></section>`;
}

const go = () => { location.hash = at("/work"); };

/** @type {Tab[]} */
const TABS = [
    { code: "filings", title: () => t("异地就医备案", "Filings"), action: "filings:read", view: Filings },
    { code: "enrolments", title: () => t("参保登记", "Enrolments"), action: "enrolments:read", view: Enrolments },
    { code: "transfers", title: () => t("参保转移", "Transfers"), action: "enrolment-transfers:read", view: Transfers },
    { code: "patients", title: () => t("患者垫付", "Advances for patients"), action: "patient-advances:read", view: Patients },
    { code: "requests", title: () => t("个人信息请求", "Personal data"), action: "person-requests:read", view: Requests },
    { code: "agreements", title: () => t("服务协议", "Agreements"), action: "agreements:read", view: Agreements },
    { code: "blacklist", title: () => t("失信名单", "Blacklist"), action: "blacklist:read", view: Blacklist },
    { code: "statuses", title: () => t("病例状态更正", "Statuses"), action: "cases:correct", view: Statuses },
];

export default function Services() {
    const open = TABS.filter((each) => may(each.action));
    const chosen = open.find((each) => each.code === place.value.query.tab) ?? open[0];
    return html`<${Head} title=${t("业务", "Services")}><//>
        <${Tabs} now=${chosen?.code ?? ""} tabs=${open.map((each) => [each.code, each.title()])} />
        ${chosen && html`<${chosen.view} key=${chosen.code} />`}`;
}
