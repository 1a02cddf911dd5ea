// Claims from a table: a template to fill in, a file that becomes a batch, and the file given back with its answers.
import { html, useEffect, useState } from "../vendor/kit.js";
import { base64Of, download, exchange, get, post, Refused, useLoad } from "../api.js";
import { at, go, may, place, said, t } from "../state.js";
import { Empty, Facts, Head, Pager, Problem, Show, State, Table, time } from "../ui.js";

/** @typedef {import("../api.js").Schemas["BatchPage"]} Batch */
/** @typedef {import("../api.js").Schemas["ClaimRowDocument"]} Row */

const TABLE = "/v1/claims/batch/table";
/** The file that a batch was made of, while this tab is open: the system keeps none. @type {Map<string, File>} */
const files = new Map();

/** A refusal, or that nothing was reached. @param {unknown} error */
const refusal = (error) => (error instanceof Refused ? error : new Refused(0, "unreachable", [], ""));

export default function ImportPage() {
    const { batch } = place.value.query;
    return html`<${Head} title=${may("claims:submit") ? t("从表格导入结算申请", "Claims from a table") : t("导入批次", "Batches of claims")} up=${[[t("结算申请", "Claims"), "/claims"]]}>
            ${batch && html`<a class="button" href=${at("/claims/import")}>${t("导入另一份表格", "Another table")}</a>`}<//>
        ${batch ? html`<${Imported} key=${batch} id=${batch} />` : html`${may("claims:submit") && html`<${Upload} />`}<${Batches} />`}`;
}

/** The template, and the file that is sent. */
function Upload() {
    const [file, setFile] = useState(/** @type {File | null} */ (null));
    const [refused, refuse] = useState(/** @type {Refused | null} */ (null));
    const [busy, setBusy] = useState(false);
    const send = async () => {
        if (!file || busy) return;
        setBusy(true);
        refuse(null);
        try {
            const { batch_id: id } = await post(TABLE, { file: await base64Of(file) });
            files.set(id, file);
            go("/claims/import", { batch: id });
        } catch (error) {
            refuse(refusal(error));
        } finally {
            setBusy(false);
        }
    };
    return html`<section class="card stack"><h2>${t("导入表格", "Send a table")}</h2>
        <p>${t("每行一条费用明细，申请号相同的各行为一件申请；患者、就诊和诊断填在该申请的首行，其余各行可留空。一次至多 1,000 行。每件申请逐件受理，与单独提交相同。", "A row is a line of a bill, and the rows of a number are a claim. Patient, visit and diagnosis stand in the claim's first row; its other rows may leave them empty. A table holds at most 1,000 rows, and each claim is received as if sent alone.")}</p>
        <div class="buttons"><button type="button" onClick=${() => download(TABLE, { format: "xlsx" }, "claims.xlsx")}>${t("下载模板（Excel）", "Template (Excel)")}</button>
            <button type="button" onClick=${() => download(TABLE, { format: "csv" }, "claims.csv")}>${t("下载模板（CSV）", "Template (CSV)")}</button></div>
        <div class="field"><label for="claims-file">${t("选择 Excel 或 CSV 文件", "Choose an Excel or CSV file")}</label>
            <input id="claims-file" type="file" accept=".xlsx,.csv,.txt" onChange=${(/** @type {any} */ event) => { refuse(null); setFile(event.currentTarget.files?.[0] ?? null); }} /></div>
        ${refused && html`<${Problem} refused=${refused} />`}
        <div class="buttons"><button type="button" class="main" disabled=${busy || !file} onClick=${send}>${busy ? t("正在提交…", "Sending…") : t("导入", "Import")}</button></div></section>`;
}

/** What was imported before, so that a batch is found again without its number. */
function Batches() {
    const { query } = place.value;
    const loaded = useLoad(`batches-${query.cursor ?? ""}`, () => get("/v1/claims/batches", { limit: 20, cursor: query.cursor }));
    /** @type {import("../ui.js").Column<any>[]} */
    const columns = [
        { title: t("提交时间", "Sent"), cell: (row) => html`<a href=${at("/claims/import", { batch: row.batch_id })}>${time(row.sent_at)}</a>`, text: (row) => time(row.sent_at) },
        { title: t("状态", "State"), cell: (row) => html`<${State} value=${row.status} of="BatchSummaryItem.status" />`, text: (row) => row.status },
        { title: t("申请", "Claims"), number: true, cell: (row) => row.claims, text: (row) => String(row.claims) },
        { title: t("已答复", "Answered"), number: true, cell: (row) => row.answered, text: (row) => String(row.answered) },
        { title: t("未受理", "Refused"), number: true, cell: (row) => row.refused, text: (row) => String(row.refused) },
    ];
    return html`<h2 class="stack-top">${t("已导入的批次", "Batches so far")}</h2>
        <${Show} of=${loaded}>${(/** @type {any} */ page) => html`<${Table} caption=${t("批次", "Batches")} columns=${columns} rows=${page.items} empty=${t("还没有批次。", "No batches yet.")} /><${Pager} page=${page} columns=${columns} name="batches" />`}<//>`;
}

