// The documents of a record: each copy is hashed here, sent to where the API says, and recorded once the API found it there.
import { html, useEffect, useState } from "./vendor/kit.js";
import { get, post, Refused } from "./api.js";
import { label } from "./names.js";
import { dirty, may, t } from "./state.js";
import { Problem, time } from "./ui.js";

/** @typedef {{p: string, bring: string[], see: string[], listed: string, asked: string, kinds: string, o: string[], of: string, max: number, media: string[], when: Record<string, string[]>}} PapersSheet */
/** @typedef {{step: "hashing" | "asking" | "sending" | "noting" | "failed", name: string, size: number, sha256?: string, part?: number, refused?: Refused, why?: string, file: File}} Sending */

const MEGABYTE = 1_000_000;
const EXTENSIONS = { "application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG" };

/** A size as people read it, rounded up, so that what is over a limit also reads so. @param {number} bytes */
const sizeOf = (bytes) => (bytes >= MEGABYTE ? `${Math.ceil((bytes * 10) / MEGABYTE) / 10} MB` : `${Math.ceil(bytes / 1000)} KB`);

/** @param {ArrayBuffer} bytes */
async function sha256Of(bytes) {
    const hashed = await crypto.subtle.digest("SHA-256", bytes);
    return Array.from(new Uint8Array(hashed), (each) => each.toString(16).padStart(2, "0")).join("");
}

/** A file that the storage did not take; `status` is 0 where no answer came. */
class NotTaken extends Error {
    /** @param {number} status */
    constructor(status) {
        super(String(status));
        this.status = status;
    }
}

/** Send bytes by an address of the API. @param {any} address @param {ArrayBuffer} bytes @param {(part: number) => void} tell @returns {Promise<void>} */
const put = (address, bytes, tell) => new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open(address.method, address.url);
    // The browser sets the length itself and lets no page do so.
    for (const { name, value } of address.headers) if (name.toLowerCase() !== "content-length") request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => tell(event.total > 0 ? event.loaded / event.total : 0);
    request.onload = () => (request.status >= 200 && request.status < 300 ? done() : fail(new NotTaken(request.status)));
    request.onerror = () => fail(new NotTaken(0));
    request.send(bytes);
});

/** What became of a file. @param {{sending: Sending, retry: () => void}} props */
function Progress({ sending, retry }) {
    const { step, part = 0, refused, why } = sending;
    const told = { hashing: t("正在计算校验值…", "Computing the checksum…"), asking: t("正在申请上传地址…", "Asking for an address…"), sending: t(`正在上传 ${Math.round(part * 100)}%`, `Sending ${Math.round(part * 100)}%`), noting: t("已上传，服务器正在核对…", "Sent; the server is checking it…"), failed: "" }[step];
    return html`<p>${sending.name} <span class="quiet">${sizeOf(sending.size)}</span></p>
        ${sending.sha256 && html`<p class="quiet">SHA-256 <code title=${sending.sha256}>${sending.sha256.slice(0, 16)}…</code></p>`}
        ${told && html`<p class="state waits">${told}</p>`}
        ${step === "sending" && html`<meter min="0" max="1" value=${part} aria-label=${t("上传进度", "Progress")}></meter>`}
        ${refused && html`<${Problem} refused=${refused} retry=${retry} />`}
        ${why && html`<div class="problem" role="alert"><p>${why}</p><button type="button" onClick=${retry}>${t("重新上传", "Send it again")}</button></div>`}`;
}

