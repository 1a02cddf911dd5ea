// What would it pay? A bill is decided without posting it, 300 ms after the last key, and compared with another.
import { html, useEffect, useRef, useState } from "../vendor/kit.js";
import { get, post, Refused, useLoad } from "../api.js";
import { label, named, payerName, PAYERS, registered } from "../names.js";
import { may, me, place, said, t } from "../state.js";
import { Cited, Empty, Field, Head, Money, Problem, Skeleton, sum, Table, time, yuan } from "../ui.js";
import { Alternatives, stepName, Steps, Waterfall } from "./claim.js";

/** @typedef {{code: string, name: string, quantity: string, price: string, kind: string}} Line */
/** @typedef {{kind: string, admitted: string, discharged: string, status: string, confirmed: string, codes: string, bundle: string, institution: string, insured_area: string, insurance: string, employment: string, assistance: string, filing: string}} Circumstances */

const WAIT_MS = 300;
/** @type {Circumstances} */
const USUAL = { kind: "inpatient", admitted: "2020-06-05", discharged: "2020-06-20", status: "confirmed", confirmed: "2020-06-06", codes: "J12.800 B97.200", bundle: "", institution: "", insured_area: "", insurance: "employee", employment: "active", assistance: "none", filing: "" };
/** What describes a person without naming anybody. */
const TERMS = ["institution", "insured_area", "insurance", "employment", "assistance", "filing"];
const ASSISTANCE = ["none", "extreme-poverty", "subsistence", "near-subsistence"];
const SHARED = ["kind", "admitted", "discharged", "status", "confirmed", "codes", "bundle", ...TERMS];

/** The bill that the address holds, and what it is compared with; never a person. @returns {{circumstances: Circumstances, lines: Line[], other: Circumstances | null}} */
function fromAddress() {
    const { query } = place.value;
    const circumstances = { ...USUAL, ...Object.fromEntries(SHARED.filter((name) => query[name]).map((name) => [name, query[name]])) };
    const lines = (query.lines ?? "").split("~").filter(Boolean).map((each) => {
        const [code = "", name = "", quantity = "1", price = "0.00", kind = ""] = each.split("|");
        return { code, name, quantity, price, kind };
    });
    const compared = SHARED.filter((name) => query[`other_${name}`]).map((name) => [name, query[`other_${name}`]]);
    const other = compared.length > 0 ? { ...circumstances, ...Object.fromEntries(compared) } : null;
    return { circumstances: /** @type {Circumstances} */ (circumstances), lines, other: /** @type {Circumstances | null} */ (other) };
}

/** @param {{id_no: string, name: string}} patient @param {Circumstances} found @param {Line[]} lines */
function bodyOf(patient, found, lines) {
    const outpatient = found.kind !== "inpatient";
    return {
        claim_no: "PREVIEW", institution: me.value?.subject, patient: { id_type: "identity-card", ...patient },
        visit: outpatient ? { kind: found.kind, admitted: found.admitted, discharged: found.admitted } : { kind: found.kind, admitted: found.admitted, discharged: found.discharged },
        diagnosis: {
            history: found.status === "none" ? [] : [{ status: found.status, on: found.confirmed }],
            codes: found.codes.split(/[\s,，]+/).filter(Boolean).map((code, at) => ({ code, role: at === 0 ? "main" : "additional" })),
        },
        lines: lines.map((each, at) => ({ no: at + 1, code: each.code, name: each.name, date: found.admitted, quantity: each.quantity, price: each.price, amount: amountOf(each) })),
    };
}

/** The bill of somebody who is insured as described. @param {Circumstances} found @param {Line[]} lines */
function estimateOf(found, lines) {
    const { diagnosis, lines: items } = bodyOf({ id_no: "", name: "" }, found, lines);
    const insured = found.insurance !== "none";
    return {
        institution: me.value?.role === "hospital" ? me.value.subject : found.institution,
        insured: { insurance: found.insurance, assistance: found.assistance, ...(insured ? { insured_area: found.insured_area } : {}), ...(found.insurance === "employee" ? { employment: found.employment } : {}) },
        ...(found.filing ? { filing: found.filing } : {}),
        visit: { kind: found.kind, admitted: found.admitted, ...(found.kind === "inpatient" ? { discharged: found.discharged } : {}) },
        diagnosis, lines: items.map(({ no: _, ...line }) => line),
    };
}

