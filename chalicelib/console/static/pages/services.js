// The services of an office, by what they are about: each that the role may see.
import { html } from "../vendor/kit.js";
import services from "../services.js";
import { at, may, t } from "../state.js";
import { Head } from "../ui.js";

/** Whether somebody may see a service; a public list is everybody's. @param {import("../services.js").Listed} service */
export const open = (service) => service.a.length === 0 || service.a.some(may);

export default function Services() {
    const groups = new Map(services.filter(open).map((each) => [each.g[0], each.g]));
    return html`<${Head} title=${t("业务", "Services")}><//>
        ${[...groups.values()].map(([zh, en]) => html`<section class="stack-bottom" key=${zh}><h2>${t(zh, en)}</h2><div class="service-list">
            ${services.filter((each) => each.g[0] === zh && open(each)).map((each) => html`<a class="card" key=${each.c} href=${at(`/services/${each.c}`)}><b>${t(each.t[0], each.t[1])}</b><span class="quiet">${t(each.d[0], each.d[1])}</span></a>`)}</div></section>`)}`;
}
