// What the whole console shares: the address, the language, the look, and who is signed in.
import { computed, effect, signal } from "./vendor/kit.js";

/** @typedef {{zh: string, en: string}} Text */

/** @param {string} name @param {string} otherwise */
function kept(name, otherwise) {
    const found = signal(localStorage.getItem(name) ?? otherwise);
    effect(() => localStorage.setItem(name, found.value));
    return found;
}

export const language = kept("language", "zh");
export const theme = kept("theme", "auto");
export const size = kept("size", "normal");
export const unit = kept("unit", "yuan");

effect(() => {
    const root = document.documentElement;
    root.lang = language.value === "zh" ? "zh-CN" : "en";
    root.dataset.theme = theme.value;
    root.dataset.size = size.value;
});

/** The text in the language that is shown. @param {string} zh @param {string} en */
export const t = (zh, en) => (language.value === "zh" ? zh : en);

/** Routes and fields that a text of the API gives for other systems; here its pages stand in their place. */
const FOR_SYSTEMS = /\s?[（(](?=[^（()）]*(?:\/v1\/|[a-z]\.[a-z]))[^（()）]*[）)]/g;

/** A text of the API in the language that is shown, its amounts in groups of three digits. @param {Text | null | undefined} text */
export const said = (text) => (text ? grouped(t(text.zh, text.en).replace(FOR_SYSTEMS, "")) : "");

/** Amounts within a text, as the tables show them. @param {string} text */
export const grouped = (text) => text.replace(/\d{4,}(?=\.\d{2}(?!\d))/g, (whole) => whole.replace(/\B(?=(\d{3})+(?!\d))/g, ","));

/** @typedef {{path: string, query: Record<string, string>}} Place */

/** @returns {Place} */
function placeOf() {
    const [path, query] = location.hash.replace(/^#/, "").split("?");
    return { path: path || "/work", query: Object.fromEntries(new URLSearchParams(query || "")) };
}

export const place = signal(placeOf());
export const dirty = signal(false);
/** @type {import("./vendor/kit.js").Signal<string | null>} */
export const leaving = signal(/** @type {string | null} */ (null));

/** The address of a page with its filters. @param {string} path @param {Record<string, string | undefined>} [query] */
export function at(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value);
    const text = new URLSearchParams(/** @type {[string, string][]} */ (given)).toString();
    return `#${path}${text ? `?${text}` : ""}`;
}

/** @param {string} path @param {Record<string, string | undefined>} [query] */
export function go(path, query) {
    location.hash = at(path, query);
}

/** Change some filters and start again at the first page. @param {Record<string, string | undefined>} changes */
export function filter(changes) {
    const { cursor: _, ...query } = place.value.query;
    go(place.value.path, { ...query, ...changes });
}

let settled = location.hash;
window.addEventListener("hashchange", () => {
    if (location.hash === settled) return;
    if (dirty.value) {
        leaving.value = location.hash;
        history.replaceState(null, "", settled || "#/work");
        return;
    }
    settled = location.hash;
    place.value = placeOf();
    window.scrollTo(0, 0);
});
window.addEventListener("beforeunload", (event) => {
    if (dirty.value) event.preventDefault();
});

/** Leave a form whose entries are not sent. */
export function leave() {
    const to = leaving.value;
    dirty.value = false;
    leaving.value = null;
    if (to !== null) location.hash = to;
}

/** @typedef {{role: string, subject: string, actor: string, name: Text | null, area: string | null, actions: string[]}} Me */
/** @type {import("./vendor/kit.js").Signal<Me | null>} */
export const me = signal(/** @type {Me | null} */ (null));
export const token = signal(sessionStorage.getItem("token") ?? "");
effect(() => sessionStorage.setItem("token", token.value));

/** When the token ends, in milliseconds; 0 without one. */
export const expires = computed(() => {
    const part = token.value.split(".")[1];
    if (!part) return 0;
    try {
        return Number(JSON.parse(atob(part.replace(/-/g, "+").replace(/_/g, "/"))).exp) * 1000;
    } catch {
        return 0;
    }
});
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 15_000);

/** Whether the role may do this somewhere. @param {string} action */
export const may = (action) => me.value?.actions.includes(action) ?? false;
export const expired = signal(false);
export const offline = signal(!navigator.onLine);
window.addEventListener("online", () => (offline.value = false));
window.addEventListener("offline", () => (offline.value = true));
