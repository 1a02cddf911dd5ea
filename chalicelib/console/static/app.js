// The shell: who is signed in, the menu, and the page that the address names.
import { Fragment, html, render, useEffect, useState } from "./vendor/kit.js";
import { get, headline, Refused, useLoad } from "./api.js";
import { label, learnNames, learnWords } from "./names.js";
import { finishSignIn, renew } from "./session.js";
import {
    at, dirty, expired, expires, language, leave, leaving, may, me, now, offline, place, said, size, t, theme, token, unit,
} from "./state.js";
import { Dialog, Empty, Later, Problem, Skeleton } from "./ui.js";

/** @typedef {{path: string, zh: string, en: string, module: string, open: () => boolean}} PageSpec */

const can = (/** @type {string[]} */ ...actions) => () => actions.some(may);

/** @type {PageSpec[]} */
const PAGES = [
    { path: "/work", zh: "我的待办", en: "My work", module: "work", open: () => true },
    { path: "/overview", zh: "总览", en: "Overview", module: "overview", open: can("reports:read") },
    { path: "/claims", zh: "结算申请", en: "Claims", module: "claims", open: can("claims:read") },
    { path: "/preview", zh: "试算", en: "What would it pay", module: "preview", open: can("claims:preview", "claims:estimate") },
    { path: "/advances", zh: "预拨", en: "Advances", module: "advances", open: can("advances:read") },
    { path: "/payments", zh: "支付与对账", en: "Payments", module: "payments", open: can("payments:read", "payments:list") },
    { path: "/clearing", zh: "清算", en: "Clearing", module: "clearing", open: can("clearing:read") },
    { path: "/policies", zh: "政策", en: "Policies", module: "policies", open: can("policies:read") },
    { path: "/effects", zh: "条款影响", en: "What articles moved", module: "effects", open: can("policies:read-moved") },
    { path: "/services", zh: "业务", en: "Services", module: "services", open: () => true },
    { path: "/ledger", zh: "账务与审计", en: "Ledger and audit", module: "ledger", open: can("ledger:read") },
    { path: "/operations", zh: "运行", en: "Operations", module: "operations", open: can("operations:read") },
];

/** Pages below a page of the menu. @type {[RegExp, string][]} */
const BELOW = [
    [/^\/claims\/import$/, "import"],
    [/^\/claims\/[^/]+$/, "claim"],
    [/^\/clearing\/[^/]+$/, "run"],
    [/^\/clearing\/[^/]+\/[0-9]{6}$/, "statement"],
    [/^\/policies\/[^/]+$/, "policy"],
    [/^\/ledger\/[^/]+$/, "transaction"],
    [/^\/services\/[^/]+(\/[^/]+)?$/, "service"],
];

function Page() {
    const { path } = place.value;
    const [shown, show] = useState(/** @type {{module: string, view: any} | null} */ (null));
    const [refused, refuse] = useState(/** @type {Refused | null} */ (null));
    const spec = PAGES.find((each) => path === each.path || path.startsWith(`${each.path}/`));
    const module = PAGES.find((each) => each.path === path)?.module ?? BELOW.find(([form]) => form.test(path))?.[1];
    const open = spec !== undefined && spec.open();
    useEffect(() => {
        if (!module || !open) return;
        refuse(null);
        Promise.all([import(`./pages/${module}.js`), import(`./words/${module}.js`)]).then(
            ([found, words]) => { learnWords(words.default); show({ module, view: found.default }); },
            () => refuse(new Refused(0, "unreachable", [], "")),
        );
    }, [module, open]);
    if (!open || !module) {
        return html`<h1>${t("没有此页面", "No such page")}</h1><${Empty}>${t("此页面不存在，或不在您的职责范围内。", "There is no such page, or it is not part of your work.")} <a href=${at("/work")}>${t("回到我的待办", "Back to my work")}</a><//>`;
    }
    if (refused) return html`<${Problem} refused=${refused} retry=${() => location.reload()} />`;
    if (shown?.module !== module) return html`<${Skeleton} />`;
    return html`<${shown.view} key=${path} id=${decodeURIComponent(path.split("/")[2] ?? "")} below=${decodeURIComponent(path.split("/")[3] ?? "")} />`;
}

function Clock() {
    const left = expires.value - now.value;
    if (expires.value === 0 || left > 15 * 60_000) return null;
    return html`<button type="button" class="plain warn" onClick=${renew}>${t(`登录还有 ${Math.max(0, Math.ceil(left / 60_000))} 分钟，点此续期`, `${Math.max(0, Math.ceil(left / 60_000))} minutes left: stay signed in`)}</button>`;
}

