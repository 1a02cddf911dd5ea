// The days for which a notice's provisions hold, on one axis: provisions of the same days share a bar.
import { html } from "../vendor/kit.js";
import { label } from "../names.js";
import { at, t } from "../state.js";

/** @typedef {import("../api.js").Schemas["ProvisionDocument"]} Provision */

const DAY_MS = 86_400_000;
/** The least room behind the last dated day, in days, so that an open end is seen to go on. */
const BEYOND_MIN = 7;
const ARTICLES_MAX = 6;

const dayOf = (/** @type {string} */ date) => Date.parse(date) / DAY_MS;

/** @param {{notice: string, provisions: Provision[]}} props */
export function Timeline({ notice, provisions }) {
    const spans = [...Map.groupBy(provisions, (each) => [each.effective.from, each.effective.to, each.effective.anchor].join())].map(([, rows]) => ({ ...(/** @type {Provision} */ (rows[0])).effective, rows }));
    const dated = spans.flatMap((each) => [each.from, each.to]).filter((each) => each !== null).map(dayOf);
    if (spans.length < 2 || dated.length === 0) return null;
    const first = Math.min(...dated), last = Math.max(...dated);
    const whole = (last - first) + Math.max(BEYOND_MIN, (last - first) * 0.15);
    const part = (/** @type {number} */ days) => Math.min(100, Math.max(0, (100 * days) / whole));
    const ordered = spans.sort((one, other) => (one.from ?? "").localeCompare(other.from ?? "") || (one.to ?? "9").localeCompare(other.to ?? "9"));
    return html`<section class="card stack-top"><h2>${t("适用日期", "Days of effect")}</h2><ul class="timeline">${ordered.map((each) => {
        const starts = each.from === null ? 0 : part(dayOf(each.from) - first);
        const ends = each.to === null ? 100 : part(dayOf(each.to) + 1 - first);
        const articles = [...new Map(each.rows.map((row) => [row.article, row.provision]))];
        return html`<li key=${`${each.from}-${each.to}-${each.anchor}`}><div class="days"><b>${each.from ?? "…"} – ${each.to ?? t("现行", "in force")}</b> <span class="quiet">${t("按", "by ")}${label(each.anchor, "EffectiveDocument.anchor")}</span></div>
            <div class="track" aria-hidden="true"><div class=${each.to === null ? "span open" : "span"} style=${{ "--start": starts, "--length": Math.max(1, ends - starts) }}></div></div>
            <div class="quiet">${articles.slice(0, ARTICLES_MAX).map(([article, provision], place) => html`${place > 0 && t("、", ", ")}<a href=${at(`/policies/${notice}`, { at: provision })}>${article}</a>`)}${articles.length > ARTICLES_MAX && t(` 等 ${articles.length} 条`, ` and ${articles.length - ARTICLES_MAX} more`)}</div></li>`;
    })}</ul></section>`;
}
