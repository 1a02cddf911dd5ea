// Signing in: by an OIDC provider (authorisation code with PKCE), or on the local stack by choosing whom to be.
import { html, useMemo, useState } from "./vendor/kit.js";
import { BASE, Refused, useLoad } from "./api.js";
import { expired, me, said, t, token } from "./state.js";
import { Field, Problem, Skeleton } from "./ui.js";

/** @typedef {{client_id: string, authorize_url: string, token_url: string}} Provider */
/** @typedef {{role: string, subject: string, name: {zh: string, en: string}}} Subject */

const CHANNEL = "quebao-sign-in";
const RETURN = `${location.origin}${location.pathname}`;

const base64 = (/** @type {Uint8Array} */ bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const random = () => base64(crypto.getRandomValues(new Uint8Array(32)));

/** @returns {Promise<Provider | null>} */
async function provider() {
    return (await (await fetch(`${BASE}/console/settings`)).json()).sign_in;
}

/** @param {Provider} found @param {boolean} popup */
async function authorize(found, popup) {
    const verifier = random();
    const state = random();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
    localStorage.setItem(`pkce-${state}`, JSON.stringify({ verifier, popup, hash: location.hash }));
    const query = new URLSearchParams({
        response_type: "code", client_id: found.client_id, redirect_uri: RETURN, scope: "openid", state,
        code_challenge: base64(digest), code_challenge_method: "S256",
    });
    const to = `${found.authorize_url}?${query}`;
    if (popup) window.open(to, "sign-in", "width=480,height=640");
    else location.assign(to);
}

/** What the provider sent the browser back with becomes a token. Answers whether this window is done. */
export async function finishSignIn() {
    const query = new URLSearchParams(location.search);
    const [code, state] = [query.get("code"), query.get("state")];
    const kept = state && localStorage.getItem(`pkce-${state}`);
    if (!code || !state || !kept) return false;
    localStorage.removeItem(`pkce-${state}`);
    const { verifier, popup, hash } = JSON.parse(kept);
    const found = await provider();
    history.replaceState(null, "", `${location.pathname}${hash || "#/work"}`);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
    if (!found) return false;
    const body = new URLSearchParams({
        grant_type: "authorization_code", code, redirect_uri: RETURN, client_id: found.client_id, code_verifier: verifier,
    });
    const answer = await fetch(found.token_url, { method: "POST", body }).then((response) => response.json(), () => ({}));
    if (!answer.access_token) return false;
    if (popup) {
        new BroadcastChannel(CHANNEL).postMessage(answer.access_token);
        window.close();
        return true;
    }
    token.value = answer.access_token;
    return false;
}

new BroadcastChannel(CHANNEL).onmessage = (event) => accept(String(event.data));

/** @param {string} given */
function accept(given) {
    token.value = given;
    expired.value = false;
}

/** @param {string} role @param {string} subject @param {string} [actor] */
async function pick(role, subject, actor) {
    const body = JSON.stringify({ role, subject, ...(actor ? { actor } : {}) });
    const response = await fetch(`${BASE}/local/token`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    if (!response.ok) throw new Refused(response.status, "refused", [], "");
    accept((await response.json()).token);
}

/** Sign in again as the same person, without leaving the page. */
export async function renew() {
    const known = me.value;
    const found = await provider();
    if (found) await authorize(found, true);
    else if (known) await pick(known.role, known.subject, known.actor);
}

/** @returns {[string, string, string, string, string][]} */
const ROLES = () => [
    ["hospital", t("定点医药机构", "Hospital"), t("提交结算申请，查询支付和预拨。", "Submits claims, follows payments and advances."), "H53010200001", ""],
    ["agency", t("医保经办机构", "Agency"), t("审核、批准预拨、确认清算对账单。", "Reviews, approves advances, confirms statements."), "530100", ""],
    ["finance", t("财政部门", "Finance"), t("登记银行回单，拨付财政分担资金。", "Reports the bank's receipts and pays the fiscal share."), "530100", ""],
    ["centre", t("清算中心", "Clearing centre"), t("关闭清算期、裁定争议、登记清算回单。", "Closes windows, rules on disputes, receives net payments."), "000000", ""],
    ["policy", t("政策管理岗", "Policy officer"), t("编制、测算和发布政策文件。", "Writes, simulates and publishes policies."), "000000", ""],
    ["health", t("卫生健康部门", "Health commission"), t("认定患者，更正病例状态。", "Identifies patients and corrects their status."), "530000", ""],
    ["township", t("乡镇街道", "Township office"), t("受理备案和手工报销，上报问题。", "Files treatment elsewhere, accepts bills, reports issues."), "530102", ""],
    ["operator", t("系统运维", "Operator"), t("查看运行情况，重新开始隔离的申请。", "Watches how the system runs, starts again what was set aside."), "000000", ""],
    ["auditor", t("审计", "Auditor"), t("查阅全部记录，不作任何变更。", "Reads everything and changes nothing."), "000000", ""],
];

/** @param {{settings: any}} props */
export function SignIn({ settings: Settings }) {
    const found = useLoad("provider", async () => {
        const configured = await provider();
        if (configured) return { configured, subjects: [] };
        const response = await fetch(`${BASE}/local/subjects`);
        return { configured: null, subjects: response.ok ? (await response.json()).items : [] };
    });
    return html`<div class="sign-in">
        <div class="sign-in-head"><span class="seal" aria-hidden="true">确</span><div><h1>${t("确保 · 医保应急结算", "Quebao · emergency medical insurance")}</h1>
        <p class="quiet">${t("突发公共卫生事件医疗保障结算平台", "Settles medical insurance in a public-health emergency")}</p></div></div>
        ${found.refused && html`<${Problem} refused=${new Refused(0, "unreachable", [], "")} retry=${found.reload} />`}
        ${!found.data ? html`<${Skeleton} rows=${3} />` : found.data.configured
            ? html`<section class="card"><p>${t("使用单位统一身份认证登录。", "Sign in with your office's account.")}</p><div class="buttons"><button type="button" class="main" onClick=${() => authorize(found.data.configured, false)}>${t("登录", "Sign in")}</button></div></section>`
            : found.data.subjects.length > 0
              ? html`<${Picker} subjects=${found.data.subjects} />`
              : html`<section class="card"><p>${t("尚未配置登录方式，请联系运维人员。", "Nobody has configured how to sign in. Ask whoever runs the system.")}</p></section>`}
        <${Settings} />
    </div>`;
}

/** @param {{subjects: Subject[]}} props */
function Picker({ subjects }) {
    const [role, setRole] = useState("agency");
    const [chosen, choose] = useState(/** @type {Record<string, string>} */ ({}));
    const [actor, setActor] = useState("");
    const [refused, refuse] = useState(/** @type {Refused | null} */ (null));
    const options = useMemo(() => subjects.filter((each) => each.role === role), [role, subjects]);
    const usual = ROLES().find(([code]) => code === role)?.[3] ?? "";
    const subject = chosen[role] ?? (options.some((each) => each.subject === usual) ? usual : (options[0]?.subject ?? ""));
    const enter = (/** @type {Event} */ event) => {
        event.preventDefault();
        pick(role, subject, actor.trim() || undefined).catch(refuse);
    };
    return html`<form class="card picker" onSubmit=${enter}>
        <p class="note">${t("本机演示环境：选择角色即可进入，无需密码。", "This is the local demonstration: choose whom to be; there is no password.")}</p>
        <fieldset><legend>${t("角色", "Role")}</legend><div class="roles">${ROLES().map(([code, title, text]) => html`
            <label key=${code} class=${code === role ? "chosen" : ""}><input type="radio" name="role" value=${code} checked=${code === role} onChange=${() => setRole(code)} /><span><b>${title}</b><span class="quiet">${text}</span></span></label>`)}</div></fieldset>
        <div class="pair">
            <${Field} name="subject" title=${t("单位", "Office")} value=${subject} onChange=${(/** @type {string} */ value) => choose({ ...chosen, [role]: value })}
                options=${options.map((each) => [each.subject, `${said(each.name)}（${each.subject}）`])} />
            <${Field} name="actor" title=${t("经办人（可不填）", "Person (may be left empty)")} value=${actor} onChange=${setActor} hint=${t("需两人办理的事项，请换一名经办人。", "What needs two people needs another name here.")} />
        </div>
        ${refused && html`<${Problem} refused=${refused} />`}
        <div class="buttons"><button type="submit" class="main">${t("进入", "Enter")}</button></div>
    </form>`;
}
