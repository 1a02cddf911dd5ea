// A form that sends a call of the API: whose it is, its parameters and its body, filled with the example.

const LABELS = {
  role: { zh: "角色和单位", en: "Who calls" },
  token: { zh: "访问令牌", en: "Token" },
  send: { zh: "发送", en: "Send" },
  body: { zh: "请求体（JSON）", en: "Body (JSON)" },
  wait: { zh: "等待结果的秒数", en: "Seconds to wait for the result" },
  required: { zh: "必填", en: "required" },
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

// A value that a parameter may have: the description's own example, or the sample area, hospital and bundle.
const USUAL = { area: "530100", province: "530000", tier: "530000", institution: "H53010200001", code: "H53010200001", bundle: "current", before: "current", after: "current" };
export function exampleOf(parameter) {
  const { schema } = parameter;
  const found = parameter.example ?? (schema.examples || [])[0] ?? (schema.enum ? "" : USUAL[parameter.name]) ?? "";
  return schema.pattern && found && !new RegExp(schema.pattern).test(found) ? "" : String(found);
}

export function tryIt({ base, element, bilingual, code, said, listed, method, path, operation }) {
  const form = element("form", "try");
  const answer = element("div", "answered");
  answer.setAttribute("role", "status");
  const inputs = new Map();
  const field = (name, text, made) => {
    made.name = name;
    return element("label", "", element("span", "inline", bilingual(text)), made);
  };
  // A parameter with what it means; an example stands in the field where it must be filled, and beside it elsewhere.
  const asked = (parameter) => {
    const { name, required, schema } = parameter;
    const meaning = (value) => { const words = (schema["x-values"] || {})[value]; return words ? `${value} · ${words.zh} · ${words.en}` : value; };
    const input = schema.enum
      ? element("select", "", (required ? schema.enum : ["", ...schema.enum]).map((value) => { const option = element("option", "", meaning(value)); option.value = value; return option; }))
      : element("input", "");
    if (schema.format === "date") { input.type = "date"; if (required) input.value = new Date().toISOString().slice(0, 10); }
    const example = exampleOf(parameter);
    const offered = parameter.in === "path" && listed && !(name in USUAL);
    if (!schema.enum && schema.format !== "date") { if (required && !offered) input.value = example; else input.placeholder = example; }
    input.name = name;
    if (offered) offer(input, name);
    inputs.set(parameter, input);
    return element("label", "", element("span", "inline", element("code", "", name), required ? element("span", "required inline", bilingual(LABELS.required)) : null), input,
      element("span", "note inline", bilingual(said(parameter, "description"))));
  };
  // The ids of a path are those of the list above it, read as whoever calls.
  const offer = (input, name) => {
    const ids = element("datalist", "");
    ids.id = `ids-${method}-${path}-${name}`.replace(/[^A-Za-z0-9]+/g, "-");
    input.setAttribute("list", ids.id);
    form.append(ids);
    input.addEventListener("focus", async () => {
      const response = await fetch(`${base}${listed}`, { headers: await authorised() });
      const rows = response.ok ? (await response.json()).items || [] : [];
      ids.replaceChildren(...rows.filter((each) => each[name]).map((each) => { const option = element("option", ""); option.value = each[name]; return option; }));
    }, { once: true });
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
    row.append(asked(parameter));
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

  // The token of whoever was chosen, or the one that was pasted.
  async function authorised() {
    const headers = new Headers();
    const chosen = form.querySelector("[name=who]");
    const pasted = form.querySelector("[name=token]");
    if (chosen) headers.set("Authorization", `Bearer ${await tokenFor(base, chosen.value)}`);
    if (pasted) {
      sessionStorage.setItem("docs-token", pasted.value.trim());
      headers.set("Authorization", `Bearer ${pasted.value.trim()}`);
    }
    return headers;
  }

  async function sent() {
    const headers = await authorised();
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
