// A form as the API's description has it: fields, groups, rows and files, checked by the API, with its findings beside
// the fields they are about.
import { html, useEffect, useRef, useState } from "./vendor/kit.js";
import { download, post, Refused } from "./api.js";
import { label, registered } from "./names.js";
import { dirty, may, said, t } from "./state.js";
import { Field, Later, Problem } from "./ui.js";
import { hintOf, isEmpty, titleOf, Whole } from "./values.js";

/** @typedef {import("./values.js").Sheet} Sheet */
/** @typedef {Record<string, any>} Entered what was entered, as the body will be but in texts */
/** @typedef {{id: string, t: [string, string], d: [string, string], p: string, a: string[], f: Sheet[], row: boolean, when: Record<string, string[]>, another: string[], where: string, lacking: string, answers: boolean, told: Sheet[], body?: number}} ActSheet */

const TYPES = { date: "date", instant: "datetime-local", count: "number" };

/** Whether a field is asked for, by what its neighbours hold. @param {Sheet} field @param {Entered} beside */
const asked = (field, beside) => Object.entries(field.w ?? {}).every(([name, values]) => values.includes(beside[name] ?? ""));

/** A value as the API takes it; undefined where nothing was entered. @param {Sheet} field @param {any} value @returns {any} */
function sentAs(field, value) {
    if (value === undefined || value === null || value === "") return undefined;
    switch (field.k) {
        case "yes": return value === "true";
        case "count": return Number(value);
        case "instant": return new Date(`${value}:00+08:00`).toISOString();
        case "texts": return String(value).split(/[\n,，;；]+/).map((each) => each.trim()).filter(Boolean);
        case "words": return value.length > 0 ? value : undefined;
        case "rows": return value.map((/** @type {Entered} */ row) => bodyOf(field.f ?? [], row));
        case "group": { const body = bodyOf(field.f ?? [], value); return Object.keys(body).length > 0 || field.r ? body : undefined; }
        case "long": case "csv": case "file": return value;
        default: return String(value).trim();
    }
}

