// The parts that pages are made of. Nothing here knows what a page is about.
import { Fragment, html, useEffect, useMemo, useRef, useState } from "./vendor/kit.js";
import { headline, post, Refused, saveRows } from "./api.js";
import { label, named } from "./names.js";
import { at, dirty, filter, language, may, place, said, t, unit } from "./state.js";

/** @typedef {any} Node */

/** An amount as people read it. @param {string | null | undefined} amount */
export function yuan(amount) {
    if (amount === null || amount === undefined) return "—";
    if (unit.value === "wan") {
        return (Number(amount) / 10_000).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    }
    const [whole, fen] = amount.split(".");
    return `${(whole ?? "").replace(/\B(?=(\d{3})+(?!\d))/g, ",")}.${fen ?? "00"}`;
}

/** A round amount on a chart's axis, in the unit of the page. @param {number} amount */
export const inUnit = (amount) => (unit.value === "wan" ? amount / 10_000 : amount).toLocaleString("zh-CN", { maximumFractionDigits: 2 });

/** The exact sum of amounts, in fen. @param {(string | null | undefined)[]} amounts */
export function sum(amounts) {
    const total = amounts.reduce((before, each) => before + BigInt((each ?? "0.00").replace(".", "")), 0n);
    const text = (total < 0n ? -total : total).toString().padStart(3, "0");
    return `${total < 0n ? "-" : ""}${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** In which unit a page's amounts are. */
export const Unit = () => html`<span class="quiet">${t("单位：", "In ")}${unitName()}</span>`;
export const unitName = () => (unit.value === "wan" ? t("万元", "10,000 yuan") : t("元", "yuan"));

/** An instant in Beijing time. @param {string | null | undefined} instant @param {boolean} [day] */
export function time(instant, day = false) {
    if (!instant) return "—";
    const shown = new Date(instant).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" });
    return day ? shown.slice(0, 10) : shown.slice(0, 16);
}

/** An instant in a narrow column: the day over the hour. @param {{at: string | null | undefined}} props */
export const Instant = ({ at: instant }) => html`<span class="nowrap">${time(instant, true)}</span>${instant && html`<br class="turn" />${" "}<span class="quiet">${time(instant).slice(11)}</span>`}`;

/** The civil day in Beijing. @param {number} [shift] days from today */
export const today = (shift = 0) => time(new Date(Date.now() + shift * 86_400_000).toISOString(), true);

const GOOD = new Set(["settled", "paid", "published", "done", "accepted", "matched", "released", "confirmed", "verified"]);
const BAD = new Set(["rejected", "failed", "reversed", "refused", "declined", "recalled", "disputed"]);
const WAITS = new Set([
    "received", "deferred", "requested", "approved", "instructed", "ordered", "held", "kept", "open", "reported", "asked",
    "confirming", "forwarded", "possible-duplicate",
]);

/** A state in words with a mark, never by colour alone. @param {{value: string, of?: string}} props */
export function State({ value, of: where = "" }) {
    const kind = GOOD.has(value) ? "good" : BAD.has(value) ? "bad" : WAITS.has(value) ? "waits" : "plain";
    return html`<span class=${`state ${kind}`}>${label(value, where)}</span>`;
}

/** @param {{amount: string | null | undefined, strong?: boolean}} props */
export function Money({ amount, strong = false }) {
    return html`<span class=${`money${strong ? " strong" : ""}${amount?.startsWith("-") ? " minus" : ""}`}>${yuan(amount)}</span>`;
}

/** @param {{code: string | null | undefined}} props */
export const Name = ({ code }) => html`<span class="name" title=${code ?? ""}>${named(code)}</span>`;

/** @param {{citation: {notice: string, document_no: string, article: string, provision: string}}} props */
export function Cited({ citation }) {
    const { notice, document_no: number, article } = citation;
    return html`<a class="cited" href=${at(`/policies/${notice}`, { at: citation.provision })}>${number || notice}${article && article !== "—" ? ` ${article}` : ""}</a>`;
}

/**
 * What went wrong, with the request's number and a way on. A form gives the titles of its fields, by their paths.
 * @param {{refused: Refused, retry?: () => void, titles?: Record<string, string>}} props
 */
export function Problem({ refused, retry, titles }) {
    const field = (/** @type {string} */ path) => (titles ? html`<b>${titles[path.replace(/\[\d+\]/g, "")]}</b> ` : html`<code>${path}</code> `);
    return html`<div class="problem" role="alert">
        <p class="strong">${headline(refused)}</p>
        ${refused.findings?.length > 0 && html`<ul>${refused.findings.slice(0, 20).map((each) => html`
            <li>${each.field && field(each.field)}${said(each.message)}</li>`)}</ul>`}
        ${refused.instance && html`<p class="quiet">${t("请求编号", "Request")} ${refused.instance.split(":").pop()}</p>`}
        ${retry && html`<button type="button" onClick=${retry}>${t("重试", "Try again")}</button>`}
    </div>`;
}

export const Skeleton = ({ rows = 4 }) => html`<div class="skeleton" aria-busy="true">
    <span class="hidden" role="status">${t("正在读取", "Loading")}</span>
    ${Array.from({ length: rows }, (_, row) => html`<div key=${row}></div>`)}</div>`;

/** @param {{children?: Node}} props */
export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

/** A part that is fetched once it is wanted. @param {{from: () => Promise<any>, part: string, [name: string]: any}} props */
export function Later({ from, part, ...given }) {
    const [found, find] = useState(/** @type {any} */ (null));
    useEffect(() => { from().then((module) => find({ view: module[part] })); }, []);
    return found ? html`<${found.view} ...${given} />` : html`<${Skeleton} rows=${3} />`;
}

/** Finding the person of a list by document and name, for whoever may: the address then holds the token alone. @param {{open?: boolean}} props */
export const FindBy = ({ open = false }) => may("persons:find") && html`<div class="stack-bottom"><${Later} from=${() => import("./find.js")} part="Find" open=${open} onFound=${(/** @type {{person: string}} */ found) => filter({ person: found.person })} /></div>`;

/** A button that shows a form of the API, to be printed or saved as a workbook. @param {{path: string, name: string, title?: string, query?: Record<string, string>}} props */
export function Print({ title = t("打印", "Print"), ...form }) {
    const [open, setOpen] = useState(false);
    return html`<button type="button" onClick=${() => setOpen(true)}>${title}</button>${open && html`<${Later} from=${() => import("./print.js")} part="Preview" ...${form} title=${title} onClose=${() => setOpen(false)} />`}`;
}

/** What is loaded, or that it is loading, or why it cannot be. @param {{of: any, rows?: number, children: (data: any) => Node}} props */
export function Show({ of: loaded, rows, children }) {
    if (loaded.data !== null) {
        return html`<${Fragment}>${loaded.refused && html`<${Problem} refused=${loaded.refused} retry=${loaded.reload} />`}${children(loaded.data)}<//>`;
    }
    if (loaded.refused) return html`<${Problem} refused=${loaded.refused} retry=${loaded.reload} />`;
    return html`<${Skeleton} rows=${rows} />`;
}

