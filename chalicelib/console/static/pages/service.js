// One service: its list, or one record of it, with what may be done. Everything is read from the service's sheet.
import { Fragment, html, useState } from "../vendor/kit.js";
import { download, get, Refused, useLoad } from "../api.js";
import { label, learnWords } from "../names.js";
import services from "../services.js";
import { at, dirty, may, me, place, t } from "../state.js";
import { Dialog, Empty, Filters, FindBy, Head, Later, Pager, Print, Show, Skeleton, Table, Tabs, Unit } from "../ui.js";
import { columnsOf, takenBy, textOf, titleOf, Value, Whole } from "../values.js";
import { open } from "./services.js";

/** @typedef {import("../values.js").Sheet} Sheet */
/** @typedef {import("../form.js").ActSheet} ActSheet */
/** @typedef {{c: string, acts: ActSheet[], list?: string, key: string, fields: Sheet[], columns: string[], filters: Sheet[], needs: string[], below: Sheet[], read: string, print: string, papers: import("../papers.js").PapersSheet | null, files: string[]}} Service */

/** Whether an act is open to the role at the state of a row. @param {ActSheet} act @param {any} row */
function isOpen(act, row) {
    if (!act.a.some(may)) return false;
    const stands = Object.entries(act.when).every(([name, values]) => (values.length === 0 ? !row[name] : values.includes(row[name])));
    return stands && (!act.where || row[act.where] === me.value?.subject);
}

/** A button that opens the form of an act. @param {{act: ActSheet, path: string, why?: string | null, main?: boolean, onDone: (answer: any) => void}} props */
function Do({ act, path, why, main, onDone }) {
    const [shown, show] = useState(false);
    const [sent, setSent] = useState(false);
    const title = t(act.t[0], act.t[1]);
    const done = (/** @type {any} */ answer) => { show(false); setSent(false); onDone(answer); };
    if (why) return html`<span class="not-open"><button type="button" disabled>${title}</button><span class="quiet">${why}</span></span>`;
    return html`<${Fragment}><button type="button" class=${main ? "main" : ""} onClick=${() => show(true)}>${title}</button>
        ${shown && html`<${Dialog} title=${title} onClose=${() => { dirty.value = false; if (sent) done(null); else show(false); }}><${Later} from=${() => import("../form.js")} part="SheetForm" act=${act} path=${path} onSent=${() => setSent(true)} onDone=${done} /><//>`}<//>`;
}

/** Why an act of a record is not open to this person now: documents are missing, or the person took an earlier step. @param {Service} service @param {ActSheet} act @param {any} row */
function whyNot(service, act, row) {
    const field = service.fields.find((each) => each.n === act.lacking);
    const missing = field && textOf(field, row[act.lacking]);
    return missing ? t(`尚缺材料：${missing}。补齐后方可办理。`, `Missing documents: ${missing}. Add them first.`) : takenBy(act.another.map((name) => row[name]));
}

/** What may be done with a record. @param {{service: Service, row: any, onDone: () => void}} props */
function Acts({ service, row, onDone }) {
    const acts = service.acts.filter((act) => act.row && isOpen(act, row));
    if (acts.length === 0) return null;
    return html`<div class="buttons">${acts.map((act, number) => html`<${Do} key=${act.id} act=${act} main=${number === 0} path=${act.p.replace(/\{\w+\}/, encodeURIComponent(row[service.key]))} why=${whyNot(service, act, row)} onDone=${onDone} />`)}</div>`;
}

/** A filter as a field: what the address holds. @param {Sheet} field @returns {import("../ui.js").FieldSpec} */
const filterOf = (field) => ({
    name: field.n, title: titleOf(field), type: field.k === "date" ? "date" : "text",
    options: field.k === "word" ? [["", t("全部", "All")], ...(field.o ?? []).map((value) => /** @type {[string, string]} */ ([value, label(value, field.of)]))] : undefined,
});

