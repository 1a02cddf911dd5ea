// Renders the guides and this API's own OpenAPI document, one thing at a time. Builds elements only: no text from
// anywhere is read as markup.
import { GUIDES } from "./guides.js";
import { exampleOf, tryIt } from "./try.js";

const base = location.pathname.replace(/\/docs\/?$/, "");

const LABELS = {
  parameters: { zh: "参数", en: "Parameters" },
  body: { zh: "请求体", en: "Request body" },
  answers: { zh: "响应", en: "Answers" },
  example: { zh: "示例", en: "Example" },
  call: { zh: "命令行调用", en: "From a shell" },
  required: { zh: "必填", en: "required" },
  public: { zh: "无需令牌", en: "no token needed" },
  fields: { zh: "字段", en: "fields" },
  headers: { zh: "响应头", en: "Headers" },
  guides: { zh: "按任务", en: "By task" },
  copy: { zh: "复制", en: "Copy" },
  copied: { zh: "已复制", en: "Copied" },
  nothing: { zh: "没有找到。", en: "Nothing found." },
  found: { zh: "查找结果", en: "Found" },
  field: { zh: "字段", en: "field" },
  tryIt: { zh: "试一试", en: "Try it" },
  events: { zh: "事件", en: "Events" },
  contents: { zh: "目录", en: "Contents" },
  such: { zh: "如", en: "such as" },
};

const ROLES = {
  hospital: "医院", agency: "医保经办机构", finance: "财政", health: "卫生健康部门", centre: "清算中心", policy: "政策管理岗", auditor: "审计",
  township: "乡镇街道", operator: "系统运维",
};

const REACH = {
  all: "全部", own: "本机构", "own area": "本区划", "institutions it settles with": "所结算机构", "own tier": "本级",
};

function element(name, classes, ...children) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) made.append(child);
  }
  return made;
}

// A text whose names of fields and values, between backticks, are set as code.
function worded(text) {
  return String(text).split("`").map((part, place) => (place % 2 === 1 ? element("code", "", part) : part));
}

function bilingual(text) {
  if (typeof text === "string") return worded(text);
  const zh = element("span", "zh", worded(text.zh));
  zh.lang = "zh-CN";
  const en = element("span", "en", worded(text.en));
  en.lang = "en";
  return [zh, en];
}

function said(object, key) {
  return (object["x-text"] && object["x-text"][key]) || object[key] || "";
}

function anchor(method, path) {
  return `${method}-${path}`.replace(/[^A-Za-z0-9]+/g, "-");
}

function resolve(spec, node) {
  let found = node;
  while (found && found.$ref) {
    found = found.$ref.slice(2).split("/").reduce((at, key) => at[key.replace(/~1/g, "/").replace(/~0/g, "~")], spec);
  }
  return found;
}

function nameOf(node) {
  return node.$ref ? node.$ref.split("/").pop() : null;
}

function variants(node) {
  return node.anyOf || node.oneOf || node.allOf || null;
}

function typeText(spec, node) {
  if (node.$ref) return nameOf(node);
  if (variants(node)) return variants(node).map((each) => typeText(spec, each)).join(" | ");
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum) return node.enum.map((each) => JSON.stringify(each)).join(" | ");
  if (node.type === "array") return `[${typeText(spec, node.items || {})}]`;
  const format = node.format ? ` (${node.format})` : "";
  return `${[].concat(node.type || "any").join(" | ")}${format}`;
}

// The objects inside a schema that have fields of their own to show.
function objectsIn(spec, node) {
  if (!node) return [];
  if (node.$ref) return objectsIn(spec, resolve(spec, node)).map((each) => ({ name: nameOf(node), schema: each.schema }));
  if (variants(node)) return variants(node).flatMap((each) => objectsIn(spec, each));
  if (node.type === "array") return objectsIn(spec, node.items);
  return node.properties ? [{ name: node.title || "", schema: node }] : [];
}

function fields(spec, schema, depth) {
  const required = new Set(schema.required || []);
  const rows = Object.entries(schema.properties || {}).map(([name, property]) => {
    const row = element("li", "", element("span", "name", name), element("span", "type", typeText(spec, property)));
    if (required.has(name)) row.append(element("span", "required inline", bilingual(LABELS.required)));
    if (property.description) row.append(element("div", "note", bilingual(said(property, "description"))));
    for (const [value, words] of meanings(property)) {
      row.append(element("div", "note", element("code", "", value), " ", bilingual(words)));
    }
    for (const inner of objectsIn(spec, property)) row.append(nested(spec, inner, depth));
    return row;
  });
  return element("ul", "schema", rows);
}

