// One claim: how the bill became what each payer pays, by which articles, and what became of it since.
import { html, useEffect, useState } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { label, named, payerName, PAYERS } from "../names.js";
import { at, grouped, may, me, place, said, t } from "../state.js";
import { Act, Cited, Empty, Facts, Head, Money, Name, Print, Show, State, Table, Tabs, time, yuan } from "../ui.js";

/** @type {Record<string, [string, string]>} */
export const STEPS = {
    "diagnosis-codes": ["诊断编码", "Codes of diagnosis"], "online-visit": ["互联网首诊", "First visit online"], protection: ["专项保障", "Protection"], "in-scope": ["政策范围内费用", "Costs in scope"],
    "remote-cut": ["异地就医支付比例", "Remote ratio"], deductible: ["起付标准", "Deductible"], basic: ["基本医保", "Basic insurance"],
    critical: ["大病保险（大额补助）", "Critical illness"], assistance: ["医疗救助", "Assistance"], mask: ["专项保障范围", "What the protection covers"],
    "combined-share": ["合并支付比例", "Combined share"], fiscal: ["财政补助", "Fiscal share"], patient: ["个人负担", "Patient's part"],
    "fiscal-split": ["财政分担", "Split of the fiscal share"], budget: ["预算管理", "Budget"], payers: ["支付方", "Payers"], "cross-region": ["跨区划清算", "Between areas"],
    "outpatient-rule": ["门诊待遇", "Outpatient rule"], "large-sum": ["大额补助", "Large sum"], remainder: ["其余费用", "Remainder"], "central-refund": ["中央财政补助", "Central refund"], records: ["查阅记录", "Records"], "payment-method": ["支付方式", "Payment method"],
};
export const stepName = (/** @type {string} */ step) => { const found = STEPS[step]; return found ? t(...found) : label(step); };

/** A scheme; a share is of these two alone. @param {string} scheme */
const schemeName = (scheme) => ({ employee: t("职工医保", "employees' insurance"), resident: t("居民医保", "residents' insurance") })[scheme] ?? scheme;

/** Bars from the whole bill to nothing: each payer takes its part. @param {{of: any, chosen: string, choose: (part: string) => void}} props */
export function Waterfall({ of: determination, chosen, choose }) {
    const whole = Number(determination.total) || 1;
    let left = 0;
    const rows = [["total", determination.total], ...PAYERS.map((name) => [name, determination.shares[name]])].map(([name, amount]) => {
        const part = Number(amount);
        const row = { name, amount, start: name === "total" ? 0 : left, part };
        if (name !== "total") left += part;
        return row;
    });
    return html`<div class="waterfall">${rows.map((row) => html`<button type="button" key=${row.name} aria-pressed=${chosen === row.name} onClick=${() => choose(chosen === row.name ? "" : row.name)}>
        <span>${row.name === "total" ? t("总费用", "Bill") : payerName(row.name)}</span>
        <span class="track" aria-hidden="true">${row.part !== 0 && html`<span class=${`bar ${row.name}`} style=${{ left: `${(row.start / whole) * 100}%`, width: `${(row.part / whole) * 100}%` }}></span>`}</span>
        <${Money} amount=${row.amount} /></button>`)}</div>`;
}

const ABOUT = /** @type {Record<string, string[]>} */ ({
    total: ["in-scope", "mask"], basic: ["deductible", "basic", "combined-share", "remote-cut", "outpatient-rule"], critical: ["critical", "large-sum", "combined-share"],
    assistance: ["assistance", "combined-share"], fiscal: ["fiscal", "fiscal-split", "mask"], patient: ["patient", "remainder", "in-scope"],
});

