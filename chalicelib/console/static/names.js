// What places and values are called: the registers of the API and the words of its enumerations.
import { signal } from "./vendor/kit.js";
import { get } from "./api.js";
import { language } from "./state.js";
import common from "./words.js";

/** @type {import("./vendor/kit.js").Signal<Record<string, {zh: string, en: string}>>} */
const known = signal({});
/** @type {Set<string>} */
const asked = new Set();

/** The words that are known so far. @type {import("./vendor/kit.js").Signal<typeof common>} */
const words = signal(common);
let isWhole = false;

/** Add the words of a page. @param {typeof common} more */
export function learnWords(more) {
    const { values, places } = words.value;
    words.value = { values: { ...values, ...more.values }, places: { ...places, ...more.places } };
}

/** A word that neither the page nor the shell has: all of them, once. */
function askForAll() {
    if (isWhole) return;
    isWhole = true;
    import("./words/all.js").then((found) => learnWords(found.default), () => undefined);
}

/** The register of institutions is Chinese alone: other pages add the code. @param {{code: string, name?: {zh: string, en: string}, name_zh?: string}[]} rows */
function learn(rows) {
    const named = rows.map((row) => [row.code, row.name ?? { zh: row.name_zh ?? "", en: `${row.name_zh ?? ""} ${row.code}`.trim() }]);
    known.value = { ...known.value, ...Object.fromEntries(named) };
}

/** The names that most pages need, once. @param {string | null} area */
export async function learnNames(area) {
    const [areas, institutions] = await Promise.all([
        get("/v1/areas", { limit: 200 }),
        get("/v1/institutions", { limit: 200, area: area && area !== "000000" ? area : undefined }),
    ]);
    learn([...areas.items, ...institutions.items]);
}

/** The name of an area or an institution; its code until the name is known. @param {string | null | undefined} code */
export function named(code) {
    if (!code) return "—";
    const found = known.value[code];
    if (found) return language.value === "zh" ? found.zh : found.en;
    if (!asked.has(code)) {
        asked.add(code);
        const register = /^[0-9]{6}$/.test(code) ? "/v1/areas" : "/v1/institutions";
        get(register, { q: code, limit: 1 }).then((page) => learn(page.items), () => undefined);
    }
    return code;
}

/** The institutions or areas whose names are known, for a field that takes a code. @param {"institution" | "area"} kind @returns {[string, string][]} */
export function registered(kind) {
    const form = kind === "area" ? /^[0-9]{6}$/ : /^[A-Z][0-9]{11}$/;
    return Object.keys(known.value).filter((code) => form.test(code)).map((code) => [code, named(code)]);
}

/** Why a claim waits, which no enumeration of the API holds. @type {Record<string, {zh: string, en: string}>} */
const WAITS = {
    "enrolment-missing": { zh: "等待参保登记", en: "waits for the enrolment" },
    "policies-missing": { zh: "等待政策发布", en: "waits for policies" },
    replaced: { zh: "已由新版本接续", en: "replaced by a new version" },
};

/** The payers of a bill in the order in which they take their parts, in as few words as a column has room for. */
const PAYER_NAMES = { basic: ["基本医保", "Basic"], critical: ["大病大额", "Critical"], assistance: ["医疗救助", "Assistance"], fiscal: ["财政", "Fiscal"], patient: ["个人", "Patient"] };
export const PAYERS = /** @type {(keyof typeof PAYER_NAMES)[]} */ (Object.keys(PAYER_NAMES));

/** @param {string} payer */
export const payerName = (payer) => /** @type {Record<string, string[]>} */ (PAYER_NAMES)[payer]?.[language.value === "zh" ? 0 : 1] ?? label(payer);

/**
 * What a value of an enumeration means. `place` is where it stands, such as `RunDocument.status`.
 * @param {string | null | undefined} value @param {string} [place]
 */
export function label(value, place = "") {
    if (!value) return "—";
    const found = words.value.places[place]?.[value] ?? words.value.values[value] ?? WAITS[value];
    if (!found) {
        askForAll();
        return value;
    }
    return language.value === "zh" ? found.zh : found.en;
}