/**
 * @template Row
 * @typedef {{title: string, cell: (row: Row) => Node, text?: (row: Row) => string, number?: boolean, wide?: boolean, total?: string | Node}} Column
 */

/** A short text keeps to one line; a name of eight signs stays whole; a wide column's cell is the title of its card. @param {Column<any>} column @param {Node} content */
const kindOf = (column, content) => (column.number ? "number" : column.wide ? "wide" : typeof content === "string" && content.length <= 12 ? "nowrap" : "");

/** From so many columns on, a table is set closer, so that the last column of amounts needs no scrolling at 1,280 px. */
const DENSE_FROM = 8;

/**
 * Rows of a list. On a narrow screen each row is a card whose cells carry their titles.
 * @param {{columns: Column<any>[], rows: any[], caption: string, empty?: Node, chosen?: (row: any) => boolean, sum?: string}} props
 * `sum` names the last row, where it sums more than the page.
 */
export function Table({ columns, rows, caption, empty, chosen, sum: summed = t("本页合计", "This page") }) {
    if (rows.length === 0) return html`<${Empty}>${empty ?? t("没有符合条件的记录。", "Nothing matches.")}<//>`;
    const totalled = columns.some((each) => each.total !== undefined);
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table class=${columns.length >= DENSE_FROM ? "dense" : ""}>
        <caption class="hidden">${caption}</caption>
        <thead><tr>${columns.map((each) => html`<th scope="col" class=${each.number ? "number" : ""}>${each.title}</th>`)}</tr></thead>
        <tbody>${rows.map((row) => html`<tr class=${chosen?.(row) ? "chosen" : ""}>${columns.map((each) => html`
            <td class=${kindOf(each, each.cell(row))} data-title=${each.title}><div>${each.cell(row)}</div></td>`)}</tr>`)}</tbody>
        ${totalled && html`<tfoot><tr>${columns.map((each, place) => html`
            <td class=${`${each.number ? "number" : "nowrap"}${each.total === undefined && place > 0 ? " none" : ""}`} data-title=${each.title}><div>${each.total ?? (place === 0 ? summed : "")}</div></td>`)}</tr></tfoot>`}
    </table></div>`;
}

/** Ways on from a page of a list. @param {{page: {next: string | null, items: any[]}, columns: Column<any>[], name: string}} props */
export function Pager({ page, columns, name }) {
    const { cursor, ...query } = place.value.query;
    const texts = columns.filter((each) => each.text !== undefined);
    const rows = () => [texts.map((each) => each.title), ...page.items.map((row) => texts.map((each) => each.text?.(row) ?? ""))];
    return html`<nav class="pager" aria-label=${t("翻页", "Pages")}>
        ${(page.items.length > 0 || cursor) && html`<span class="quiet">${t(`本页 ${page.items.length} 条`, `${page.items.length} on this page`)}</span>`}
        ${cursor && html`<a class="button" href=${at(place.value.path, query)}>${t("首页", "First page")}</a>`}
        ${page.next && html`<a class="button" href=${at(place.value.path, { ...query, cursor: page.next })}>${t("下一页", "Next page")}</a>`}
        ${page.items.length > 0 && texts.length > 0 && html`<button type="button" onClick=${() => saveRows(rows(), `${name}.csv`)}>${t("导出本页", "Export this page")}</button>`}
    </nav>`;
}

/** `usual` is what a filter that is left empty stands for. @typedef {{name: string, title: string, type?: string, options?: [string, string][], hint?: string, required?: boolean, list?: string, usual?: string}} FieldSpec */

/** One field with its title. @param {FieldSpec & {value: string, onChange: (value: string) => void, error?: string}} props */
export function Field({ name, title, type = "text", options, hint, required, value, onChange, error, list }) {
    const id = `field-${name}`;
    const heard = (/** @type {any} */ event) => onChange(event.currentTarget.value);
    const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
    return html`<div class="field">
        <label for=${id}>${title}${required && html`<span class="must" aria-hidden="true">*</span>`}</label>
        ${options
            ? html`<select id=${id} name=${name} value=${value} onChange=${heard} aria-describedby=${described}>${options.map(([code, text]) => html`<option value=${code} selected=${code === value}>${text}</option>`)}</select>`
            : type === "area"
              ? html`<textarea id=${id} name=${name} rows="3" value=${value} onInput=${heard} aria-describedby=${described} aria-required=${required}></textarea>`
              : html`<input id=${id} name=${name} type=${type} value=${value} onInput=${heard} list=${list} aria-describedby=${described} aria-required=${required} aria-invalid=${error ? "true" : undefined} autocomplete="off" />`}
        ${error ? html`<p class="error" id=${`${id}-error`}>${error}</p>` : hint && html`<p class="quiet" id=${`${id}-hint`}>${hint}</p>`}
    </div>`;
}

/** The filters of a list; each stands in the address. @param {{fields: FieldSpec[], open?: boolean}} props */
export function Filters({ fields, open = false }) {
    const { query } = place.value;
    const [draft, set] = useState(query);
    useEffect(() => set(query), [JSON.stringify(query)]);
    const send = (/** @type {Record<string, string>} */ wanted) => filter(Object.fromEntries(fields.map((each) => [each.name, wanted[each.name]?.trim()])));
    const changed = (/** @type {FieldSpec} */ field, /** @type {string} */ value) => {
        const wanted = { ...draft, [field.name]: value };
        set(wanted);
        if (field.options || (field.type === "date" && (value === "" || /^[12]\d{3}-/.test(value)))) send(wanted);
    };
    const narrow = useMemo(() => matchMedia("(max-width: 40rem)").matches, []);
    const used = fields.filter((each) => query[each.name]).length;
    return html`<details class="filters" open=${open || !narrow}><summary>${used > 0 ? t(`筛选（已设 ${used} 项）`, `Filters (${used} set)`) : t("筛选", "Filters")}</summary><form role="search" onSubmit=${(/** @type {Event} */ event) => { event.preventDefault(); send(draft); }}>
        ${fields.map((each) => html`<${Field} key=${each.name} ...${each} value=${draft[each.name] ?? each.usual ?? ""} onChange=${(/** @type {string} */ value) => changed(each, value)} />`)}
        <div class="buttons"><button type="submit" class="main">${t("查询", "Search")}</button>
        <button type="button" onClick=${() => send({})}>${t("清空", "Clear")}</button></div>
    </form></details>`;
}

/** Options of a choice, from the values of an enumeration. @param {string[]} values @param {string} [where] @returns {[string, string][]} */
export const choices = (values, where) => [["", t("全部", "All")], ...values.map((value) => /** @type {[string, string]} */ ([value, label(value, where)]))];

/** A dialog over the page. @param {{title: string, onClose: () => void, wide?: boolean, children?: Node}} props */
export function Dialog({ title, onClose, wide = false, children }) {
    const dialog = useRef(/** @type {any} */ (null));
    useEffect(() => {
        const opener = /** @type {HTMLElement | null} */ (document.activeElement);
        dialog.current?.showModal();
        return () => opener?.focus();
    }, []);
    return html`<dialog ref=${dialog} class=${wide ? "wide" : ""} aria-label=${title} onCancel=${(/** @type {Event} */ event) => { event.preventDefault(); onClose(); }}>
        <div class="dialog-head"><h2>${title}</h2><button type="button" class="plain" onClick=${onClose} aria-label=${t("关闭", "Close")}>✕</button></div>
        ${children}
    </dialog>`;
}

/**
 * An act that is confirmed in a dialog, with what has to be said for it. It is sent once however often it is pressed.
 * `why` says why the act is not open to this person.
 * @param {{title: string, text?: string, path: string, body: (entered: Record<string, string>) => unknown,
 *   fields?: FieldSpec[], onDone: (answer: any) => void, main?: boolean, danger?: boolean, why?: string | null, initial?: Record<string, string>, headers?: Record<string, string>}} props
 */
export function Act({ title, text, path, body, fields = [], onDone, main, danger, why, initial = {}, headers = {} }) {
    const [open, setOpen] = useState(false);
    if (why) return html`<span class="not-open"><button type="button" disabled>${title}</button><span class="quiet">${why}</span></span>`;
    return html`<${Fragment}>
        <button type="button" class=${danger ? "danger" : main ? "main" : ""} onClick=${() => setOpen(true)}>${title}</button>
        ${open && html`<${Dialog} title=${title} onClose=${() => { dirty.value = false; setOpen(false); }}>
            <${Form} ...${{ title, text, path, body, fields, danger, initial, headers }} onDone=${(/** @type {any} */ answer) => { setOpen(false); onDone(answer); }} />
        <//>`}
    <//>`;
}

