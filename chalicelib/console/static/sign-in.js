// The page on which people sign in: at their office's provider, or on the local stack by choosing whom to be.
import { html, useMemo, useState } from "./vendor/kit.js";
import { BASE, Refused, useLoad } from "./api.js";
import { authorize, pick, provider } from "./session.js";
import { said, t } from "./state.js";
import { Field, Problem, Skeleton } from "./ui.js";

/** @typedef {{role: string, subject: string, name: {zh: string, en: string}}} Subject */

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
                options=${options.map((each) => [each.subject, `${said(each.name)} ${each.subject}`])} />
            <${Field} name="actor" title=${t("经办人（可不填）", "Person (may be left empty)")} value=${actor} onChange=${setActor} hint=${t("需两人办理的事项，请换一名经办人。", "What needs two people needs another name here.")} />
        </div>
        ${refused && html`<${Problem} refused=${refused} />`}
        <div class="buttons"><button type="submit" class="main">${t("进入", "Enter")}</button></div>
    </form>`;
}