/** The reasoning, step by step. @param {{steps: any[], chosen: string}} props */
export function Steps({ steps, chosen }) {
    const about = ABOUT[chosen];
    const shown = about ? steps.filter((each) => about.includes(each.step)) : steps;
    return html`<ol class="steps">${shown.map((each, place) => html`<li key=${place}>
        <div class="step-head"><h3>${stepName(each.step)}</h3>${each.formula && html`<span class="formula">${grouped(each.formula)}</span>`}</div>
        <p>${said(each.text)}</p>
        ${each.decided_by.length > 0 && html`<p>${t("依据：", "By: ")}${each.decided_by.map((/** @type {any} */ one) => html`<${Cited} citation=${one} />`)}</p>`}
        ${each.lost.map((/** @type {any} */ one) => html`<p class="lost">${t("未适用：", "Set aside: ")}<${Cited} citation=${one.citation} />${said(one.why)}</p>`)}</li>`)}</ol>`;
}

/** How texts were read, each reading once with all the provisions that rest on it. @param {any[]} readings @returns {[string, any[]][]} */
const read = (readings) => [...new Set(readings.map((each) => said(each.text)))].map((text) => [text, readings.filter((each) => said(each.text) === text).map((each) => each.citation)]);

const STAGES = /** @type {[string, string, string][]} */ ([["received", "受理", "Received"], ["decided", "核定", "Decided"], ["posted", "入账", "Posted"], ["ordered", "下达支付", "Payment ordered"], ["cleared", "清算", "Cleared"]]);

/** @param {{claim: any}} props */
function Stages({ claim }) {
    const stopped = ["rejected", "reversed", "withdrawn"].includes(claim.status);
    const done = { received: true, decided: Boolean(claim.determination) || claim.status === "rejected", posted: Boolean(claim.bill), ordered: Boolean(claim.settlement), cleared: claim.clearing?.status === "settled" };
    const cross = Boolean(claim.determination?.cross_region);
    return html`<ol class="stepper">${STAGES.filter(([code]) => code !== "cleared" || cross).map(([code, zh, en]) => html`<li key=${code} class=${done[/** @type {keyof typeof done} */ (code)] ? "done" : ""}>${t(zh, en)}</li>`)}
        ${stopped && html`<li class="stopped">${label(claim.status, "ClaimDocument.status")}</li>`}</ol>`;
}

/** @param {{id: string}} props */
export default function ClaimPage({ id }) {
    const loaded = useLoad(`claim-${id}`, () => get(`/v1/claims/${id}`));
    const open = loaded.data?.status === "received";
    useEffect(() => {
        if (!open) return undefined;
        const turn = setInterval(loaded.reload, 2_000);
        return () => clearInterval(turn);
    }, [open]);
    return html`<${Show} of=${loaded} rows=${8}>${(/** @type {any} */ claim) => html`<${Whole} claim=${claim} again=${loaded.reload} />`}<//>`;
}

/** @typedef {import("../api.js").Schemas["ClaimDocument"]} Claim */