// What the values of an enumeration mean, wherever in the property it stands.
function meanings(node) {
  if (!node || typeof node !== "object") return [];
  if (node["x-values"]) return Object.entries(node["x-values"]);
  return [...(variants(node) || []), node.items].filter(Boolean).flatMap(meanings);
}

function nested(spec, inner, depth) {
  const details = element("details", "", element("summary", "inline", element("span", "", inner.name, " "),
    element("span", "", bilingual(LABELS.fields))));
  // Filled when first opened: a schema may contain itself.
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(fields(spec, inner.schema, depth + 1));
  });
  return details;
}

function schemaView(spec, node) {
  const objects = objectsIn(spec, node);
  if (!objects.length) return element("p", "type", typeText(spec, node));
  return element("div", "", objects.map((each) => element("div", "",
    each.schema.description ? element("p", "note", worded(each.schema.description)) : null, fields(spec, each.schema, 0))));
}

function code(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const copy = element("button", "copy inline", bilingual(LABELS.copy));
  copy.type = "button";
  copy.addEventListener("click", () => navigator.clipboard.writeText(text).then(() => copy.replaceChildren(...bilingual(LABELS.copied))));
  const pre = element("pre", "", element("code", "", text));
  pre.tabIndex = 0;
  return element("div", "code", copy, pre);
}

function heading(label) {
  return element("h4", "inline", bilingual(label));
}

function content(spec, holder) {
  return Object.entries(holder.content || {}).flatMap(([media, { schema, example }]) => [
    element("p", "note", media),
    schemaView(spec, schema || {}),
    example === undefined ? null : code(example),
  ]);
}

function parameters(spec, operation) {
  if (!operation.parameters) return [];
  const rows = operation.parameters.map((parameter) => element("tr", "",
    element("td", "", parameter.name),
    element("td", "note", parameter.in),
    element("td", "note", parameter.schema.enum ? "" : typeText(spec, parameter.schema)),
    element("td", "",
      parameter.required ? element("span", "required inline", bilingual(LABELS.required)) : null,
      bilingual(said(parameter, "description")),
      meanings(parameter.schema).map(([value, words]) => element("div", "note inline", element("code", "", value), " ", bilingual(words))),
      exampleOf(parameter) ? element("div", "note inline", bilingual(LABELS.such), " ", element("code", "", exampleOf(parameter))) : null)));
  return [heading(LABELS.parameters), element("table", "", element("tbody", "", rows))];
}

function kindOf(status) {
  if (status < 400) return "ok";
  return status < 500 ? "refused" : "failed";
}

function answers(spec, operation) {
  const rows = Object.entries(operation.responses).map(([status, reference]) => {
    const response = resolve(spec, reference);
    const headers = Object.entries(response.headers || {}).map(([name, header]) =>
      element("p", "note", worded(`${name}: ${header.description}`)));
    return element("details", "",
      element("summary", "inline", element("span", `status ${kindOf(Number(status))}`, status),
        element("span", "", bilingual(said(response, "description")))),
      element("div", "inside", headers, content(spec, response)));
  });
  return [heading(LABELS.answers), ...rows];
}

function shellCall(method, path, operation, body) {
  const parts = [`curl -X ${method.toUpperCase()} "${location.origin}${base}${path}"`];
  if (operation.security.length) parts.push('-H "Authorization: Bearer $TOKEN"');
  if (body) parts.push('-H "Content-Type: application/json"', `-d '${JSON.stringify(body)}'`);
  return element("details", "", element("summary", "inline", element("span", "", bilingual(LABELS.call))),
    element("div", "inside", code(parts.join(" \\\n  "))));
}

function access(operation) {
  const granted = Object.entries(operation["x-access"] || {});
  if (!granted.length) return element("ul", "access", element("li", "inline", bilingual(LABELS.public)));
  return element("ul", "access", granted.map(([role, reach]) => element("li", "inline",
    element("span", "zh", element("b", "", ROLES[role] || role), ` ${REACH[reach] || reach}`),
    element("span", "en", element("b", "", role), ` ${reach}`))));
}

