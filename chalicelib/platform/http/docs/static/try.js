// A form that sends a call of the API: whose it is, its parameters and its body, filled with the example.

const LABELS = {
  role: { zh: "角色和单位", en: "Who calls" },
  token: { zh: "访问令牌", en: "Token" },
  send: { zh: "发送", en: "Send" },
  body: { zh: "请求体（JSON）", en: "Body (JSON)" },
  wait: { zh: "等待结果的秒数", en: "Seconds to wait for the result" },
  gone: { zh: "连接不上服务器。", en: "The server cannot be reached." },
};

// Whom one may be on the local stack; nobody where it is deployed, where a token is pasted instead.
let subjects = null;
const whoMayCall = (base) => (subjects ??= fetch(`${base}/local/subjects`)
  .then((response) => (response.ok && (response.headers.get("content-type") || "").includes("json") ? response.json() : { items: [] }))
  .then((found) => found.items, () => []));

const kept = (name) => sessionStorage.getItem(name) || "";

async function tokenFor(base, chosen) {
  const [role, subject] = chosen.split("@");
  const response = await fetch(`${base}/local/token`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ role, subject }),
  });
  return (await response.json()).token;
}

export function tryIt({ base, element, bilingual, code, method, path, operation }) {
  const form = element("form", "try");
  const answer = element("div", "answered");
  answer.setAttribute("role", "status");
  const inputs = new Map();
  const field = (name, text, made) => {
    made.name = name;
    return element("label", "", element("span", "inline", typeof text === "string" ? text : bilingual(text)), made);
  };
  const row = element("div", "row");
  const secured = operation.security.length > 0;
  const who = secured ? element("div", "row") : null;
  if (who) {
    whoMayCall(base).then((items) => {
      const open = Object.keys(operation["x-access"] || {});
      const mine = items.filter((each) => open.includes(each.role));
      if (mine.length === 0) {
        const input = element("input", "");
        input.value = kept("docs-token");
        who.append(field("token", LABELS.token, input));
        return;
      }
      const usual = mine.find((each) => each.subject === "H53010200001") || mine.find((each) => each.subject === "530100") || mine[0];
      const select = element("select", "", mine.map((each) => {
        const option = element("option", "", `${each.role} · ${each.name.zh}（${each.subject}）`);
        option.value = `${each.role}@${each.subject}`;
        option.selected = each === usual;
        return option;
      }));
      who.append(field("who", LABELS.role, select));
    });
  }
  for (const parameter of operation.parameters || []) {
    const values = parameter.schema.enum;
    const input = values ? element("select", "", ["", ...values].map((value) => { const option = element("option", "", value); option.value = value; return option; })) : element("input", "");
    inputs.set(parameter, input);
    row.append(field(parameter.name, `${parameter.name}${parameter.required ? " *" : ""}`, input));
  }
  const taken = operation.requestBody && operation.requestBody.content["application/json"];
  const body = taken ? element("textarea", "") : null;
  if (body) body.value = JSON.stringify(taken.example ?? {}, null, 2);
  const send = element("button", "send inline", bilingual(LABELS.send));
  send.type = "submit";
  form.append(...[who, row.childElementCount ? row : null, body && field("body", LABELS.body, body), send, answer].filter(Boolean));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      answer.replaceChildren(...(await sent()));
    } catch {
      answer.replaceChildren(element("p", "failure inline", bilingual(LABELS.gone)));
    }
    send.disabled = false;
  });

  async function sent() {
    const headers = new Headers();
    const chosen = form.querySelector("[name=who]");
    const pasted = form.querySelector("[name=token]");
    if (chosen) headers.set("Authorization", `Bearer ${await tokenFor(base, chosen.value)}`);
    if (pasted) {
      sessionStorage.setItem("docs-token", pasted.value.trim());
      headers.set("Authorization", `Bearer ${pasted.value.trim()}`);
    }
    let place = path;
    const query = new URLSearchParams();
    for (const [parameter, input] of inputs) {
      const value = input.value.trim();
      if (!value) continue;
      if (parameter.in === "path") place = place.replace(`{${parameter.name}}`, encodeURIComponent(value));
      else if (parameter.in === "query") query.set(parameter.name, value);
      else headers.set(parameter.name, value);
    }
    if (body) headers.set("Content-Type", "application/json");
    const started = performance.now();
    const response = await fetch(`${base}${place}${query.size ? `?${query}` : ""}`, { method: method.toUpperCase(), headers, body: body ? body.value : undefined });
    const text = await response.text();
    const took = Math.round(performance.now() - started);
    const kind = response.status < 400 ? "ok" : response.status < 500 ? "refused" : "failed";
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* a file, shown as it is */ }
    return [element("p", "", element("span", `status ${kind}`, String(response.status)), ` ${took} ms`), code(shown.slice(0, 20_000))];
  }
  return form;
}
