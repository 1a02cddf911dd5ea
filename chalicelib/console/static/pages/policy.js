// One notice: its provisions as articles, with what each decides, when, and how unclear texts were read.
import { html, useEffect } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { named } from "../names.js";
import { at, may, place, said, t } from "../state.js";
import { Facts, Head, Show } from "../ui.js";
import { Timeline } from "./timeline.js";

const EFFECTS = "/v1/reports/article-effects";

/** The latest finished computation of what articles or provisions moved, or null. @returns {Promise<import("../api.js").Schemas["MovedDocument"] | null>} */
async function latestEffects() {
    const page = await get(EFFECTS, { limit: 50 });
    const run = page.items.find((/** @type {any} */ each) => each.status === "done" && each.by !== "notice");
    return run ? get(`${EFFECTS}/${run.moved_id}`) : null;
}

/** The number of settled claims that would come out otherwise without the provision. @param {{effects: any, notice: string, provision: any}} props */
function Used({ effects, notice, provision }) {
    const row = effects.rows.find((/** @type {any} */ each) => each.notice === notice && (effects.by === "provision" ? each.provision === provision.provision : each.article === provision.article));
    if (!row?.changed) return null;
    return html`<a href=${at("/effects", { run: effects.moved_id })}>${t(`用于 ${row.changed} 件申请`, row.changed === 1 ? "Used by 1 claim" : `Used by ${row.changed} claims`)}</a>`;
}

/** What the numbers of claims are taken from, or where they are asked for. @param {{effects: {data: any, loading: boolean}}} props */
function UseOf({ effects: { data, loading } }) {
    if (loading || !may("policies:read-moved")) return null;
    if (data === null) return html`<p class="quiet stack-top">${t("各条款用于多少件申请尚未测算，可在", "The number of claims that each provision is used by has not been computed; ask for it under ")}<a href=${at("/effects")}>${t("条款影响", "What articles moved")}</a>${t("提出。", ".")}</p>`;
    return html`<p class="quiet stack-top">${t(`“用于几件申请”按${named(data.area)} ${data.from} 至 ${data.to} 入账的 ${data.claims} 件测算：单独去掉该条，结果不同的件数。未标注的，单独去掉不改变任何一件。`, `Where a provision names the claims that it is used by, so many of the ${data.claims} posted in ${named(data.area)} from ${data.from} to ${data.to} would come out otherwise without it. Without the others, taken one at a time, none would.`)}</p>`;
}

/** @param {{id: string}} props */
export default function PolicyPage({ id }) {
    const loaded = useLoad(`policy-${id}`, () => get(`/v1/policies/${id}`));
    const effects = useLoad("latest-effects", () => (may("policies:read-moved") ? latestEffects() : Promise.resolve(null)));
    const wanted = place.value.query.at;
    useEffect(() => { if (wanted && loaded.data) document.getElementById(`provision-${wanted}`)?.scrollIntoView({ block: "center" }); }, [wanted, loaded.data !== null]);
    return html`<${Show} of=${loaded} rows=${8}>${(/** @type {any} */ notice) => html`<${Head} title=${said(notice.title)} up=${[[t("政策", "Policies"), "/policies"]]}>${may("policies:read-moved") && html`<a class="button" href=${at("/effects")}>${t("条款影响", "What articles moved")}</a>`}<button type="button" onClick=${() => window.print()}>${t("打印", "Print")}</button><//>
        <section class="card"><${Facts} rows=${[[t("文号", "Number"), notice.document_no], [t("发文机关", "Issuer"), notice.issuer], [t("发文日期", "Issued"), notice.issued_on], [t("适用区划", "Area"), named(notice.area)], [t("条款数", "Provisions"), notice.provisions.length]]} /></section>
        <${UseOf} effects=${effects} />
        <${Timeline} notice=${id} provisions=${notice.provisions} />
        <div class="stack-top">${notice.provisions.map((/** @type {any} */ each) => html`<article key=${each.provision} id=${`provision-${each.provision}`} class=${`card article ${each.provision === wanted ? "chosen" : ""}`}>
            <div class="step-head"><h2>${each.article}</h2><span class="quiet">${said(each.in_words.decides)} · ${each.effective.from ?? "…"} – ${each.effective.to ?? t("现行", "in force")}${each.source.length > 0 ? ` · ${each.source.join(t("、", ", "))}` : ""}</span>${effects.data && html`<${Used} effects=${effects.data} notice=${id} provision=${each} />`}</div>
            <p>${said(each.says)}</p>
            ${each.in_words.when.zh && html`<p class="quiet">${t("适用条件", "Applies where")}${t("：", ": ")}${said(each.in_words.when)}</p>`}
            ${each.decides !== "nothing" && each.in_words.value.zh && html`<p class="value">${said(each.in_words.value)}</p>`}
            ${each.interpretation && html`<p class="note">${t("理解：", "Read as: ")}${said(each.interpretation)}</p>`}
            ${each.why_not_executed && html`<p class="quiet">${said(each.why_not_executed)}</p>`}</article>`)}</div>`}<//>`;
}