/** Whether somebody and a place are described. @param {Circumstances} found */
const isDescribed = (found) => (me.value?.role === "hospital" || found.institution !== "") && (found.insurance === "none" || found.insured_area !== "");

/** Quantity times price to the fen, half up. @param {Line} line */
function amountOf(line) {
    const whole = (/** @type {string} */ text, /** @type {number} */ places) => {
        const [units = "0", parts = ""] = text.split(".");
        return /^\d+$/.test(units) && /^\d*$/.test(parts) ? BigInt(units + parts.padEnd(places, "0").slice(0, places)) : 0n;
    };
    const fen = (whole(line.quantity, 4) * whole(line.price, 6) + 50_000_000n) / 100_000_000n;
    const text = fen.toString().padStart(3, "0");
    return `${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** What the API decides of a body by a bundle, once nothing was typed for a while. @param {unknown} body @param {string} bundle @param {boolean} described @returns {{data: any, refused: Refused | null, loading: boolean}} */
function usePreview(body, bundle, described) {
    const [state, set] = useState(/** @type {{data: any, refused: Refused | null, loading: boolean}} */ ({ data: null, refused: null, loading: false }));
    const latest = useRef(0);
    const key = JSON.stringify([body, bundle, described]);
    useEffect(() => {
        const mine = ++latest.current;
        if (body === null) { set({ data: null, refused: null, loading: false }); return undefined; }
        set((before) => ({ ...before, loading: true }));
        const ask = () => described ? post(`/v1/estimates${bundle ? `?bundle=${bundle}` : ""}`, body) : post(`/v1/claims/preview?alternatives=${bundle ? "false" : "true"}${bundle ? `&bundle=${bundle}` : ""}`, body);
        const turn = setTimeout(() => ask().then(
            (data) => mine === latest.current && set({ data, refused: null, loading: false }),
            (refused) => mine === latest.current && set({ data: null, refused, loading: false }),
        ), WAIT_MS);
        return () => clearTimeout(turn);
    }, [key]);
    return state;
}

export default function Preview() {
    const start = fromAddress();
    const [patient, setPatient] = useState({ id_no: "", name: "" });
    const [circumstances, setCircumstances] = useState(start.circumstances);
    const [lines, setLines] = useState(start.lines);
    const [other, setOther] = useState(start.other);
    const [copied, setCopied] = useState(false);
    const [described, describe] = useState(!may("claims:preview") || start.circumstances.insured_area !== "");
    const known = (/** @type {Circumstances} */ found) => (described ? isDescribed(found) : patient.id_no.trim() !== "" && patient.name.trim() !== "") && lines.length > 0;
    const ready = known(circumstances);
    const body = (/** @type {Circumstances} */ found) => (described ? estimateOf(found, lines) : bodyOf(patient, found, lines));
    const first = usePreview(ready ? body(circumstances) : null, circumstances.bundle, described);
    const second = usePreview(ready && other && known(other) ? body(other) : null, other?.bundle ?? "", described);
    const bundles = useLoad("bundles-to-preview", () => get("/v1/policies/bundles", { limit: 50 }));
    const laws = /** @type {any[]} */ (bundles.data?.items ?? []);
    const share = () => {
        const compared = Object.fromEntries(Object.entries(other ?? {}).map(([name, value]) => [`other_${name}`, value]));
        const query = new URLSearchParams({ ...circumstances, ...compared, lines: lines.map((each) => [each.code, each.name, each.quantity, each.price, each.kind].join("|")).join("~") });
        history.replaceState(null, "", `#/preview?${query}`);
        navigator.clipboard?.writeText(location.href).then(() => setCopied(true), () => setCopied(true));
    };
    return html`<${Head} title=${t("试算：能报销多少", "What would it pay?")}>
            <button type="button" onClick=${share}>${copied ? t("链接已生成（不含患者信息）", "Link made (holds no person)") : t("生成分享链接", "Make a link to share")}</button>
            <button type="button" aria-pressed=${other !== null} onClick=${() => setOther(other ? null : circumstances)}>${other ? t("结束比较", "Stop comparing") : t("与另一情形比较", "Compare")}</button><//>
        <div class="halves"><div class="stack">
            <section class="card"><div class="card-head"><h2>${described ? t("参保情况", "Insurance") : t("患者", "Patient")}</h2>
                ${may("claims:preview") && html`<button type="button" aria-pressed=${described} onClick=${() => describe(!described)}>${described ? t("按患者试算", "For a patient") : t("按参保情况试算", "By insurance alone")}</button>`}</div>
                ${described ? html`<p class="quiet">${t("不涉及个人：视为该年度尚无费用。", "Nobody is looked up: a person without costs in the year.")}</p><${Insured} value=${circumstances} onChange=${setCircumstances} prefix="" />`
                    : html`<div class="pair">
                <${Field} name="id_no" title=${t("身份证号", "Identity number")} value=${patient.id_no} required onChange=${(/** @type {string} */ value) => setPatient({ ...patient, id_no: value })} hint=${t("仅用于试算，不写入链接。", "For this preview only; never part of a link.")} />
                <${Field} name="name" title=${t("姓名", "Name")} value=${patient.name} required onChange=${(/** @type {string} */ value) => setPatient({ ...patient, name: value })} /></div>`}</section>
            <section class="card"><h2>${t("就诊", "Visit")}</h2><${Visit} value=${circumstances} onChange=${setCircumstances} prefix="" laws=${laws} /></section>
            ${other && html`<section class="card"><h2>${t("比较情形", "The other case")}</h2>${described && html`<${Insured} value=${other} onChange=${setOther} prefix="other-" />`}<${Visit} value=${other} onChange=${setOther} prefix="other-" laws=${laws} /></section>`}
            <section class="card"><h2>${t("费用明细", "Lines")}</h2><${Lines} lines=${lines} on=${circumstances.admitted} onChange=${setLines} /></section>
        </div><div class="stack" aria-live="polite">
            ${!ready ? html`<${Empty}>${described ? t("填写参保情况，并至少选择一个收费项目，结果随即显示。", "Describe the insurance and choose an item; the result follows.") : t("填写患者，并至少选择一个收费项目，结果随即显示。", "Name the patient and choose an item; the result follows.")}<//>`
                : html`<${Result} title=${t("试算结果", "Result")} of=${first} />${other && html`<${Result} title=${t("比较情形", "The other case")} of=${second} />`}
                    ${other && first.data && second.data && html`<${Difference} one=${first.data} other=${second.data} />`}
                    ${!other && first.data?.alternatives && html`<${Alternatives} of=${first.data.alternatives} />`}
                    ${!other && first.data && html`<section class="card"><h2>${t("依据", "Basis")}</h2><${Steps} steps=${first.data.steps} chosen="" /></section>`}`}
        </div></div>`;
}

/** Who is insured where, and is treated where: an area or an institution by its code, offered by name. @param {{value: Circumstances, onChange: (value: Circumstances) => void, prefix: string}} props */
function Insured({ value, onChange, prefix }) {
    const change = (/** @type {string} */ name) => (/** @type {string} */ text) => onChange({ ...value, [name]: text });
    const options = (/** @type {string[]} */ values, /** @type {string} */ where) => values.map((code) => [code, label(code, where)]);
    const code = (/** @type {"institution" | "area"} */ kind, /** @type {"institution" | "insured_area"} */ name, /** @type {string} */ title) => html`<${Field} name=${`${prefix}${name}`} title=${title} value=${value[name]} list=${`${prefix}${name}-names`} onChange=${change(name)} hint=${value[name] ? named(value[name]) : t("输入代码或从列表选择", "Type a code, or choose one")} />
        <datalist id=${`${prefix}${name}-names`}>${registered(kind).map(([each, text]) => html`<option value=${each}>${text}</option>`)}</datalist>`;
    return html`<div class="pair">
        ${me.value?.role !== "hospital" && code("institution", "institution", t("就医机构", "Treated at"))}
        <${Field} name=${`${prefix}insurance`} title=${t("险种", "Insurance")} value=${value.insurance} options=${options(["employee", "resident", "none"], "EstimateTermsBody.insurance")} onChange=${change("insurance")} />
        ${value.insurance !== "none" && code("area", "insured_area", t("参保地", "Insured in"))}
        ${value.insurance === "employee" && html`<${Field} name=${`${prefix}employment`} title=${t("人员类别", "Employment")} value=${value.employment} options=${options(["active", "retired"], "EstimateTermsBody.employment")} onChange=${change("employment")} />`}
        <${Field} name=${`${prefix}assistance`} title=${t("救助身份", "Assistance")} value=${value.assistance} options=${options(ASSISTANCE, "EstimateTermsBody.assistance")} onChange=${change("assistance")} />
        <${Field} name=${`${prefix}filing`} title=${t("异地就医备案", "Filing")} value=${value.filing} options=${[["", t("不填", "Not given")], ...options(["filed", "emergency", "unfiled"], "EstimateBody.filing")]} onChange=${change("filing")} /></div>`;
}

/** A bundle among the publications: when it came into force, or that it waits. @param {any} law @returns {[string, string]} */
const lawOf = (law) => [law.bundle, law.published_at ? t(`${time(law.published_at, true)} 发布 ${law.bundle.slice(0, 8)}`, `published ${time(law.published_at, true)} ${law.bundle.slice(0, 8)}`) : t(`待批准 ${law.bundle.slice(0, 8)}`, `waiting ${law.bundle.slice(0, 8)}`)];

/** @param {{value: Circumstances, onChange: (value: Circumstances) => void, prefix: string, laws: any[]}} props */
function Visit({ value, onChange, prefix, laws }) {
    const change = (/** @type {string} */ name) => (/** @type {string} */ text) => onChange({ ...value, [name]: text });
    const options = (/** @type {string[]} */ values) => values.map((code) => [code, label(code)]);
    return html`<div class="pair">
        <${Field} name=${`${prefix}kind`} title=${t("就诊类型", "Kind")} value=${value.kind} options=${options(["inpatient", "outpatient", "emergency"])} onChange=${change("kind")} />
        <${Field} name=${`${prefix}admitted`} title=${value.kind === "inpatient" ? t("入院日期", "Admitted") : t("就诊日期", "Day of visit")} type="date" value=${value.admitted} onChange=${change("admitted")} />
        ${value.kind === "inpatient" && html`<${Field} name=${`${prefix}discharged`} title=${t("出院日期", "Discharged")} type="date" value=${value.discharged} onChange=${change("discharged")} />`}
        <${Field} name=${`${prefix}status`} title=${t("病例状态", "Status")} value=${value.status} options=${options(["confirmed", "suspected", "none"])} onChange=${change("status")} />
        ${value.status !== "none" && html`<${Field} name=${`${prefix}confirmed`} title=${t("认定日期", "Since")} type="date" value=${value.confirmed} onChange=${change("confirmed")} />`}
        <${Field} name=${`${prefix}codes`} title=${t("诊断编码（首个为主要诊断）", "Codes, the main one first")} value=${value.codes} onChange=${change("codes")} />
        <${Field} name=${`${prefix}bundle`} title=${t("政策包", "Bundle")} value=${value.bundle} options=${[["", t("现行政策", "The one in force")], ...laws.filter((each) => each.status !== "refused").map(lawOf)]} onChange=${change("bundle")} /></div>`;
}

/** @param {{lines: Line[], on: string, onChange: (lines: Line[]) => void}} props */
function Lines({ lines, on, onChange }) {
    const [search, setSearch] = useState("");
    const [found, setFound] = useState(/** @type {any[]} */ ([]));
    useEffect(() => {
        if (!search.trim()) { setFound([]); return undefined; }
        const turn = setTimeout(() => get("/v1/catalogue", { q: search, on, limit: 10 }).then((page) => setFound(page.items), () => setFound([])), WAIT_MS);
        return () => clearTimeout(turn);
    }, [search, on]);
    const add = (/** @type {any} */ item) => { onChange([...lines, { code: item.code, name: item.name.zh, quantity: "1", price: item.price_ceiling ?? "100.00", kind: item.item_class }]); setSearch(""); };
    const change = (/** @type {number} */ at, /** @type {Partial<Line>} */ part) => onChange(lines.map((each, place) => (place === at ? { ...each, ...part } : each)));
    return html`<div class="lines">
        <${Field} name="item" title=${t("查找收费项目", "Find an item")} value=${search} onChange=${setSearch} hint=${t("输入名称或编码", "Type its name or code")} />
        ${found.length > 0 && html`<ul class="suggest">${found.map((item) => html`<li key=${item.code}><button type="button" onClick=${() => add(item)}>${said(item.name)} <span class="quiet">${item.code} · ${label(item.item_class, "CatalogueItemDocument.item_class")}${item.price_ceiling ? ` · ${t("限价", "ceiling")} ${yuan(item.price_ceiling)}` : ""}${item.plan_from ? ` · ${t("诊疗方案内", "in the plan")}` : ""}</span></button></li>`)}</ul>`}
        ${lines.map((each, at) => html`<div class="line-row" key=${at}><span><b>${each.name}</b><br /><span class="quiet">${each.code}${each.kind ? ` · ${label(each.kind, "CatalogueItemDocument.item_class")}` : ""} · ${yuan(amountOf(each))} ${t("元", "yuan")}</span></span>
            <${Field} name=${`quantity-${at}`} title=${t("数量", "Quantity")} value=${each.quantity} onChange=${(/** @type {string} */ value) => change(at, { quantity: value })} />
            <${Field} name=${`price-${at}`} title=${t("单价", "Price")} value=${each.price} onChange=${(/** @type {string} */ value) => change(at, { price: value })} />
            <button type="button" onClick=${() => onChange(lines.filter((_, place) => place !== at))} aria-label=${t(`删除 ${each.name}`, `Remove ${each.name}`)}>✕</button></div>`)}</div>`;
}

/** @param {{title: string, of: {data: any, refused: Refused | null, loading: boolean}}} props */
function Result({ title, of: found }) {
    const [chosen, choose] = useState("");
    return html`<section class="card" aria-busy=${found.loading}><div class="card-head"><h2>${title}</h2>${found.loading && html`<span class="quiet">${t("正在计算…", "Working…")}</span>`}${found.data?.illustrative && html`<span class="state waits">${t("普通待遇为示意数据", "Ordinary benefits are illustrative")}</span>`}</div>
        ${found.refused ? html`<${Problem} refused=${found.refused} />` : found.data ? html`<${Waterfall} of=${found.data} chosen=${chosen} choose=${choose} />` : html`<${Skeleton} rows=${5} />`}
        ${chosen && found.data && html`<${Steps} steps=${found.data.steps} chosen=${chosen} />`}
        ${found.data?.warnings && html`<div class="note waits"><ul>${found.data.warnings.map((/** @type {any} */ each) => html`<li>${said(each.message)}</li>`)}</ul></div>`}</section>`;
}

/** What differs between two decisions, payer by payer and step by step; steps that are alike are left out. @param {{one: any, other: any}} props */
function Difference({ one, other }) {
    const names = [...new Set([...one.steps, ...other.steps].map((each) => each.step))];
    const of = (/** @type {any} */ found, /** @type {string} */ name) => found.steps.filter((/** @type {any} */ each) => each.step === name);
    const told = (/** @type {any[]} */ steps) => steps.map((each) => said(each.text)).join(" ") || "—";
    const rows = names.map((name) => ({ name, one: of(one, name), other: of(other, name) })).filter((each) => told(each.one) !== told(each.other));
    const shares = PAYERS.map((name) => ({ name, one: one.shares[name], other: other.shares[name], more: sum([other.shares[name], one.shares[name].startsWith("-") ? one.shares[name].slice(1) : `-${one.shares[name]}`]) }));
    const basis = (/** @type {any[]} */ steps) => steps.flatMap((each) => each.decided_by).map((one) => html`<${Cited} citation=${one} /> `);
    return html`<section class="card compare"><h2>${t("逐步比较", "Differences by step")}</h2>
        <${Table} caption=${t("各方支付比较", "Payers compared")} rows=${shares} chosen=${(/** @type {any} */ row) => row.one !== row.other} columns=${[{ title: t("支付方", "Payer"), cell: (/** @type {any} */ row) => payerName(row.name) }, { title: t("试算结果", "Result"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.one} />` }, { title: t("比较情形", "The other case"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.other} />` }, { title: t("差额", "Difference"), number: true, cell: (/** @type {any} */ row) => (row.one === row.other ? "—" : html`<${Money} strong amount=${row.more} />`) }]} />
        ${rows.length === 0 ? html`<p class="quiet">${t("每一步均相同。", "Every step is the same.")}</p>` : html`<ol class="steps">${rows.map((row) => html`<li key=${row.name}><h3>${stepName(row.name)}</h3><p><b>${t("试算结果", "Result")}</b>：${told(row.one)} ${basis(row.one)}</p><p class="note"><b>${t("比较情形", "The other case")}</b>：${told(row.other)} ${basis(row.other)}</p></li>`)}</ol>`}</section>`;
}