/** @param {{claim: Claim, again: () => void}} props */
function Whole({ claim, again }) {
    const tab = place.value.query.tab ?? "basis";
    const reversible = (claim.status === "settled" || claim.status === "deferred") && may("claims:reverse");
    const reason = { name: "reason", title: t("理由", "Reason"), type: "area", required: true };
    return html`<${Head} title=${t(`结算申请 ${claim.claim_no}`, `Claim ${claim.claim_no}`)} up=${[[t("结算申请", "Claims"), "/claims"]]}>
        ${claim.flags?.includes("held") && may("claims:release") && html`<${Act} main title=${t("核实放行", "Release")} path=${`/v1/claims/${claim.claim_id}/release`} fields=${[reason]} body=${(/** @type {any} */ entered) => entered} onDone=${again} />`}
        ${reversible && html`<${Act} danger title=${claim.status === "settled" ? t("撤销结算", "Reverse") : t("撤回申请", "Withdraw")} path=${`/v1/claims/${claim.claim_id}/reversal`} fields=${[reason]} body=${(/** @type {any} */ entered) => entered} onDone=${again}
            text=${t("撤销后以相反分录冲回，已支付的款项须退回。", "Every posting is reversed; what was paid is owed back.")} />`}
        ${claim.settlement ? html`<${Print} path=${`/v1/claims/${claim.claim_id}/statement`} name=${claim.claim_no} title=${t("打印结算单", "Print the statement")} />` : html`<button type="button" onClick=${() => window.print()}>${t("打印", "Print")}</button>`}<//>
        <${Stages} claim=${claim} />
        <section class="card"><${Facts} rows=${[
            [t("状态", "State"), html`<${State} value=${claim.status} of="ClaimDocument.status" />${claim.flags?.map((/** @type {string} */ flag) => html` <${State} value=${flag} />`)}`],
            [t("机构", "Institution"), html`<${Name} code=${claim.institution} />`], [t("版本", "Version"), claim.version],
            [t("受理时间", "Received"), time(claim.received_at)], [t("最近变更", "Last change"), time(claim.changed_at)],
            ...(claim.settlement ? [[t("预拨冲抵", "Met from the advance"), html`<${Money} amount=${claim.settlement.advance_offset} />`], [t("应付机构", "Payable"), html`<${Money} amount=${claim.settlement.payable} />`]] : []),
            ...(claim.reason ? [[t("原因", "Reason"), label(claim.reason)]] : []),
        ]} /></section>
        ${claim.errors && html`<section class="card"><h2>${t("未予受理的原因", "Why it was refused")}</h2><ul>${claim.errors.map((/** @type {any} */ each) => html`<li>${each.field && html`<code>${each.field}</code> `}${said(each.message)} ${each.citation && html`<${Cited} citation=${each.citation} />`}</li>`)}</ul></section>`}
        ${claim.warnings && html`<section class="note waits"><ul>${claim.warnings.map((/** @type {any} */ each) => html`<li>${said(each.message)}</li>`)}</ul></section>`}
        ${claim.determination ? html`<${Decided} claim=${claim} tab=${tab} />` : html`<${History} claim=${claim} />`}`;
}

/** @param {{claim: any, tab: string}} props */
function Decided({ claim, tab }) {
    const determination = claim.determination;
    const [chosen, choose] = useState("");
    return html`<div class="halves stack-top"><section class="card"><div class="card-head"><h2>${t("各方支付", "Who pays what")}</h2>${determination.illustrative && html`<span class="state waits">${t("普通待遇为示意数据", "Ordinary benefits are illustrative")}</span>`}</div>
            <${Waterfall} of=${determination} chosen=${chosen} choose=${choose} /></section>
        <section class="card"><h2>${t("支付方", "Payers")}</h2><${Table} caption=${t("支付方", "Payers")} rows=${determination.payers} columns=${[
            { title: t("支付方", "Payer"), cell: (/** @type {any} */ row) => html`${label(row.payer)}${row.scheme && html` <span class="quiet">${schemeName(row.scheme)}</span>`}` },
            { title: t("账户所在地", "Account of"), cell: (/** @type {any} */ row) => html`<${Name} code=${row.account_area} />` },
            { title: t("金额", "Amount"), number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row.amount} />` }]} />
            ${determination.cross_region && html`<p class="note">${t("跨区划：", "Between areas: ")}${named(determination.cross_region.debtor)} → ${named(determination.cross_region.creditor)} ${yuan(determination.cross_region.amount)}</p>`}</section></div>
        <${Tabs} now=${tab} tabs=${[["basis", t("依据", "Basis")], ["lines", t("明细", "Lines")], ["postings", t("分录", "Postings")], ["history", t("历史", "History")], ["clearing", t("清算", "Clearing")], ["alternatives", t("个人负担", "Patient's part")]]} />
        ${tab === "basis" && html`<section class="card"><${Steps} steps=${determination.steps} chosen=${chosen} /></section>
            <section class="card"><h2>${t("政策理解", "How unclear texts were read")}</h2><ul>${read(determination.interpretations).map(([text, citations]) => html`<li>${text} ${citations.map((each) => html`<${Cited} citation=${each} /> `)}</li>`)}</ul></section>
            <section class="card"><h2>${t("核定凭据", "Receipt")}</h2><${Facts} rows=${[[t("引擎", "Engine"), determination.receipt.engine], [t("政策包", "Bundle"), html`<code>${determination.receipt.bundle.slice(0, 16)}</code>`], [t("输入", "Input"), html`<code>${determination.receipt.input.slice(0, 16)}</code>`], [t("结果", "Result"), html`<code>${determination.receipt.result.slice(0, 16)}</code>`]]} /></section>`}
        ${tab === "lines" && html`<${Lines} id=${claim.claim_id} lines=${determination.lines} />`}
        ${tab === "postings" && html`<${Postings} claim=${claim} />`}
        ${tab === "history" && html`<${History} claim=${claim} />`}
        ${tab === "clearing" && html`<${Clearing} claim=${claim} />`}
        ${tab === "alternatives" && html`<${OwnAlternatives} id=${claim.claim_id} />`}`;
}

/** @param {{id: string}} props */
function OwnAlternatives({ id }) {
    const loaded = useLoad(`alternatives-${id}`, () => get(`/v1/claims/${id}/alternatives`));
    return html`<${Show} of=${loaded}>${(/** @type {any} */ found) => html`<${Alternatives} of=${found.alternatives} />`}<//>`;
}