function operationCard(spec, method, path, operation) {
  const link = element("a", "", path);
  link.href = `#${anchor(method, path)}`;
  const card = element("article", "operation",
    element("p", "address", element("span", `verb ${method}`, method.toUpperCase()), link),
    element("h3", "", bilingual(said(operation, "summary"))),
    element("div", "says", bilingual(said(operation, "description"))),
    access(operation),
    parameters(spec, operation));
  card.id = anchor(method, path);
  const taken = operation.requestBody && operation.requestBody.content["application/json"];
  if (taken) {
    card.append(heading(LABELS.body), schemaView(spec, taken.schema));
    if (taken.example) {
      card.append(element("details", "", element("summary", "inline", element("span", "", bilingual(LABELS.example))),
        element("div", "inside", code(taken.example))));
    }
  }
  card.append(...answers(spec, operation), shellCall(method, path, operation, taken && taken.example));
  return card;
}

function operationsOf(spec, tag) {
  return Object.entries(spec.paths).flatMap(([path, methods]) => Object.entries(methods)
    .filter(([, operation]) => operation.tags.includes(tag))
    .map(([method, operation]) => ({ method, path, operation })));
}

function everyOperation(spec) {
  return spec.tags.flatMap((tag) => operationsOf(spec, tag.name));
}

// What a guide is made of: sentences, commands, tables, events, and forms of operations.
function guidePart(spec, part) {
  if (part.says) return element("p", "says", bilingual(part.says));
  if (part.code) return code(part.code);
  if (part.link) {
    const link = element("a", "inline", bilingual(part.text));
    link.href = `docs/${part.link}`;
    return element("p", "", link);
  }
  if (part.table) {
    return element("table", "", element("tbody", "", part.table.map(([name, text]) =>
      element("tr", "", element("td", "", name), element("td", "", bilingual(text))))));
  }
  if (part.webhooks) {
    return element("div", "", heading(LABELS.events), Object.entries(spec.webhooks || {}).map(([name, { post }]) =>
      element("details", "", element("summary", "inline", element("code", "", name), element("span", "", bilingual(said(post, "summary")))),
        element("div", "inside", content(spec, post.requestBody || {})))));
  }
  const found = everyOperation(spec).find(({ operation }) => operation.operationId === part.try);
  const link = element("a", "", found.path);
  link.href = `#${anchor(found.method, found.path)}`;
  return element("section", "tried", element("p", "address", element("span", `verb ${found.method}`, found.method.toUpperCase()), link),
    tried(spec, found));
}

// The form of an operation, with the list whose rows hold the ids that the path asks for.
function tried(spec, found) {
  const above = found.path.slice(0, found.path.indexOf("{") - 1);
  const listed = found.path.includes("{") && (spec.paths[above] || {}).get ? above : "";
  return tryIt({ base, element, bilingual, code, said, listed, ...found });
}

function guideView(spec, guide) {
  return element("article", "operation guide", element("h2", "", bilingual(guide.title)), guide.parts.map((part) => guidePart(spec, part)));
}

function tagView(spec, tag) {
  return element("article", "operation", element("h2", "inline", bilingual(said(tag, "description"))),
    element("table", "", element("tbody", "", operationsOf(spec, tag.name).map(({ method, path, operation }) =>
      element("tr", "", element("td", "", linkTo(method, path)), element("td", "", bilingual(said(operation, "summary"))))))));
}

function linkTo(method, path) {
  const link = element("a", "route", element("span", `verb ${method}`, method.toUpperCase()), " ", element("span", "", path));
  link.href = `#${anchor(method, path)}`;
  return link;
}

// The fields that an operation takes or answers, however deep, each once.
function fieldsOf(spec, operation) {
  const found = new Map();
  const walk = (node, seen) => {
    for (const { schema } of objectsIn(spec, node)) {
      if (seen.has(schema)) continue;
      seen.add(schema);
      for (const [name, property] of Object.entries(schema.properties || {})) {
        if (!found.has(name)) found.set(name, said(property, "description"));
        walk(property, seen);
      }
    }
  };
  const seen = new Set();
  for (const holder of [operation.requestBody, ...Object.entries(operation.responses).filter(([status]) => status < "400").map(([, each]) => each)]) {
    for (const { schema } of Object.values((holder && resolve(spec, holder).content) || {})) walk(schema || {}, seen);
  }
  for (const parameter of operation.parameters || []) found.set(parameter.name, said(parameter, "description"));
  return found;
}

const FOUND_MAX = 40;