/** @param {{service: Service}} props */
function List({ service }) {
    const { query } = place.value;
    const [seen, see] = useState(/** @type {any} */ (null));
    const wanted = service.needs.every((name) => query[name]);
    const loaded = useLoad(service.list && wanted ? `${service.c}-${JSON.stringify(query)}` : null, () => get(service.list ?? "", { ...query, ...(service.needs.length > 0 ? {} : { limit: 50 }) }));
    const filters = service.filters.filter((each) => each.n !== "area" || me.value?.role === "auditor").map(filterOf);
    const shown = service.columns.flatMap((name) => service.fields.filter((each) => each.n === name));
    const columns = columnsOf(shown);
    const first = columns[0];
    if (first && service.key) {
        const plain = first.cell;
        first.cell = (/** @type {any} */ row) => service.read ? html`<a href=${at(`/services/${service.c}/${encodeURIComponent(row[service.key])}`)}>${plain(row)}</a>` : html`<button type="button" class="link" onClick=${() => see(row)}>${plain(row)}</button>`;
    }
    const money = shown.some((each) => each.k === "money");
    const files = service.files.map((each) => (each.includes("sheet") ? "xlsx" : "csv"));
    const heads = service.acts.filter((act) => !act.row && act.a.some(may));
    const { cursor: _, ...narrowed } = query;
    return html`<div class="list-head"><div class="buttons">${heads.map((act) => html`<${Do} key=${act.id} act=${act} path=${act.p} onDone=${loaded.reload} />`)}</div>
            ${money && html`<${Unit} />`}${files.map((kind) => html`<button type="button" key=${kind} onClick=${() => download(service.list ?? "", { ...narrowed, format: kind }, `${service.c}.${kind}`)}>${kind === "xlsx" ? t("导出 Excel", "Export to Excel") : t("导出 CSV", "Export CSV")}</button>`)}</div>
        ${filters.some((each) => each.name === "person") && html`<${FindBy} open=${!wanted} />`}
        ${filters.length > 0 && html`<${Filters} fields=${filters} open=${!wanted} />`}
        ${service.list && !wanted && html`<${Empty}>${may("persons:find") ? t("按证件和姓名查找，或填写人员代码。", "Find the person by document and name, or enter the token.") : t("填写人员代码后查询。代码见备案、结算或参保登记。", "Enter a person's token, as a filing, a claim or an enrolment gives it.")}<//>`}
        ${service.list && wanted && html`<${Show} of=${loaded} rows=${6}>${(/** @type {any} */ page) => html`<${Table} caption=${titleOfService(service.c)} columns=${columns} rows=${page.items} /><${Pager} page=${page} columns=${columns} name=${service.c} />
            ${service.below.map((each) => html`<h2 class="stack-top">${titleOf(each)}</h2><${Value} field=${each} value=${page[each.n]} deep />`)}`}<//>`}
        ${seen && html`<${Dialog} title=${titleOfService(service.c)} onClose=${() => see(null)}><${Whole} fields=${service.fields} record=${seen} id=${service.key} /><div class="stack-top"><${Acts} service=${service} row=${seen} onDone=${() => { see(null); loaded.reload(); }} /></div><//>`}`;
}

/** @param {{service: Service, id: string}} props */
function Record({ service, id }) {
    const path = service.read.replace(/\{\w+\}/, encodeURIComponent(id));
    const loaded = useLoad(path, () => get(path));
    const form = service.print.replace(/\{\w+\}/, encodeURIComponent(id));
    return html`<${Show} of=${loaded} rows=${6}>${(/** @type {any} */ record) => html`<div class="list-head"><${Acts} service=${service} row=${record} onDone=${loaded.reload} />
            ${form && html`<div class="buttons"><${Print} path=${form} name=${id} /></div>`}</div>
        <section class="card"><h2>${textOf(/** @type {Sheet} */ (service.fields.find((each) => each.n === service.columns[0])), record[service.columns[0] ?? ""])}</h2><${Whole} fields=${service.fields.filter((each) => each.n !== service.papers?.listed)} record=${record} id=${service.key} /></section>
        ${service.papers && html`<${Later} from=${() => import("../papers.js")} part="Papers" sheet=${service.papers} row=${record} path=${service.papers.p.replace(/\{\w+\}/, encodeURIComponent(id))} onDone=${loaded.reload} />`}`}<//>`;
}

/** @param {string} code */
function titleOfService(code) {
    const found = services.find((each) => each.c === code);
    return found ? t(found.t[0], found.t[1]) : code;
}

/** @param {{id: string, below: string}} props */
export default function ServicePage({ id, below }) {
    const known = services.find((each) => each.c === id && open(each));
    const loaded = useLoad(known ? `service-${id}` : null, () => import(`../services/${id}.js`).then((found) => { learnWords(found.default.words); return found.default; }, () => { throw new Refused(0, "unreachable", [], ""); }));
    if (!known) return html`<h1>${t("没有此页面", "No such page")}</h1><${Empty}>${t("此业务不存在，或不在您的职责范围内。", "There is no such service, or it is not part of your work.")} <a href=${at("/services")}>${t("全部业务", "All services")}</a><//>`;
    const beside = services.filter((each) => each.g[0] === known.g[0] && open(each));
    /** @type {[string, string][]} */
    const up = [[t("业务", "Services"), "/services"], ...(below ? [/** @type {[string, string]} */ ([titleOfService(id), `/services/${id}`])] : [])];
    return html`<${Head} title=${titleOfService(id)} up=${up}><//>
        ${!below && beside.length > 1 && html`<${Tabs} now=${id} tabs=${beside.map((each) => [each.c, t(each.t[0], each.t[1])])} path=${(/** @type {string} */ code) => `/services/${code}`} />`}
        ${loaded.data?.list === "" && html`<p class="stack-bottom">${t(known.d[0], known.d[1])}</p>`}
        ${loaded.data ? (below ? html`<${Record} service=${loaded.data} id=${below} />` : html`<${List} key=${id} service=${loaded.data} />`) : html`<${Skeleton} rows=${6} />`}`;
}