/** The form of an act. @param {any} props */
export function Form({ title, text, path, body, fields, onDone, danger, initial = {}, headers = {} }) {
    const [entered, set] = useState(/** @type {Record<string, string>} */ (initial));
    const [refused, setRefused] = useState(/** @type {Refused | null} */ (null));
    const [sending, setSending] = useState(false);
    const busy = useRef(false);
    useEffect(() => () => { dirty.value = false; }, []);
    const missing = fields.filter((/** @type {FieldSpec} */ each) => each.required && !entered[each.name]?.trim());
    const [tried, setTried] = useState(false);
    const send = async (/** @type {Event} */ event) => {
        event.preventDefault();
        setTried(true);
        if (busy.current || missing.length > 0) return;
        busy.current = true;
        setSending(true);
        try {
            const answer = await post(path, body(entered), headers);
            dirty.value = false;
            onDone(answer);
        } catch (error) {
            setRefused(error instanceof Refused ? error : new Refused(0, "unreachable", [], ""));
        } finally {
            busy.current = false;
            setSending(false);
        }
    };
    const errorOf = (/** @type {FieldSpec} */ field) => {
        if (tried && missing.includes(field)) return t("必填。", "This is needed.");
        const found = refused?.findings.find((each) => each.field === field.name);
        return found && said(found.message);
    };
    return html`<form class="act" novalidate onSubmit=${send}>
        ${text && html`<p>${text}</p>`}
        ${fields.map((/** @type {FieldSpec} */ each) => html`<${Field} key=${each.name} ...${each} value=${entered[each.name] ?? ""} error=${errorOf(each)}
            onChange=${(/** @type {string} */ value) => { dirty.value = true; set({ ...entered, [each.name]: value }); }} />`)}
        ${refused && html`<${Problem} refused=${refused} titles=${Object.fromEntries(fields.map((/** @type {FieldSpec} */ each) => [each.name, each.title]))} />`}
        <div class="buttons"><button type="submit" class=${danger ? "danger" : "main"} disabled=${sending}>${sending ? t("正在提交…", "Sending…") : t("确定", "Confirm")}${" "}<span class="hidden">${title}</span></button></div>
    </form>`;
}