function Settings() {
    const turn = (/** @type {any} */ kept, /** @type {string[]} */ values) => () => { kept.value = values[(values.indexOf(kept.value) + 1) % values.length]; };
    return html`<div class="settings">
        <button type="button" class="plain" onClick=${turn(language, ["zh", "en"])} lang=${language.value === "zh" ? "en" : "zh-CN"}>${language.value === "zh" ? "English" : "中文"}</button>
        <button type="button" class="plain" onClick=${turn(theme, ["auto", "light", "dark"])}>${{ auto: t("外观：跟随系统", "Look: system"), light: t("外观：浅色", "Look: light"), dark: t("外观：深色", "Look: dark") }[theme.value] ?? ""}</button>
        <button type="button" class="plain" onClick=${turn(size, ["normal", "large"])} aria-pressed=${size.value === "large"}>${t("大字", "Large type")}</button>
        <button type="button" class="plain" onClick=${turn(unit, ["yuan", "wan"])}>${unit.value === "yuan" ? t("单位：元", "In yuan") : t("单位：万元", "In 10,000 yuan")}</button>
    </div>`;
}

function Shell() {
    const known = me.value;
    const [menu, setMenu] = useState(false);
    useEffect(() => setMenu(false), [place.value.path]);
    if (!known) return null;
    return html`<${Fragment}>
        <a class="skip" href="#main" onClick=${(/** @type {Event} */ event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>${t("跳到正文", "Skip to content")}</a>
        <header class="top">
            <button type="button" class="plain menu-button" aria-expanded=${menu} aria-controls="menu" onClick=${() => setMenu(!menu)}>${t("菜单", "Menu")}</button>
            <a class="brand" href=${at("/work")}><span class="seal" aria-hidden="true">确</span><span><b>${t("确保", "Quebao")}</b><span class="brand-line">${t("医保应急结算", "Emergency medical insurance")}</span></span></a>
            <div class="who"><${Clock} /><span><b>${said(known.name) || known.subject}</b> · ${label(known.role, "role")}</span><span class="quiet">${known.actor}</span>
            <button type="button" class="plain" onClick=${() => { token.value = ""; me.value = null; }}>${t("退出", "Sign out")}</button></div>
        </header>
        ${offline.value && html`<div class="banner" role="status">${t("网络已断开。已填写的内容仍在页面上，恢复后再提交。", "The network is gone. What you entered stays here; send it once it is back.")}</div>`}
        <div class="body">
            <nav id="menu" class=${menu ? "open" : ""} aria-label=${t("主菜单", "Main menu")}>
                <div class="menu-inner">${PAGES.filter((each) => each.open()).map((each) => html`<a key=${each.path} href=${at(each.path)} aria-current=${place.value.path === each.path ? "page" : place.value.path.startsWith(`${each.path}/`) ? "true" : undefined}>${t(each.zh, each.en)}</a>`)}
                <${Settings} /></div>
            </nav>
            <main id="main" tabindex="-1"><${Page} />${language.value === "en" && html`<p class="quiet foot">Institutions, issuers and document numbers stand in Chinese, as the registers hold them; reasons stay as they were written.</p>`}</main>
        </div>
        ${leaving.value !== null && html`<${Dialog} title=${t("内容尚未提交", "Not sent yet")} onClose=${() => (leaving.value = null)}>
            <p>${t("离开后，已填写的内容将丢失。", "What you entered is lost when you leave.")}</p>
            <div class="buttons"><button type="button" class="main" onClick=${() => (leaving.value = null)}>${t("继续填写", "Stay")}</button><button type="button" onClick=${leave}>${t("离开", "Leave")}</button></div><//>`}
        ${(expired.value || (expires.value > 0 && expires.value < now.value)) && html`<${Dialog} title=${t("登录已过期", "Signed out")} onClose=${() => (expired.value = false)}>
            <p>${t("请重新登录后继续；已填写的内容仍在页面上。", "Sign in again to go on. What you entered is still here.")}</p>
            <div class="buttons"><button type="button" class="main" onClick=${renew}>${t("重新登录", "Sign in again")}</button><button type="button" onClick=${() => { dirty.value = false; expired.value = false; token.value = ""; me.value = null; }}>${t("退出", "Sign out")}</button></div><//>`}
    <//>`;
}

function App() {
    const ready = useLoad(token.value && !me.value ? "me" : null, async () => {
        const found = await get("/v1/me");
        await learnNames(found.area);
        me.value = found;
        return found;
    });
    if (me.value) return html`<${Shell} />`;
    if (token.value && ready.refused && ready.refused.status !== 401) {
        return html`<main class="alone"><p>${headline(ready.refused)}</p><${Problem} refused=${ready.refused} retry=${ready.reload} /></main>`;
    }
    if (token.value && ready.loading) return html`<main class="alone"><${Skeleton} /></main>`;
    return html`<main class="alone"><${Later} from=${() => import("./sign-in.js")} part="SignIn" settings=${Settings} /></main>`;
}

const root = document.getElementById("app");
if (root && !(await finishSignIn())) render(html`<${App} />`, root);
