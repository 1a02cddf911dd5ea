// What places and values are called: the registers of the API and the words of its enumerations.
import { signal } from "./vendor/kit.js";
import { get } from "./api.js";
import { language } from "./state.js";
import words from "./words.js";

/** @type {import("./vendor/kit.js").Signal<Record<string, {zh: string, en: string}>>} */
const known = signal({});
/** @type {Set<string>} */
const asked = new Set();

/** @param {{code: string, name?: {zh: string, en: string}, name_zh?: string}[]} rows */
function learn(rows) {
    const named = rows.map((row) => [row.code, row.name ?? { zh: row.name_zh ?? "", en: row.name_zh ?? "" }]);
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

/** What no enumeration of the API holds: why a claim waits, the slots and the conditions of policies. @type {Record<string, {zh: string, en: string}>} */
const MORE = Object.fromEntries([
    ["enrolment-missing", "等待参保登记", "waits for the enrolment"], ["replaced", "已由新版本接续", "replaced by a new version"], ["policies-missing", "等待政策发布", "waits for policies"],
    ["combined-share", "合并支付比例", "combined share"], ["remote-cut-waiver", "异地支付比例不调减", "remote cut waived"], ["clearing-tier", "清算层级", "tier of clearing"], ["clearing-terms", "清算期限", "terms of clearing"],
    ["subsidy-scope", "补助范围", "subsidy scope"], ["payer-of-remainder", "其余费用承担方", "payer of the remainder"], ["fiscal-split", "财政分担", "split of the fiscal share"], ["plan-catalogue", "诊疗方案目录", "plan catalogue"],
    ["diagnosis-codes", "诊断编码", "codes of diagnosis"], ["budget-kind", "预算类别", "kind of budget"], ["payment-method", "支付方式", "payment method"], ["records-owed", "应留存的记录", "records owed"], ["advance", "预拨", "advance"],
    ["insurance", "险种", "insurance"], ["status", "病例状态", "status"], ["protected", "专项保障", "protected"], ["visit", "就诊类型", "visit"], ["distance", "就医距离", "distance"], ["designated", "定点救治医院", "designated hospital"],
    ["yes", "是", "yes"], ["no", "否", "no"], ["cross-province", "跨省", "another province"], ["within-province", "省内异地", "elsewhere in the province"], ["local", "本地", "local"], ["level", "医院级别", "level"], ["assistance", "医疗救助身份", "assistance"],
].map(([code, zh, en]) => [code, { zh, en }]));

/** A payer in as few words as a column has room for. @param {string} payer */
export function payerName(payer) {
    const found = { basic: ["基本医保", "Basic"], critical: ["大病大额", "Critical"], assistance: ["医疗救助", "Assistance"], fiscal: ["财政", "Fiscal"], patient: ["个人", "Patient"] }[payer];
    return found?.[language.value === "zh" ? 0 : 1] ?? label(payer);
}

/**
 * What a value of an enumeration means. `place` is where it stands, such as `RunDocument.status`.
 * @param {string | null | undefined} value @param {string} [place]
 */
export function label(value, place = "") {
    if (!value) return "—";
    const found = words.places[place]?.[value] ?? words.values[value] ?? MORE[value];
    if (!found) return value;
    return language.value === "zh" ? found.zh : found.en;
}