/** Where a page stands. @param {{title: string, up?: [string, string][], children?: Node}} props */
export function Head({ title, up = [], children }) {
    useEffect(() => { document.title = `${title} · ${t("确保", "Quebao")}`; }, [title, language.value]);
    return html`<header class="page-head">
        ${up.length > 0 && html`<nav aria-label=${t("位置", "Where this is")}>${up.map(([text, path], index) => html`<span aria-hidden="true">${index === 0 ? "‹ " : " / "}</span><a href=${at(path)}>${text}</a>`)}</nav>`}
        <div class="page-title"><h1>${title}</h1><div class="buttons">${children}</div></div>
    </header>`;
}

/** Facts beside their names. @param {{rows: [string, Node][]}} props */
export const Facts = ({ rows }) => html`<dl class="facts">${rows.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** The parts of a page; the open one is moved into sight where a narrow window hides it. @param {{tabs: [string, string][], now: string, path?: (code: string) => string}} props */
export function Tabs({ tabs, now: chosen, path }) {
    const list = useRef(/** @type {any} */ (null));
    useEffect(() => {
        const open = list.current?.querySelector("[aria-current]");
        if (open) list.current.scrollLeft = open.offsetLeft - list.current.offsetLeft - (list.current.clientWidth - open.offsetWidth) / 2;
    }, [chosen]);
    return html`<nav class="tabs" ref=${list} aria-label=${t("分页", "Parts")}>${tabs.map(([code, text]) => html`
    <a href=${path ? at(path(code)) : at(place.value.path, { tab: code })} aria-current=${code === chosen ? "page" : undefined}>${text}</a>`)}</nav>`;
}