/** A batch as it is received, and its table with the answers once the file is there. @param {{id: string}} props */
function Imported({ id }) {
    const path = `/v1/claims/batches/${id}`;
    const loaded = useLoad(path, () => get(path, { limit: 1 }));
    const [file, setFile] = useState(files.get(id) ?? null);
    const receiving = loaded.data?.status === "receiving";
    useEffect(() => {
        if (!receiving) return undefined;
        const turn = setInterval(loaded.reload, 2_000);
        return () => clearInterval(turn);
    }, [receiving]);
    return html`<${Show} of=${loaded}>${(/** @type {Batch} */ batch) => html`<section class="card stack">
            <${Facts} rows=${[[t("状态", "State"), html`<${State} value=${batch.status} of="BatchSummaryItem.status" />`], [t("提交时间", "Sent"), time(batch.sent_at)], [t("申请", "Claims"), batch.claims], [t("已答复", "Answered"), batch.answered], [t("未受理", "Refused"), batch.refused]]} />
            ${receiving && html`<meter min="0" max=${batch.claims} value=${batch.answered} aria-label=${t("受理进度", "Progress")}></meter><p role="status">${t(`已答复 ${batch.answered} / ${batch.claims} 件`, `${batch.answered} of ${batch.claims} claims answered`)}</p>`}
            ${!file && may("claims:submit") && html`<p>${t("系统不保存表格。选择当时提交的文件，即可查看逐行结果。", "The system keeps no table. Choose the file that was sent to see the answer of each row.")}</p>
                <div class="field"><label for="claims-file">${t("选择当时提交的文件", "Choose the file that was sent")}</label>
                <input id="claims-file" type="file" accept=".xlsx,.csv,.txt" onChange=${(/** @type {any} */ event) => setFile(event.currentTarget.files?.[0] ?? null)} /></div>`}</section>
        ${file && !receiving && html`<${Answered} key=${batch.status} path=${`${path}/table`} file=${file} other=${() => setFile(null)} />`}`}<//>`;
}

/** The rows of a file with their answers; those with errors are shown, and all are in the file. @param {{path: string, file: File, other: () => void}} props */
function Answered({ path, file, other }) {
    const loaded = useLoad(path, async () => post(path, { file: await base64Of(file) }));
    const save = async (/** @type {"xlsx" | "csv"} */ format) => exchange(path, { format }, { file: await base64Of(file) }, `claims-answered.${format}`);
    /** @type {import("../ui.js").Column<Row>[]} */
    const columns = [
        { title: t("行", "Row"), cell: (row) => row.line },
        { title: t("申请号", "Number"), cell: (row) => (row.claim_id ? html`<a href=${at(`/claims/${row.claim_id}`)}>${row.claim_no}</a>` : row.claim_no ?? "—") },
        { title: t("结果", "Outcome"), cell: (row) => html`<${State} value=${row.outcome} of="ClaimRowDocument.outcome" />` },
        { title: t("错误", "What is wrong"), wide: true, cell: (row) => row.errors.map((each) => html`<div>${each.field && html`<code>${each.field}</code> `}${said(each.message)}</div>`) },
    ];
    if (loaded.refused) return html`<${Problem} refused=${loaded.refused} retry=${other} />`;
    return html`<${Show} of=${loaded}>${(/** @type {import("../api.js").Schemas["ClaimTableDocument"]} */ found) => {
        const wrong = found.lines.filter((row) => row.errors.length > 0 || row.outcome === "refused");
        const shown = wrong.length > 0 ? wrong : found.lines;
        return html`<section class="stack-top stack"><div class="card-head"><h2>${t("逐行结果", "The answer of each row")}</h2><div class="buttons">
                <button type="button" onClick=${() => save("xlsx")}>${t("下载带结果和错误列的表格（Excel）", "The table with answers and errors (Excel)")}</button>
                <button type="button" onClick=${() => save("csv")}>CSV</button></div></div>
            <p role="status">${wrong.length === 0 ? t(`全部 ${found.lines.length} 行没有错误。`, `No error in any of ${found.lines.length} rows.`) : t(`${wrong.length} 行未受理；改正后可连同其余各行再次导入，已受理的不重复。`, `Refused rows: ${wrong.length}. Correct them and send the table again; what was received is not received twice.`)}</p>
            ${found.lines.length === 0 ? html`<${Empty}>${t("表中没有数据。", "The table has no rows.")}<//>` : html`<${Table} caption=${t("逐行结果", "The answer of each row")} columns=${columns} rows=${shown.slice(0, 200)} />`}</section>`;
    }}<//>`;
}
