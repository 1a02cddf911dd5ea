// The guides that stand before the routes: what somebody wants to do, step by step. Texts in both languages.
// `try` names the operation whose form follows, filled with its example.

export const GUIDES = [
  {
    id: "first-claim",
    title: { zh: "五分钟提交第一笔结算", en: "Your first claim in five minutes" },
    parts: [
      { says: { zh: "在本机启动演示环境，约二十秒后可用。已装好 Python 3.11 即可，不需要云账号。", en: "Start the system on this machine; it answers after some twenty seconds. Python 3.11 is all it needs, no cloud account." } },
      { code: "make run EMPTY=1" },
      { says: { zh: "取得医院的访问令牌。演示环境中也可以在下方直接选择角色。", en: "Get a hospital's token. On this local stack the form below gives you one, too." } },
      { code: "export TOKEN=$(make -s token ROLE=hospital SUBJECT=H53010200001)" },
      { says: { zh: "先试算：按现行政策核定，不入账，可以反复试。", en: "Preview first: it decides by the policies in force and posts nothing, as often as you like." } },
      { try: "previewClaim" },
      { says: { zh: "再提交。带 Prefer: wait=20 时，多数申请在一次调用内得到结果；否则按 claim_id 查询，或订阅通知。", en: "Then submit. With Prefer: wait=20 most claims are answered with their result; otherwise read it by its claim_id, or be told." } },
      { try: "submitClaim" },
      { says: { zh: "同一申请号、同一内容重复发送，返回同一笔；内容不同为 409，并说明原因和下一步。网络中断后原样重发即可。", en: "The same number and content again is the same claim; other content is 409 and says why and what to do. After an outage send it again as it was." } },
    ],
  },
  {
    id: "authorisation",
    title: { zh: "访问令牌与权限", en: "Tokens and who may do what" },
    parts: [
      { says: { zh: "每次调用在 Authorization 头中带 Bearer 令牌（JWT，ES256 或 RS256），由单位统一身份认证签发。令牌须含 sub、role、subject、iss、aud、exp、iat：role 为角色，subject 为机构编码或区划代码，sub 为经办人。", en: "Every call carries a bearer token (JWT, ES256 or RS256) of your office's provider. It holds sub, role, subject, iss, aud, exp and iat: the role, the institution's or the area's code it acts for, and the acting person." } },
      { says: { zh: "无权办理为 403；不属于本单位的记录与不存在的记录一样，为 404。须由两人办理的事项，本人再办为 403 own-act。", en: "What the role may never do is 403. What belongs to somebody else is 404, as if it were not there. An act that needs two people is 403 own-act for whoever took the earlier step." } },
      { try: "readMe" },
    ],
  },
  {
    id: "errors",
    title: { zh: "错误与重试", en: "Errors and retries" },
    parts: [
      { says: { zh: "错误一律为 application/problem+json，errors 一次列出全部问题：code 固定不变，field 指出字段，message 有中英文，about 指出相关记录。", en: "Errors are application/problem+json. `errors` lists everything at once: a stable code, the field, the text in both languages, and in `about` the record that stands in the way." } },
      { table: [
        ["400", { zh: "请求无法读取，或有未知字段、未知参数；改正后再发", en: "cannot be read, or has an unknown field or parameter; correct it" }],
        ["401", { zh: "令牌缺失、过期或不被信任；重新登录", en: "no token, one that has run out, or one nobody trusts; sign in again" }],
        ["409", { zh: "与已有记录冲突；按 code 和 about 处理", en: "conflicts with what is recorded; the code and `about` say with what" }],
        ["413", { zh: "请求体超过 4,500,000 字节；分批发送", en: "over 4,500,000 bytes; send it in parts" }],
        ["422", { zh: "内容不符合规则；改正后再发", en: "breaks a rule; correct the content" }],
        ["429, 503", { zh: "等待 Retry-After 所示秒数后，原样重发", en: "wait the seconds in Retry-After and send the same again" }],
      ] },
      { link: "problems", text: { zh: "全部错误代码", en: "Every kind of problem" } },
    ],
  },
  {
    id: "states",
    title: { zh: "结算申请的状态", en: "What becomes of a claim" },
    parts: [
      { table: [
        ["received", { zh: "已接收，正在结算", en: "received and being settled" }],
        ["deferred", { zh: "暂缓：缺参保登记、所依赖的服务暂不可用等；条件具备后自动继续，无须重发", en: "waits for something, such as the enrolment; it goes on by itself" }],
        ["settled", { zh: "已结算：核定结果、支付和逐步依据均可查询", en: "settled: the determination, the money and the article of every step" }],
        ["rejected", { zh: "不予受理，原因全部列出；改正后以同一申请号再次提交，即为新版本", en: "rejected with every reason; correct it and send it under the same number, as a new version" }],
        ["reversed", { zh: "已冲销；可再次提交，内容未改的须加 resubmit: true", en: "reversed; it may come again, unchanged with resubmit: true" }],
        ["withdrawn", { zh: "结算前由机构撤回，或被新版本取代", en: "taken back before it was settled, or replaced by a new version" }],
      ] },
      { says: { zh: "结算后政策、参保或病例状态变化的，系统自动重新核定并记差额；history 列明每一次变化。", en: "A later change of policy, cover or status decides it again and posts the difference; `history` tells of each." } },
      { try: "listClaims" },
    ],
  },
  {
    id: "webhooks",
    title: { zh: "通知与变动查询", en: "Being told of changes" },
    parts: [
      { says: { zh: "每次变化发布一条事件，至少一次，event_id 不变；事件中没有个人信息。部署在云上时从事件总线 quebao-<stage> 订阅；无法接收通知的系统用 GET /v1/events 续读，保留 400 天。", en: "Each change is announced at least once, with the same event_id every time, and holds nothing of a person. In the cloud subscribe to the bus quebao-<stage>; a system that cannot be called reads on with GET /v1/events, kept 400 days." } },
      { webhooks: true },
      { try: "followEvents" },
    ],
  },
  {
    id: "persons",
    title: { zh: "演示环境的人员和项目", en: "Persons and items to try with" },
    parts: [
      { says: { zh: "以下人员均为虚构，只在演示环境中已登记。", en: "These persons are invented and enrolled on the local stack alone." } },
      { table: [
        ["530102190001010019", { zh: "示例甲：昆明职工，在职", en: "示例甲: an employee of Kunming" }],
        ["530102190001020022", { zh: "示例乙：昆明职工，退休", en: "示例乙: a retired employee of Kunming" }],
        ["530102190001030036", { zh: "示例丙：昆明居民", en: "示例丙: a resident of Kunming" }],
        ["53010219000104004X", { zh: "示例丁：昆明居民，特困", en: "示例丁: a resident of Kunming in extreme poverty" }],
      ] },
      { says: { zh: "医院编码如 H53010200001；诊疗项目和药品代码在目录中查询。", en: "A hospital is H53010200001; items and drugs are found in the catalogue." } },
      { try: "listCatalogue" },
    ],
  },
];