/** What would change the patient's part, one fact at a time, with the next step. @param {{of: any[]}} props */
export const Alternatives = ({ of: found }) => html`<section class="card"><h2>${t("会改变个人负担的情形", "What would change the patient's part")}</h2>
    ${found.length === 0 ? html`<p class="quiet">${t("逐项变更各项事实后重新核定，个人负担均不改变。", "No single fact, were it different, would change the patient's part.")}</p>` : html`<ul class="steps">${found.map((each) => html`<li key=${`${each.fact}-${each.value}`}>
        <div class="step-head"><h3>${said(each.what)}</h3><span>${t("个人负担", "Patient")} <${Money} amount=${each.patient_now} /> → <b><${Money} amount=${each.patient_then} /></b></span></div>
        <p>${said(each.next_step)}</p>
        ${each.duties.length > 0 && html`<p class="quiet">${t("另须补齐：", "Also owed: ")}${each.duties.map((/** @type {any} */ duty) => said(duty.message)).join(" ")}</p>`}
        ${each.asked_by.length > 0 && html`<p>${t("依据：", "By: ")}${each.asked_by.map((/** @type {any} */ one) => html`<${Cited} citation=${one} />`)}</p>`}
        ${each.no_longer.length > 0 && html`<p class="lost">${t("不再适用：", "No longer applies: ")}${each.no_longer.map((/** @type {any} */ one) => html`<${Cited} citation=${one} />`)}</p>`}</li>`)}</ul>`}</section>`;

/** The lines as they were sent, each with what was decided of its amount. @param {{id: string, lines: any[]}} props */
function Lines({ id, lines }) {
    const loaded = useLoad(`submitted-${id}`, () => get(`/v1/claims/${id}/submitted`));
    return html`<${Show} of=${loaded}>${(/** @type {import("../api.js").Schemas["SubmittedDocument"]} */ sent) => { const of = new Map(sent.lines.map((line) => [line.no, line])); return html`<${DecidedLines} rows=${lines.map((line) => ({ ...of.get(line.no), ...line }))} />`; }}<//>`;
}

/** @param {{rows: any[]}} props */
const DecidedLines = ({ rows }) => html`<${Table} caption=${t("费用明细", "Lines")} rows=${rows} columns=${[
    { title: t("序号", "No."), cell: (/** @type {any} */ row) => row.no },
    { title: t("收费项目", "Item"), cell: (/** @type {any} */ row) => html`${row.name}<br /><span class="quiet">${row.code} · ${row.date} · ${row.quantity} × ${row.price}</span>` },
    ...["amount", "in_scope", "first_self_pay", "excluded", "over_limit"].map((name, place) => ({ title: [t("金额", "Amount"), t("政策范围内", "In scope"), t("先行自付", "First self-pay"), t("全自费", "Excluded"), t("超限价", "Over limit")][place] ?? "", number: true, cell: (/** @type {any} */ row) => html`<${Money} amount=${row[name]} />` })),
    { title: t("诊疗方案内", "In the plan"), cell: (/** @type {any} */ row) => (row.in_plan ? t("是", "yes") : t("否", "no")) },
    { title: t("依据", "By"), cell: (/** @type {any} */ row) => row.citations.map((/** @type {any} */ each) => html`<${Cited} citation=${each} />`) },
]} />`;