/** @param {Sheet[]} fields @param {Entered} entered */
export function bodyOf(fields, entered) {
    const given = fields.filter((field) => asked(field, entered)).map((field) => [field.n, sentAs(field, entered[field.n] ?? (field.r && (field.k === "group" ? {} : field.k === "rows" ? [] : undefined)))]);
    return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** The paths of what is required and was not entered. @param {Sheet[]} fields @param {Entered} entered @param {string} [above] @returns {string[]} */
function missing(fields, entered, above = "") {
    return fields.filter((field) => asked(field, entered)).flatMap((field) => {
        const value = entered[field.n];
        const path = above + field.n;
        if (field.k === "group" && (field.r || value)) return missing(field.f ?? [], value ?? {}, `${path}.`);
        if (field.k === "rows") return (value ?? []).flatMap((/** @type {Entered} */ row, /** @type {number} */ place) => missing(field.f ?? [], row, `${path}[${place}].`));
        return field.r && !["words", "texts"].includes(field.k) && !String(value ?? "").trim() ? [path] : [];
    });
}

/** The titles of the fields by their paths. @param {Sheet[]} fields @param {string} [above] @returns {[string, string][]} */
const titlesOf = (fields, above = "") => fields.flatMap((field) => [[above + field.n, titleOf(field)], ...titlesOf(field.f ?? [], `${above}${field.n}.`)]);

/** The fields of a form, or of a part of one. @param {{fields: Sheet[], entered: Entered, change: (entered: Entered) => void, above?: string, errorOf: (path: string) => string | undefined}} props */
function Entries({ fields, entered, change, above = "", errorOf }) {
    return html`${fields.filter((field) => asked(field, entered)).map((field) => html`<${Entry} key=${field.n} field=${field} value=${entered[field.n]} path=${above + field.n} errorOf=${errorOf}
        change=${(/** @type {any} */ value) => change({ ...entered, [field.n]: value })} />`)}`;
}

/** @param {{field: Sheet, value: any, path: string, change: (value: any) => void, errorOf: (path: string) => string | undefined}} props */
function Entry({ field, value, path, change, errorOf }) {
    const common = { name: path, title: titleOf(field), hint: hintOf(field), required: Boolean(field.r), error: errorOf(path) };
    if (field.k === "group") return html`<${Part} field=${field} value=${value ?? {}} path=${path} change=${change} errorOf=${errorOf} />`;
    if (field.k === "rows") return html`<${Rows} field=${field} rows=${value ?? []} path=${path} change=${change} errorOf=${errorOf} />`;
    if (field.k === "words") return html`<${Several} field=${field} chosen=${value ?? []} path=${path} change=${change} />`;
    if (field.k === "person" && may("persons:find")) return html`<${Later} from=${() => import("./find.js")} part="Find" onFound=${(/** @type {any} */ found) => change(found.person)} /><${Field} ...${common} value=${value ?? ""} onChange=${change} />`;
    if (field.k === "file" || field.k === "csv") return html`<${File} field=${field} path=${path} change=${change} error=${errorOf(path)} />`;
    /** @type {[string, string][] | undefined} */
    const options = field.k === "word" ? (field.o ?? []).map((each) => [each, label(each, field.of)]) : field.k === "yes" ? [["true", t("是", "Yes")], ["false", t("否", "No")]] : undefined;
    const names = field.k === "institution" || field.k === "area" ? registered(field.k) : [];
    return html`<${Field} ...${common} type=${field.k === "long" || field.k === "texts" ? "area" : TYPES[/** @type {"date"} */ (field.k)] ?? "text"} value=${value ?? ""} onChange=${change}
        hint=${field.k === "texts" ? t("每行一项", "One a line") : common.hint} list=${names.length > 0 ? `${path}-names` : undefined}
        options=${options && [["", field.r ? t("请选择", "Choose") : t("不填", "Not given")], ...options]} />
        ${names.length > 0 && html`<datalist id=${`${path}-names`}>${names.map(([code, text]) => html`<option value=${code}>${text}</option>`)}</datalist>`}`;
}

/** A thing with parts; one that may be left out is folded. @param {{field: Sheet, value: Entered, path: string, change: (value: any) => void, errorOf: (path: string) => string | undefined}} props */
function Part({ field, value, path, change, errorOf }) {
    const inner = html`<${Entries} fields=${field.f ?? []} entered=${value} above=${`${path}.`} change=${change} errorOf=${errorOf} />`;
    if (!field.r) return html`<details class="part"><summary>${titleOf(field)}</summary><div class="act">${inner}</div></details>`;
    return html`<fieldset class="part"><legend>${titleOf(field)}</legend><div class="act">${inner}</div></fieldset>`;
}

/** Rows that are added one by one. @param {{field: Sheet, rows: Entered[], path: string, change: (rows: Entered[]) => void, errorOf: (path: string) => string | undefined}} props */
function Rows({ field, rows, path, change, errorOf }) {
    const found = errorOf(path);
    return html`<fieldset class="part"><legend>${titleOf(field)}</legend>
        ${rows.map((row, place) => html`<div class="part-row act" key=${place} role="group" aria-label=${`${titleOf(field)} ${place + 1}`}>
            <div class="pair"><${Entries} fields=${field.f ?? []} entered=${row} above=${`${path}[${place}].`} errorOf=${errorOf} change=${(/** @type {Entered} */ changed) => change(rows.map((each, at) => (at === place ? changed : each)))} /></div>
            <button type="button" onClick=${() => change(rows.filter((_, at) => at !== place))}>${t(`删除第 ${place + 1} 项`, `Remove no. ${place + 1}`)}</button></div>`)}
        ${found && html`<p class="error">${found}</p>`}
        <button type="button" onClick=${() => change([...rows, {}])}>${t("增加一项", "Add one")}</button></fieldset>`;
}

/** @param {{field: Sheet, chosen: string[], path: string, change: (chosen: string[]) => void}} props */
function Several({ field, chosen, path, change }) {
    return html`<fieldset class="part"><legend>${titleOf(field)}</legend>${(field.o ?? []).map((each) => html`<label class="check" key=${each}><input type="checkbox" name=${path} value=${each} checked=${chosen.includes(each)}
        onChange=${() => change(chosen.includes(each) ? chosen.filter((one) => one !== each) : [...chosen, each])} /> ${label(each, field.of)}</label>`)}</fieldset>`;
}

/** A file, read here: as base64, or as text where the API takes CSV. @param {{field: Sheet, path: string, change: (value: string) => void, error?: string}} props */
function File({ field, path, change, error }) {
    const read = async (/** @type {any} */ event) => {
        const file = event.currentTarget.files?.[0];
        if (!file) return;
        if (field.k === "csv") { change(await file.text()); return; }
        const bytes = new Uint8Array(await file.arrayBuffer());
        change(btoa(Array.from(bytes, (each) => String.fromCharCode(each)).join("")));
    };
    return html`<div class="field"><label for=${`file-${path}`}>${titleOf(field)}<span class="must" aria-hidden="true">*</span></label>
        <input id=${`file-${path}`} type="file" accept=${field.k === "csv" ? ".csv,.txt" : ".csv,.txt,.xlsx"} onChange=${read} aria-required="true" aria-describedby=${`file-${path}-hint`} />
        <p class=${error ? "error" : "quiet"} id=${`file-${path}-hint`}>${error ?? hintOf(field)}</p></div>`;
}

/**
 * The whole form of an act: sent once however often it is pressed. Where the act answers line by line, the file with the
 * column of errors is at hand afterwards; where its answer says what no list shows, that is shown until it is put away.
 * @param {{act: ActSheet, path: string, onSent?: () => void, onDone: (answer: any) => void}} props
 */
export function SheetForm({ act, path, onSent, onDone }) {
    const [entered, set] = useState(/** @type {Entered} */ ({}));
    const [refused, setRefused] = useState(/** @type {Refused | null} */ (null));
    const [answered, setAnswered] = useState(/** @type {any} */ (null));
    const [sending, setSending] = useState(false);
    const [tried, setTried] = useState(false);
    const busy = useRef(false);
    useEffect(() => () => { dirty.value = false; }, []);
    const left = missing(act.f, entered);
    const inPath = act.f.filter((field) => path.includes(`{${field.n}}`));
    const place = inPath.reduce((before, field) => before.replace(`{${field.n}}`, encodeURIComponent(entered[field.n] ?? "")), path);
    const body = act.body ? bodyOf(act.f.filter((field) => !inPath.includes(field)), entered) : undefined;
    const send = async (/** @type {Event} */ event) => {
        event.preventDefault();
        setTried(true);
        if (busy.current || left.length > 0) return;
        busy.current = true;
        setSending(true);
        setRefused(null);
        try {
            const answer = await post(place, body);
            dirty.value = false;
            onSent?.();
            if (inLines(answer) || act.told.length > 0) setAnswered(answer);
            else onDone(answer);
        } catch (error) {
            setRefused(error instanceof Refused ? error : new Refused(0, "unreachable", [], ""));
        } finally {
            busy.current = false;
            setSending(false);
        }
    };
    const errorOf = (/** @type {string} */ at) => {
        if (tried && left.includes(at)) return t("必填。", "This is needed.");
        const found = refused?.findings.find((each) => each.field === at);
        return found && said(found.message);
    };
    if (answered && !inLines(answered)) return html`<${Told} fields=${act.told} answer=${answered} onDone=${() => onDone(answered)} />`;
    if (answered) return html`<${Lines} answer=${answered} file=${act.answers ? () => download(`${place}?format=xlsx`, {}, "answers.xlsx", body) : null} onDone=${() => onDone(answered)} />`;
    return html`<form class="act" novalidate onSubmit=${send}>
        <p class="quiet">${t(act.d[0], act.d[1]).split("`").map((part, place) => (place % 2 === 1 ? html`<code>${part}</code>` : part))}</p>
        <${Entries} fields=${act.f} entered=${entered} errorOf=${errorOf} change=${(/** @type {Entered} */ changed) => { dirty.value = true; set(changed); }} />
        ${tried && left.length > 0 && html`<p class="error" role="status">${t(`还有 ${left.length} 项必填内容未填写。`, `${left.length} required entries are missing.`)}</p>`}
        ${refused && html`<${Problem} refused=${refused} titles=${Object.fromEntries(titlesOf(act.f))} />`}
        <div class="buttons"><button type="submit" class="main" disabled=${sending}>${sending ? t("正在提交…", "Sending…") : t("确定", "Confirm")}${" "}<span class="hidden">${t(act.t[0], act.t[1])}</span></button></div>
    </form>`;
}

/** Whether a file was answered line by line. @param {any} answer */
const inLines = (answer) => Boolean(answer?.lines) && "refused" in answer;

/** What an act came to. @param {{fields: Sheet[], answer: any, onDone: () => void}} props */
const Told = ({ fields, answer, onDone }) => html`<div class="act"><p role="status" class="note">${t("已办理。", "Done.")}${fields.every((field) => isEmpty(answer[field.n])) && t("没有涉及其他记录。", " No other record was concerned.")}</p>
    <${Whole} fields=${fields} record=${answer} />
    <div class="buttons"><button type="button" class="main" onClick=${onDone}>${t("完成", "Close")}</button></div></div>`;

/** What became of each line of a file. @param {{answer: any, file: (() => void) | null, onDone: () => void}} props */
function Lines({ answer, file, onDone }) {
    const wrong = answer.lines.filter((/** @type {any} */ line) => line.errors.length > 0);
    return html`<div class="act"><p role="status" class=${`note ${wrong.length > 0 ? "waits" : ""}`}>${t(`新增 ${answer.kept} 行，已有 ${answer.known} 行，变更 ${answer.changed} 行，未接受 ${answer.refused} 行。`, `${answer.kept} new, ${answer.known} known, ${answer.changed} changed, ${answer.refused} refused.`)}</p>
        ${wrong.length > 0 && html`<ul>${wrong.slice(0, 20).map((/** @type {any} */ line) => html`<li key=${line.line}><b>${t(`第 ${line.line} 行`, `Line ${line.line}`)}</b> ${line.errors.map((/** @type {any} */ each) => `${each.field}${t("：", ": ")}${said(each.message)}`).join(" ")}</li>`)}</ul>`}
        <div class="buttons"><button type="button" class="main" onClick=${onDone}>${t("完成", "Done")}</button>${file && html`<button type="button" onClick=${file}>${t("下载带错误列的文件", "Download it with a column of errors")}</button>`}</div></div>`;
}