function searchView(spec, words) {
  const wanted = words.toLowerCase().trim();
  const has = (...texts) => texts.some((text) => JSON.stringify(text).toLowerCase().includes(wanted));
  const rows = GUIDES.filter((guide) => has(guide.title, guide.parts)).map((guide) => {
    const link = element("a", "", bilingual(guide.title));
    link.href = `#${guide.id}`;
    return element("tr", "", element("td", "", link), element("td", "inline", bilingual(LABELS.guides)));
  });
  for (const { method, path, operation } of everyOperation(spec)) {
    const itself = has(path, operation.operationId, operation["x-text"]);
    const fields = [...fieldsOf(spec, operation)].filter(([name, text]) => has(name, text)).slice(0, 3);
    if (!itself && fields.length === 0) continue;
    rows.push(element("tr", "", element("td", "", linkTo(method, path)), element("td", "", bilingual(said(operation, "summary")),
      fields.map(([name, text]) => element("div", "note inline", element("code", "", name), " ", bilingual(text))))));
  }
  if (rows.length === 0) return element("p", "inline", bilingual(LABELS.nothing));
  return element("article", "operation", element("h2", "inline", bilingual(LABELS.found), ` ${Math.min(rows.length, FOUND_MAX)}${rows.length > FOUND_MAX ? "+" : ""}`),
    element("table", "", element("tbody", "", rows.slice(0, FOUND_MAX))));
}

// The one thing that the address names: a guide, a group of routes, or a route with its form.
function viewOf(spec, name) {
  const guide = GUIDES.find((each) => each.id === name);
  if (guide) return guideView(spec, guide);
  const tag = spec.tags.find((each) => `tag-${each.name}` === name);
  if (tag) return tagView(spec, tag);
  const found = everyOperation(spec).find(({ method, path }) => anchor(method, path) === name);
  if (!found) return guideView(spec, GUIDES[0]);
  const card = operationCard(spec, found.method, found.path, found.operation);
  card.append(heading(LABELS.tryIt), tried(spec, found));
  return card;
}

function show(spec) {
  const name = decodeURIComponent(location.hash.slice(1));
  document.getElementById("main").replaceChildren(viewOf(spec, name));
  for (const link of document.querySelectorAll("#contents a")) {
    if (link.hash === location.hash || (!location.hash && link.hash === `#${GUIDES[0].id}`)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  window.scrollTo(0, 0);
}

function contentsOf(spec) {
  const guides = GUIDES.map((guide) => {
    const link = element("a", "", element("span", "", bilingual(guide.title)));
    link.href = `#${guide.id}`;
    return link;
  });
  const groups = spec.tags.map((tag) => {
    const top = element("a", "", element("span", "inline", bilingual(said(tag, "description"))));
    top.href = `#tag-${tag.name}`;
    return element("details", "inline", element("summary", "inline", element("span", "", bilingual(said(tag, "description")))),
      top, operationsOf(spec, tag.name).map(({ method, path }) => linkTo(method, path)));
  });
  const whole = element("details", "contents", element("summary", "inline", element("span", "", bilingual(LABELS.contents))),
    element("section", "", element("h2", "inline", bilingual(LABELS.guides)), guides), element("section", "", groups));
  const narrow = matchMedia("(max-width: 60rem)");
  const fold = () => { whole.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  window.addEventListener("hashchange", fold);
  fold();
  return [whole];
}

function render(spec) {
  document.getElementById("version").textContent = `OpenAPI ${spec.openapi} · ${spec.info.version}`;
  document.getElementById("contents").replaceChildren(...contentsOf(spec));
  const search = document.getElementById("filter");
  search.addEventListener("input", () => {
    if (search.value.trim().length < 2) show(spec);
    else document.getElementById("main").replaceChildren(searchView(spec, search.value));
  });
  window.addEventListener("hashchange", () => { search.value = ""; show(spec); });
  show(spec);
}

function chooseLanguage(language) {
  document.body.dataset.language = language;
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  for (const button of document.querySelectorAll("[data-choose]")) {
    button.setAttribute("aria-pressed", String(button.dataset.choose === language));
  }
}

for (const button of document.querySelectorAll("[data-choose]")) {
  button.addEventListener("click", () => chooseLanguage(button.dataset.choose));
}

fetch(`${base}/v1/openapi.json`)
  .then((response) => (response.ok ? response.json() : Promise.reject(new Error(`HTTP ${response.status}`))))
  .then(render)
  .catch((error) => {
    document.getElementById("main").replaceChildren(element("p", "failure",
      `无法读取接口描述，请刷新重试。The description could not be read; please reload. (${error.message})`));
  });