/** @param {{claim: any}} props */
function Postings({ claim }) {
    const ids = [...new Set([claim.settlement?.transaction_id, ...(claim.history ?? []).map((/** @type {any} */ each) => each.transaction_id)].filter(Boolean))];
    const allowed = may("ledger:read");
    const loaded = useLoad(allowed ? `postings-${ids.join()}` : null, () => Promise.all(ids.map((each) => get(`/v1/ledger/transactions/${encodeURIComponent(each)}`))));
    if (!allowed) return html`<${Empty}>${t("账务分录由经办机构、财政和审计查阅。", "Postings are for the agency, finance and the auditor.")}<//>`;
    return html`<${Show} of=${loaded}>${(/** @type {any[]} */ found) => found.map((each) => html`<section class="card" key=${each.transaction_id}><${Transaction} of=${each} /></section>`)}<//>`;
}

/** A transaction with its postings. @param {{of: any}} props */
export function Transaction({ of: transaction }) {
    const side = (/** @type {any} */ row, /** @type {boolean} */ debit) => (row.amount.startsWith("-") !== debit ? html`<${Money} amount=${row.amount.replace("-", "")} />` : "");
    return html`<div class="card-head"><h2>${label(transaction.event, "event")}</h2><span class="quiet">${time(transaction.occurred_at)}</span></div>
        <${Table} caption=${t("分录", "Postings")} rows=${transaction.postings} columns=${[
            { title: t("账户", "Account"), cell: (/** @type {any} */ row) => html`${isOwn(row.account) ? html`<a href=${at("/ledger", { tab: "accounts", account: row.account })}>${accountName(row.account)}</a>` : accountName(row.account)}<br /><code class="quiet">${row.account}</code>` },
            { title: t("借方", "Debit"), number: true, cell: (/** @type {any} */ row) => side(row, true) }, { title: t("贷方", "Credit"), number: true, cell: (/** @type {any} */ row) => side(row, false) }]} />`;
}

/** Whether the caller's office may open an account: its own area's, and those of hospitals there. @param {string} account */
function isOwn(account) {
    const [, owner = ""] = account.split("/");
    const within = (me.value?.area ?? "").replace(/(00)+$/, "");
    return may("ledger:read") && (me.value?.role === "auditor" || (within !== "" && owner.replace(/^[HP]/, "").startsWith(within)));
}

/** An account in words. @param {string} account */
export function accountName(account) {
    const [family, owner, ...rest] = account.split("/");
    const families = /** @type {Record<string, string>} */ ({ fund: t("基金支出", "Fund"), hospital: t("机构往来", "Hospital"), fiscal: t("财政应收", "Fiscal"), bank: t("银行", "Bank"), region: t("区划往来", "Between areas"), subsidy: t("补助往来", "Subsidy between areas"), hub: t("清算中心", "Clearing centre"), "enrolment-pending": t("待参保", "Pending enrolment"), suspense: t("待处置", "Suspense"), person: t("个人往来", "Person") });
    const words = /** @type {Record<string, string>} */ ({ payable: t("应付", "payable"), "advance-special": t("专项预拨", "special advance"), "advance-ordinary": t("日常预付", "ordinary advance"), receivable: t("应收", "receivable"), overpaid: t("多付", "overpaid"), "in-transit": t("在途", "in transit"), cash: t("存款", "cash"), "due-to": t("应付", "due to"), "due-from": t("应收", "due from") });
    return [families[family ?? ""] ?? family, owner && named(owner), ...rest.map((part) => (/^[0-9]{6}$/.test(part) ? named(part) : (words[part] ?? label(part))))].filter(Boolean).join(" · ");
}