/** One kind of document: what is recorded, and the file that takes its place. @param {{sheet: PapersSheet, kind: string, path: string, recorded: any, missing: boolean, required: boolean, open: boolean, onDone: () => void}} props */
function Paper({ sheet, kind, path, recorded, missing, required, open, onDone }) {
    const [sending, set] = useState(/** @type {Sending | null} */ (null));
    const [wrong, setWrong] = useState("");
    const [refused, refuse] = useState(/** @type {Refused | null} */ (null));
    const busy = sending !== null && sending.step !== "failed";
    useEffect(() => { dirty.value = busy; return () => { dirty.value = false; }; }, [busy]);
    const bring = async (/** @type {File} */ file) => {
        /** @type {Sending} */
        let now = { step: "hashing", name: file.name, size: file.size, file };
        const tell = (/** @type {Partial<Sending>} */ change) => set((now = { ...now, ...change }));
        tell({});
        try {
            const bytes = await file.arrayBuffer();
            const sha256 = await sha256Of(bytes);
            tell({ step: "asking", sha256 });
            const address = await post(`${path}/uploads`, { content_hash: sha256, size: file.size, media_type: file.type });
            tell({ step: "sending" });
            await put(address, bytes, (part) => tell({ part }));
            tell({ step: "noting" });
            await post(`${path}/documents`, { documents: [{ kind, sha256 }] });
            set(null);
            onDone();
        } catch (error) {
            if (error instanceof Refused) tell({ step: "failed", refused: error });
            else if (error instanceof NotTaken) tell({ step: "failed", why: error.status ? t(`存储服务未接收该文件（${error.status}）。`, `The storage did not take the file (${error.status}).`) : t("连接不上存储服务，文件未上传。", "The storage cannot be reached; the file was not sent.") });
            else tell({ step: "failed", why: t("浏览器无法读取该文件。", "The browser cannot read the file.") });
        }
    };
    const chosen = (/** @type {any} */ event) => {
        const file = event.currentTarget.files?.[0];
        event.currentTarget.value = "";
        setWrong("");
        if (!file) return;
        if (!sheet.media.includes(file.type)) setWrong(t("只接受 PDF、JPEG 或 PNG 文件。", "Only a PDF, JPEG or PNG file is accepted."));
        else if (file.size > sheet.max) setWrong(t(`文件为 ${sizeOf(file.size)}，超过 ${sizeOf(sheet.max)} 上限。`, `The file has ${sizeOf(file.size)}; the limit is ${sizeOf(sheet.max)}.`));
        else if (file.size === 0) setWrong(t("文件为空。", "The file is empty."));
        else bring(file);
    };
    const see = () => get(`${path}/documents/${kind}`).then((found) => {
        refuse(null);
        const link = document.createElement("a");
        Object.assign(link, { href: found.url, target: "_blank", rel: "noopener" });
        link.click();
    }, refuse);
    const id = `paper-${kind}`;
    const name = label(kind, sheet.of);
    return html`<li class="paper"><div>
            <h3>${name}</h3>
            ${recorded ? html`<p><span class="state good">${t("已登记", "recorded")}</span> <span class="quiet">${time(recorded.given.at)} ${recorded.given.actor}</span></p>
                <p class="quiet">SHA-256 <code title=${recorded.sha256}>${recorded.sha256.slice(0, 16)}…</code></p>` : !missing && html`<p class="quiet">${required ? "" : t("不作要求", "not required")}</p>`}
            ${missing && html`<p><span class="state waits">${recorded ? t("须补正", "asked for again") : t("缺少", "missing")}</span></p>`}
            ${sending && html`<div class="stack-top" role="status"><${Progress} sending=${sending} retry=${() => bring(sending.file)} /></div>`}
            ${wrong && html`<p class="error" role="alert">${wrong}</p>`}${refused && html`<${Problem} refused=${refused} />`}
        </div><div class="buttons">
            ${recorded && sheet.see.some(may) && html`<button type="button" onClick=${see}>${t("查看", "Open")}<span class="hidden"> ${name}</span></button>`}
            ${open && html`<input class="hidden" id=${id} type="file" accept=${sheet.media.join(",")} disabled=${busy} onChange=${chosen} />
                <label class=${`button${busy ? " off" : ""}`} for=${id}>${recorded ? t("更换文件", "Replace") : t("选择文件", "Choose a file")}<span class="hidden"> ${name}</span></label>`}
        </div></li>`;
}

/** The documents of a record. @param {{sheet: PapersSheet, row: any, path: string, onDone: () => void}} props */
export function Papers({ sheet, row, path, onDone }) {
    const open = sheet.bring.some(may) && Object.entries(sheet.when).every(([name, values]) => values.includes(row[name]));
    const kinds = sheet.media.map((each) => EXTENSIONS[/** @type {"application/pdf"} */ (each)] ?? each).join(t("、", ", "));
    return html`<section class="card stack-top"><h2>${t("材料", "Documents")}</h2>
        ${open && html`<p class="quiet">${t(`${kinds}，每件不超过 ${sizeOf(sheet.max)}。上传前在本机计算校验值，上传后由服务器核对，一致的方予登记。`, `${kinds}, up to ${sizeOf(sheet.max)} each. The checksum is computed on this machine; the server compares it with what arrived before the document counts.`)}</p>`}
        <ul class="papers">${sheet.o.map((kind) => html`<${Paper} key=${kind} sheet=${sheet} kind=${kind} path=${path} open=${open} onDone=${onDone}
            recorded=${row[sheet.listed].find((/** @type {any} */ each) => each.kind === kind)} missing=${row[sheet.asked].includes(kind)} required=${row[sheet.kinds].includes(kind)} />`)}</ul></section>`;
}
