// A value of any answer as people read it, by the kind that the service's sheet gives it.
import { html } from "./vendor/kit.js";
import { label, named } from "./names.js";
import { at, may, me, now, said, t } from "./state.js";
import { Cited, Facts, Instant, Money, Name, State, Table, time } from "./ui.js";

/**
 * A field of an answer or of a form, as its sheet describes it.
 * @typedef {{n: string, k: string, t: [string, string], h?: [string, string], r?: number, of?: string, o?: string[], f?: Sheet[], w?: Record<string, string[]>}} Sheet
 */

/** @param {Sheet} field */
export const titleOf = (field) => t(field.t[0], field.t[1]);
/** @param {Sheet} field */
export const hintOf = (field) => (field.h ? t(field.h[0], field.h[1]) : "");

const NUMBERS = new Set(["money", "count", "figure"]);

/** A value that an `oneOf` or a text without a form may be: its state, where it is one. @param {Sheet} field */
const isState = (field) => field.n === "status" || field.n === "outcome";

/** How a clock of the law stands. @param {any} clock */
function Clock({ clock }) {
    if (!clock?.due) return html`<span class="quiet">${t("未规定期限", "No term")}</span>`;
    const due = Date.parse(clock.due);
    if (clock.stopped) return html`<span class=${clock.late ? "late-text" : "quiet"}>${clock.late ? t("逾期办结", "Done late") : t("按期办结", "Done in time")}</span><br /><${Instant} at=${clock.stopped} />`;
    const late = due <= now.value;
    return html`<span class=${late ? "late-text" : ""}>${late ? t("已逾期", "Late") : t("截止", "Due")}</span><br /><${Instant} at=${clock.due} />`;
}

/** Whether an answer says nothing in a field. @param {any} value */
export const isEmpty = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** One value. @param {{field: Sheet, value: any, deep?: boolean}} props */
export function Value({ field, value, deep = false }) {
    if (isEmpty(value)) return html`<span class="quiet">—</span>`;
    switch (field.k) {
        case "money": return html`<${Money} amount=${value} />`;
        case "word": return isState(field) ? html`<${State} value=${value} of=${field.of} />` : label(value, field.of);
        case "yes": return value ? t("是", "Yes") : t("否", "No");
        case "instant": return html`<${Instant} at=${value} />`;
        case "area": case "institution": return html`<${Name} code=${value} />`;
        case "person": return html`<code title=${value}>${deep ? value : value.slice(0, 12)}</code>`;
        case "claim": return may("claims:read") ? html`<a href=${at(`/claims/${value}`)}><code>${value.slice(0, 14)}</code></a>` : html`<code>${value.slice(0, 14)}</code>`;
        case "said": return said(value);
        case "act": return html`${value.actor}<br /><span class="quiet">${deep && html`${named(value.subject)} `}${time(value.at)}</span>`;
        case "clock": return html`<${Clock} clock=${value} />${deep && value.citation && html`<br /><${Cited} citation=${value.citation} />`}`;
        case "citation": return html`<${Cited} citation=${value} />`;
        case "group": return html`<${Facts} rows=${(field.f ?? []).map((each) => [titleOf(each), html`<${Value} field=${each} value=${value[each.n]} deep />`])} />`;
        case "list": return html`<${Many} field=${field} values=${value} deep=${deep} />`;
        default: return String(value);
    }
}

/** Several values: things with parts as a table where there is room, words beside each other. @param {{field: Sheet, values: any[], deep: boolean}} props */
function Many({ field, values, deep }) {
    const [each] = field.f ?? [];
    if (!each) return String(values.length);
    const whole = { ...each, n: field.n, t: field.t };
    if (each.k === "group") {
        if (!deep) return t(`${values.length} 项`, `${values.length}`);
        return html`<${Table} caption=${titleOf(field)} rows=${values} columns=${columnsOf(each.f ?? [])} />`;
    }
    if (each.k === "claim" && !may("claims:read")) return t(`${values.length} 件`, `${values.length}`);
    const broken = ["act", "citation", "claim"].includes(each.k);
    return html`${values.map((value, place) => html`${place > 0 && (broken ? html`<br />` : t("、", ", "))}<${Value} field=${whole} value=${value} deep=${deep} />`)}`;
}

/** A value as a spreadsheet's cell. @param {Sheet} field @param {any} value @returns {string} */
export function textOf(field, value) {
    if (value === null || value === undefined) return "";
    switch (field.k) {
        case "word": return label(value, field.of);
        case "yes": return value ? t("是", "Yes") : t("否", "No");
        case "instant": return time(value);
        case "area": case "institution": return named(value);
        case "said": return said(value);
        case "act": return `${value.actor} ${time(value.at)}`;
        case "clock": return value.due ? time(value.due) : "";
        case "citation": return `${value.document_no} ${value.article}`;
        case "list": return value.map((/** @type {any} */ one) => (field.f?.[0] ? textOf(field.f[0], one) : "")).join(t("、", ", "));
        case "group": return "";
        default: return String(value);
    }
}

/** @param {Sheet[]} fields @returns {import("./ui.js").Column<any>[]} */
export const columnsOf = (fields) => fields.map((field) => ({
    title: titleOf(field), number: NUMBERS.has(field.k),
    cell: (/** @type {any} */ row) => html`<${Value} field=${field} value=${row[field.n]} />`, text: (/** @type {any} */ row) => textOf(field, row[field.n]),
}));

/** Everything that an answer says, the short parts as facts, the long ones below and its id last. @param {{fields: Sheet[], record: any, id?: string}} props */
export function Whole({ fields, record, id = "" }) {
    const told = fields.filter((field) => !isEmpty(record[field.n]));
    const long = (/** @type {Sheet} */ field) => field.k === "group" || (field.k === "list" && field.f?.[0]?.k === "group");
    const short = told.filter((field) => !long(field) && field.n !== id);
    return html`<${Facts} rows=${[...short, ...told.filter((field) => field.n === id)].map((field) => [titleOf(field), field.n === id ? html`<code>${record[id]}</code>` : html`<${Value} field=${field} value=${record[field.n]} deep />`])} />
        ${told.filter(long).map((field) => html`<section class="stack-top" key=${field.n}><h3>${titleOf(field)}</h3><${Value} field=${field} value=${record[field.n]} deep /></section>`)}`;
}

/** Why this person may not take a step of what others did before, in words. @param {any[]} acts */
export function takenBy(acts) {
    const mine = me.value?.actor.trim().toLowerCase();
    return acts.some((act) => act?.actor?.trim().toLowerCase() === mine) ? t("此前步骤由您经办，须由另一人办理。", "You took an earlier step; another person takes this one.") : null;
}