/** @param {{claim: any}} props */
const History = ({ claim }) => html`<section class="card"><h2>${t("历史", "History")}</h2><ol class="steps">${[...(claim.history ?? [])].reverse().map((each, place) => html`<li key=${place}>
    <div class="step-head"><h3>${label(each.event, "HistoryEntryDocument.event")}</h3><span class="quiet">${time(each.at)} · ${label(each.actor_role, "role")}</span></div>
    ${each.reason && html`<p>${label(each.reason)}</p>`}
    ${each.changes && html`<ul>${each.changes.map((/** @type {any} */ one) => html`<li>${payerName(one.payer)} ${one.area ? named(one.area) : ""}${t("：", ": ")}${yuan(one.before)} → ${yuan(one.after)}</li>`)}</ul>`}</li>`)}</ol></section>`;

/** @param {{claim: any}} props */
function Clearing({ claim }) {
    const found = claim.clearing;
    if (!found) return html`<${Empty}>${t("本次结算不涉及区划间清算。", "Nothing of this claim is cleared between areas.")}<//>`;
    return html`<section class="card"><${Table} caption=${t("清算", "Clearing")} rows=${found.windows} columns=${[
        { title: t("时间", "At"), cell: (/** @type {any} */ row) => time(row.at) }, { title: t("层级", "Tier"), cell: (/** @type {any} */ row) => named(row.window.tier) },
        { title: t("清算期", "Window"), cell: (/** @type {any} */ row) => `${row.window.period} · ${row.window.number}` }, { title: t("状态", "State"), cell: (/** @type {any} */ row) => html`<${State} value=${row.status} of="RunDocument.status" />` },
        { title: t("清算批次", "Run"), cell: (/** @type {any} */ row) => (row.run_id && may("clearing:read") ? html`<a href=${at(`/clearing/${row.run_id}`)}>${t("查看", "See")}</a>` : "—") }]} />
        ${found.run_id && may("clearing:read-statement") && html`<${Proof} run=${found.run_id} claim=${claim.claim_id} />`}</section>`;
}

/** Proves in this browser that a claim's lines stand under the root that all parties were told. @param {{run: string, claim: string}} props */
export function Proof({ run, claim }) {
    const loaded = useLoad(`proof-${run}-${claim}`, async () => {
        const [proof, whole] = await Promise.all([get(`/v1/clearing/runs/${run}/proofs/${claim}`), get(`/v1/clearing/runs/${run}`)]);
        const outcomes = await Promise.all(proof.proofs.map((/** @type {any} */ each) => proves(each.content, each.path, whole.root)));
        return { proof, root: whole.root, proved: outcomes.length > 0 && outcomes.every(Boolean) };
    });
    return html`<${Show} of=${loaded} rows=${1}>${(/** @type {any} */ { proof, root, proved }) => html`<div class=${proved ? "note" : "problem"} role="status">
        <p class="strong">${proved ? t(`✓ 已在本浏览器验证：该笔 ${proof.proofs.length} 条明细均在对账单之内。`, `✓ Proved in this browser: its ${proof.proofs.length} lines stand in the statement.`) : t("✕ 未能验证：明细与对账单的根哈希不符。", "✕ Not proved: the lines do not lead to the statement's root.")}</p>
        <p class="quiet">${t("根哈希", "Root")} <code>${root}</code></p></div>`}<//>`;
}

/** @param {string} content @param {{side: string, hash: string}[]} path @param {string} root */
async function proves(content, path, root) {
    const digest = async (/** @type {number} */ mark, /** @type {Uint8Array[]} */ ...parts) => {
        const whole = new Uint8Array([mark, ...parts.flatMap((part) => [...part])]);
        return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
    };
    let value = await digest(0, new TextEncoder().encode(content));
    for (const step of path) {
        const other = Uint8Array.from(step.hash.match(/../g) ?? [], (pair) => parseInt(pair, 16));
        value = step.side === "left" ? await digest(1, other, value) : await digest(1, value, other);
    }
    return [...value].map((byte) => byte.toString(16).padStart(2, "0")).join("") === root;
}
