// One notice: its provisions as articles, with what each decides, when, and how unclear texts were read.
import { html, useEffect } from "../vendor/kit.js";
import { get, useLoad } from "../api.js";
import { named } from "../names.js";
import { at, may, place, said, t } from "../state.js";
import { Facts, Head, Show } from "../ui.js";
import { Timeline } from "./timeline.js";

/** @param {{id: string}} props */
export default function PolicyPage({ id }) {
    const loaded = useLoad(`policy-${id}`, () => get(`/v1/policies/${id}`));
    const wanted = place.value.query.at;
    useEffect(() => { if (wanted && loaded.data) document.getElementById(`provision-${wanted}`)?.scrollIntoView({ block: "center" }); }, [wanted, loaded.data !== null]);
    return html`<${Show} of=${loaded} rows=${8}>${(/** @type {any} */ notice) => html`<${Head} title=${said(notice.title)} up=${[[t("政策", "Policies"), "/policies"]]}>${may("policies:read-moved") && html`<a class="button" href=${at("/effects")}>${t("条款影响", "What articles moved")}</a>`}<button type="button" onClick=${() => window.print()}>${t("打印", "Print")}</button><//>
        <section class="card"><${Facts} rows=${[[t("文号", "Number"), notice.document_no], [t("发文机关", "Issuer"), notice.issuer], [t("发文日期", "Issued"), notice.issued_on], [t("适用区划", "Area"), named(notice.area)], [t("条款数", "Provisions"), notice.provisions.length]]} /></section>
        <${Timeline} notice=${id} provisions=${notice.provisions} />
        <div class="stack-top">${notice.provisions.map((/** @type {any} */ each) => html`<article key=${each.provision} id=${`provision-${each.provision}`} class=${`card article ${each.provision === wanted ? "chosen" : ""}`}>
            <div class="step-head"><h2>${each.article}</h2><span class="quiet">${said(each.in_words.decides)} · ${each.effective.from ?? "…"} – ${each.effective.to ?? t("现行", "in force")}${each.source.length > 0 ? ` · ${each.source.join(t("、", ", "))}` : ""}</span></div>
            <p>${said(each.says)}</p>
            ${each.in_words.when.zh && html`<p class="quiet">${t("适用条件", "Applies where")}${t("：", ": ")}${said(each.in_words.when)}</p>`}
            ${each.decides !== "nothing" && each.in_words.value.zh && html`<p class="value">${said(each.in_words.value)}</p>`}
            ${each.interpretation && html`<p class="note">${t("理解：", "Read as: ")}${said(each.interpretation)}</p>`}
            ${each.why_not_executed && html`<p class="quiet">${said(each.why_not_executed)}</p>`}</article>`)}</div>`}<//>`;
}
