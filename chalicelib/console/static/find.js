// Finding a person by document and name. What is entered travels in the body of one call and is kept nowhere.
import { html, useRef, useState } from "./vendor/kit.js";
import { post, Refused } from "./api.js";
import { label, named } from "./names.js";
import { at, may, t } from "./state.js";
import { Field, Name, Problem, State, Table } from "./ui.js";

const TYPES = ["identity-card", "passport", "hk-macao-permit", "taiwan-permit", "hk-macao-taiwan-residence", "foreign-permanent-residence", "newborn"];

/** @typedef {import("./api.js").Schemas["PersonFoundDocument"]} Found */
/** @typedef {Found["claims"][number]} Claim */

/** The document as the API takes it. @param {Record<string, string>} entered */
function documentOf(entered) {
    const number = entered.id_no?.trim();
    if (entered.id_type !== "newborn") return { id_type: entered.id_type, id_no: number, ...(entered.id_type === "passport" ? { issued_by: entered.issued_by?.trim().toUpperCase() } : {}) };
    return { id_type: "newborn", mother: { id_no: number }, born: entered.born, order: Number(entered.order) };
}

/** What has to be entered for a type of document. @param {string} type @returns {import("./ui.js").FieldSpec[]} */
const fieldsFor = (type) => [
    { name: "id_type", title: t("证件类型", "Type of document"), options: TYPES.map((code) => [code, label(code, "PersonSearchBody.id_type")]) },
    { name: "id_no", title: type === "newborn" ? t("母亲证件号码", "Number of the mother's document") : t("证件号码", "Number"), required: true },
    ...(type === "passport" ? [{ name: "issued_by", title: t("签发国（三位代码）", "Issued by (three letters)"), required: true }] : []),
    ...(type === "newborn" ? [{ name: "born", title: t("出生日期", "Born on"), type: "date", required: true }, { name: "order", title: t("出生次序", "Order of birth"), type: "number", required: true }] : []),
    { name: "name", title: t("姓名", "Name"), required: true },
];

/** @param {{onFound: (found: Found) => void, open?: boolean}} props */
export function Find({ onFound, open = true }) {
    const [opened] = useState(open);
    const [entered, set] = useState(/** @type {Record<string, string>} */ ({ id_type: "identity-card", order: "1" }));
    const [found, setFound] = useState(/** @type {Found | null} */ (null));
    const [refused, setRefused] = useState(/** @type {Refused | null} */ (null));
    const [tried, setTried] = useState(false);
    const busy = useRef(false);
    const fields = fieldsFor(entered.id_type ?? "");
    const missing = fields.filter((each) => each.required && !entered[each.name]?.trim());
    const search = async () => {
        setTried(true);
        if (busy.current || missing.length > 0) return;
        busy.current = true;
        setRefused(null);
        setFound(null);
        try {
            const answer = await post("/v1/persons/search", { ...documentOf(entered), name: entered.name?.trim() });
            setFound(answer);
            onFound(answer);
        } catch (error) {
            setRefused(error instanceof Refused ? error : new Refused(0, "unreachable", [], ""));
        } finally {
            busy.current = false;
        }
    };
    // It may stand within a form, which Enter would send.
    const entering = (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter" && event.target instanceof HTMLInputElement) { event.preventDefault(); search(); } };
    return html`<details class="part find" open=${opened}><summary>${t("按证件和姓名查找人员", "Find a person by document and name")}</summary><div class="act" onKeyDown=${entering}>
        <div class="pair">${fields.map((each) => html`<${Field} key=${each.name} ...${each} name=${`find-${each.name}`} value=${entered[each.name] ?? ""} error=${tried && missing.includes(each) ? t("必填。", "This is needed.") : undefined} onChange=${(/** @type {string} */ value) => set({ ...entered, [each.name]: value })} />`)}</div>
        <div class="buttons"><button type="button" onClick=${search}>${t("查找", "Find")}</button></div>
        ${refused && html`<${Problem} refused=${refused} titles=${Object.fromEntries(fields.map((each) => [each.name, each.title]))} />`}${found && html`<${Claims} found=${found} />`}</div></details>`;
}

/** The person's claims within this office's reach. @param {{found: Found}} props */
function Claims({ found }) {
    const columns = [
        { title: t("医疗机构", "Institution"), cell: (/** @type {Claim} */ row) => html`<${Name} code=${row.institution} />`, text: (/** @type {Claim} */ row) => named(row.institution) },
        { title: t("就诊", "Visit"), cell: (/** @type {Claim} */ row) => html`${label(row.kind, "FoundClaimDocument.kind")}<br /><span class="quiet">${row.admitted === row.discharged ? row.admitted : `${row.admitted} — ${row.discharged}`}</span>` },
        { title: t("申请号", "Number"), cell: (/** @type {Claim} */ row) => may("claims:read") ? html`<a href=${at(`/claims/${row.claim_id}`)}>${row.claim_no}</a>` : row.claim_no },
        { title: t("状态", "State"), cell: (/** @type {Claim} */ row) => html`<${State} value=${row.status} of="ClaimDocument.status" />` },
    ];
    return html`<div role="status"><p class="note">${t(`已找到。职责范围内的结算申请 ${found.claims.length} 件${found.more ? "（另有更早的未列出）" : ""}。`, `Found. Claims within your office's reach: ${found.claims.length}${found.more ? ", the earlier left out" : ""}.`)}</p></div>
        ${found.claims.length > 0 && html`<${Table} caption=${t("结算申请", "Claims")} rows=${found.claims} columns=${columns} />`}`;
}
