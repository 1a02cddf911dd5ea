// A printed form of the API, shown before it is printed: as its own page, in the style that it brings along.
import { html, useEffect, useRef } from "./vendor/kit.js";
import { download, page, useLoad } from "./api.js";
import { t } from "./state.js";
import { Dialog, Show } from "./ui.js";

/** The form in a frame of its own. @param {{text: string, frame: any}} props */
function Sheet({ text, frame }) {
    useEffect(() => {
        // The policy of content lets no style in that stands in a page, so it is taken out before the page is read.
        const [style = "", css = ""] = text.match(/<style>([\s\S]*?)<\/style>/) ?? [];
        const form = new DOMParser().parseFromString(text.replace(style, ""), "text/html");
        const { contentDocument: inside, contentWindow: view } = frame.current;
        const sheet = new view.CSSStyleSheet();
        sheet.replaceSync(css);
        inside.adoptedStyleSheets = [sheet];
        inside.documentElement.lang = form.documentElement.lang;
        inside.title = form.title;
        inside.body.className = form.body.className;
        inside.body.replaceChildren(...[...form.body.childNodes].map((each) => inside.importNode(each, true)));
    }, [text]);
    return html`<iframe ref=${frame} class="printed" title=${t("打印预览", "The form")}></iframe>`;
}

/** @param {{path: string, name: string, query?: Record<string, string>, title: string, onClose: () => void}} props */
export function Preview({ path, name, query = {}, title, onClose }) {
    const frame = useRef(/** @type {any} */ (null));
    const loaded = useLoad(`print-${path}-${JSON.stringify(query)}`, () => page(path, { ...query, format: "html" }));
    return html`<${Dialog} title=${title} wide onClose=${onClose}><div class="buttons stack-bottom"><button type="button" class="main" disabled=${!loaded.data} onClick=${() => frame.current?.contentWindow.print()}>${t("打印", "Print")}</button>
        <button type="button" onClick=${() => download(path, { ...query, format: "xlsx" }, `${name}.xlsx`)}>${t("下载 Excel", "Download for Excel")}</button></div>
        <${Show} of=${loaded} rows=${6}>${(/** @type {string} */ text) => html`<${Sheet} text=${text} frame=${frame} />`}<//><//>`;
}
