// Calls of the public API, the only thing that the console asks anything of.
import { useEffect, useRef, useState } from "./vendor/kit.js";
import { expired, offline, said, t, token } from "./state.js";

/** What stands before every path, where the gateway has a stage in its address. */
export const BASE = location.pathname.replace(/\/console\/?$/, "");

/** @typedef {import("./state.js").Text} Text */
/** @typedef {{code: string, field: string, message: Text}} Finding */
/** @typedef {import("#api").components["schemas"]} Schemas what the API answers, from its description */

/** A refusal of the API, or its silence. */
export class Refused extends Error {
    /** @param {number} status @param {string} code @param {Finding[]} findings @param {string} instance */
    constructor(status, code, findings, instance) {
        super(findings.map((each) => said(each.message)).join(" ") || code);
        this.status = status;
        this.code = code;
        this.findings = findings;
        this.instance = instance;
    }
}

/** @param {string} path @param {Record<string, string | number | undefined>} [query] */
function address(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
    const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return `${BASE}${path}${text ? `?${text}` : ""}`;
}

/** @param {string} method @param {string} url @param {unknown} body @param {Record<string, string>} headers */
async function sent(method, url, body, headers) {
    const all = new Headers(headers);
    if (token.value) all.set("Authorization", `Bearer ${token.value}`);
    if (body !== undefined) all.set("Content-Type", "application/json");
    /** @type {Response} */
    let response;
    try {
        const content = body === undefined ? undefined : JSON.stringify(body);
        response = await fetch(url, { method, headers: all, body: content });
    } catch {
        offline.value = !navigator.onLine;
        throw new Refused(0, "unreachable", [], "");
    }
    if (response.ok) return response;
    if (response.status === 401) expired.value = true;
    const problem = await response.json().catch(() => ({}));
    throw new Refused(response.status, problem.code ?? "unknown", problem.errors ?? [], problem.instance ?? "");
}

/**
 * @param {string} path
 * @param {Record<string, string | number | undefined>} [query]
 * @returns {Promise<any>}
 */
export async function get(path, query) {
    return (await sent("GET", address(path, query), undefined, {})).json();
}

/**
 * @param {string} path
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 * @returns {Promise<any>}
 */
export async function post(path, body, headers = {}) {
    return (await sent("POST", address(path), body, headers)).json();
}

/** Hand a file of the API to the person: one that is read, or the answer to a body. @param {string} path @param {Record<string, string>} query @param {string} name @param {unknown} [body] */
export async function download(path, query, name, body) {
    save(await (await sent(body === undefined ? "GET" : "POST", address(path, query), body, {})).blob(), name);
}

/** A page of the API as text. @param {string} path @param {Record<string, string>} [query] */
export async function page(path, query) {
    return (await sent("GET", address(path, query), undefined, {})).text();
}

/** Send something and hand the file that answers it to the person. @param {string} path @param {Record<string, string>} query @param {unknown} body @param {string} name */
export async function exchange(path, query, body, name) {
    save(await (await sent("POST", address(path, query), body, {})).blob(), name);
}

/** A file's bytes as base64, as uploads carry them. @param {File} file @returns {Promise<string>} */
export async function base64Of(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
}

/** @param {Blob} content @param {string} name */
export function save(content, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
}

/** Rows as a file that a spreadsheet opens: UTF-8 with its mark. @param {string[][]} rows @param {string} name */
export function saveRows(rows, name) {
    const cell = (/** @type {string} */ text) => `"${(/^[=+@\t]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
    const content = rows.map((row) => row.map(cell).join(",")).join("\r\n");
    save(new Blob(["\ufeff", content], { type: "text/csv" }), name);
}

/** What a refusal says to the person who met it. @param {Refused} refused @returns {string} */
export function headline(refused) {
    if (refused.status === 0) return t("连接不上服务器，未发送任何内容。", "The server cannot be reached; nothing was sent.");
    if (refused.status === 409) return t("内容已由他人先行变更，请刷新后再办理。", "Somebody changed this first. Look again, then act.");
    if (refused.status === 403) return t("无权办理此事项。", "You may not do this.");
    if (refused.status === 404) return t("没有此记录，或本单位无权查看。", "There is no such record, or none that you may see.");
    if (refused.status >= 500) return t("服务暂时不可用，请稍后重试。", "The service is not available just now. Try again later.");
    return t("请求未被接受。", "The request was not accepted.");
}

/**
 * @template T
 * @typedef {{data: T | null, refused: Refused | null, loading: boolean, reload: () => void}} Loaded
 */

/**
 * Load something whenever `key` changes; what was loaded stays until the next arrives.
 * @param {string | null} key nothing is loaded while it is null
 * @param {() => Promise<any>} load
 * @returns {Loaded<any>}
 */
export function useLoad(key, load) {
    const [state, set] = useState(/** @type {{data: any, refused: Refused | null, loading: boolean}} */ ({
        data: null, refused: null, loading: key !== null,
    }));
    const [turn, again] = useState(0);
    const latest = useRef(0);
    useEffect(() => {
        if (key === null) return;
        const mine = ++latest.current;
        set((before) => ({ ...before, loading: true }));
        load().then(
            (data) => mine === latest.current && set({ data, refused: null, loading: false }),
            (refused) => mine === latest.current && set((before) => ({ ...before, refused, loading: false })),
        );
    }, [key, turn]);
    return { ...state, reload: () => again((before) => before + 1) };
}
