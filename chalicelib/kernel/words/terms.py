"""The field's words in Chinese and English. Written by `make glossary` from policies/glossary.yaml."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.kernel.text import Text

TERMS: Mapping[str, Text] = {
    "basic-insurance": Text(
        "基本医保",
        "basic insurance",
    ),
    "critical-illness-insurance": Text(
        "大病保险",
        "critical-illness insurance",
    ),
    "large-sum-cover": Text(
        "职工大额医疗费用补助",
        "large-sum cover",
    ),
    "medical-assistance": Text(
        "医疗救助",
        "medical assistance",
    ),
    "public-finance": Text(
        "财政",
        "public finance",
    ),
    "fiscal-subsidy": Text(
        "财政补助",
        "fiscal subsidy",
    ),
    "provincial-employee-fund": Text(
        "省本级职工统筹基金",
        "the provincial employee fund",
    ),
    "enrolment-pending": Text(
        "就医地先行挂账资金",
        "the treatment place's account for patients still to be enrolled",
    ),
    "patient": Text(
        "个人",
        "the patient",
    ),
    "pool-cap": Text(
        "统筹基金年度最高支付限额",
        "the cap of the pool",
    ),
    "in-scope": Text(
        "政策范围内费用",
        "in scope",
    ),
    "first-self-pay": Text(
        "先行自付",
        "first self-pay",
    ),
    "excluded": Text(
        "全自费",
        "outside cover",
    ),
    "over-limit": Text(
        "超限价",
        "above price ceilings",
    ),
    "deductible": Text(
        "起付标准",
        "deductible",
    ),
    "ordinary-benefits": Text(
        "普通医保待遇",
        "ordinary benefits",
    ),
    "bill": Text(
        "医疗费用总额",
        "bill",
    ),
    "in-the-plan": Text(
        "诊疗方案内",
        "in the treatment plan",
    ),
    "treatment-plan": Text(
        "诊疗方案",
        "treatment plan",
    ),
    "personal-account": Text(
        "个人账户",
        "personal account",
    ),
    "total-control": Text(
        "总额控制",
        "total control",
    ),
    "separate-budget": Text(
        "单列预算",
        "separate budget",
    ),
    "payment-by-item": Text(
        "按项目付费",
        "by item",
    ),
    "payment-single-disease": Text(
        "参照单病种付费",
        "by the single-disease (per-case) method",
    ),
    "payment-by-agreement": Text(
        "按服务协议约定的方式付费",
        "by the method of the service agreement",
    ),
    "special-advance": Text(
        "专项预拨",
        "special advance",
    ),
    "ordinary-advance": Text(
        "日常预付",
        "ordinary advance",
    ),
    "payment-order": Text(
        "支付指令",
        "payment order",
    ),
    "payment-advice": Text(
        "支付通知单",
        "payment advice",
    ),
    "bank-receipt": Text(
        "银行回单",
        "bank receipt",
    ),
    "claim": Text(
        "结算申请",
        "claim",
    ),
    "determination": Text(
        "核定结果",
        "determination",
    ),
    "filing": Text(
        "异地就医备案",
        "filing of remote treatment",
    ),
    "enrolment": Text(
        "参保登记",
        "enrolment",
    ),
    "reversal": Text(
        "冲销",
        "reversal",
    ),
    "voucher": Text(
        "记账凭证",
        "ledger transaction",
    ),
    "clearing": Text(
        "清算",
        "clearing",
    ),
    "statement": Text(
        "清分表",
        "statement",
    ),
    "clearing-centre": Text(
        "清算中心",
        "clearing centre",
    ),
    "pay-up": Text(
        "上解",
        "pay up",
    ),
    "hand-down": Text(
        "拨付",
        "hand down",
    ),
    "health-commission": Text(
        "卫生健康部门",
        "health commission",
    ),
    "policy-officer": Text(
        "政策管理岗",
        "policy officer",
    ),
    "agency": Text(
        "医保经办机构",
        "agency",
    ),
    "insured-place": Text(
        "参保地",
        "insured place",
    ),
    "treatment-place": Text(
        "就医地",
        "treatment place",
    ),
}

RECORDS: Mapping[str, Text] = {
    "accurate-upload": Text(
        "费用明细准确上传",
        "accurate upload of the itemised costs",
    ),
    "bed-filing": Text(
        "床位备案",
        "filing of beds",
    ),
    "bed-reserve": Text(
        "预留床位",
        "reserved beds",
    ),
    "blacklist": Text(
        "每日停止服务机构名单",
        "daily list of suspended institutions",
    ),
    "contactless-service": Text(
        "不见面办理",
        "contactless handling",
    ),
    "deferred-premium": Text(
        "缓缴保费",
        "deferred premium",
    ),
    "deficit-subsidy-recorded-with-budget": Text(
        "基金缺口补助",
        "subsidy of a fund's deficit",
    ),
    "disease-code-mapped": Text(
        "疾病编码对照",
        "mapping of disease codes",
    ),
    "disease-marked-and-itemised": Text(
        "病种标识和费用明细",
        "disease mark and itemised costs",
    ),
    "eased-handling": Text(
        "便民经办",
        "eased handling",
    ),
    "electronic-prescription": Text(
        "电子处方",
        "electronic prescription",
    ),
    "emergency-filing": Text(
        "急诊备案",
        "emergency filing",
    ),
    "emergency-filing-by-phone": Text(
        "电话急诊备案",
        "emergency filing by telephone",
    ),
    "entry-register": Text(
        "入境人员登记",
        "register of arrivals",
    ),
    "faster-settlement": Text(
        "加快结算",
        "faster settlement",
    ),
    "filing-channel": Text(
        "备案渠道",
        "channel of filing",
    ),
    "fund-requisition": Text(
        "资金申请",
        "requisition of funds",
    ),
    "fund-supervision": Text(
        "基金监管",
        "supervision of the funds",
    ),
    "handling-time": Text(
        "经办时限",
        "handling time",
    ),
    "identity-check-and-booking": Text(
        "身份核验和挂账登记",
        "identity check and booking",
    ),
    "internet-first-visit": Text(
        "互联网首诊",
        "internet first visit",
    ),
    "internet-service": Text(
        "互联网诊疗",
        "internet service",
    ),
    "long-prescription": Text(
        "长期处方",
        "long prescription",
    ),
    "manual-reimbursement": Text(
        "手工报销",
        "reimbursement by hand",
    ),
    "no-waiting-period": Text(
        "免除待遇等待期",
        "waived waiting period",
    ),
    "off-platform-purchase": Text(
        "平台外采购",
        "purchase outside the platform",
    ),
    "postponed-business": Text(
        "延期办理",
        "postponed business",
    ),
    "roles": Text(
        "职责分工",
        "duties of the bodies involved",
    ),
    "service-by-urgency": Text(
        "分类办理",
        "handling by urgency",
    ),
    "settle-later": Text(
        "先救治后结算",
        "treatment before settlement",
    ),
    "settle-later-and-transfer-order": Text(
        "先救治后结算和转院结算顺序",
        "treatment before settlement and the order of transfers",
    ),
    "settlement-statistics": Text(
        "结算统计",
        "settlement statistics",
    ),
    "system-configuration": Text(
        "系统配置",
        "system configuration",
    ),
    "township-filing": Text(
        "乡镇备案",
        "filing by township offices",
    ),
    "treatment-plan-version": Text(
        "诊疗方案版本",
        "version of the treatment plan",
    ),
    "two-assurances": Text(
        "两个确保",
        "the two assurances",
    ),
    "timely-disbursement": Text(
        "资金及时足额拨付",
        "prompt payment in full",
    ),
    "issue-register": Text(
        "重大问题报告",
        "register of major problems",
    ),
    "code-mapping-supervision": Text(
        "对码督促",
        "supervision of code mapping",
    ),
    "code-mapping-register": Text(
        "新增病种和对码登记",
        "register of code mapping",
    ),
    "protective-goods-maintained": Text(
        "防护用品目录维护",
        "upkeep of the protective goods",
    ),
    "manual-settlement-form": Text(
        "手工结算表",
        "form for settlement by hand",
    ),
    "symptom-referral-and-transfer": Text(
        "症状转诊和闭环转运",
        "referral and closed-loop transport",
    ),
    "internet-institution-list": Text(
        "互联网医疗机构名单",
        "list of internet institutions",
    ),
    "joint-inspection": Text(
        "联合检查",
        "joint inspection",
    ),
    "fiscal-paid-first": Text(
        "财政先行支付登记",
        "register of what finance pays first",
    ),
}
"""What a notice asks to be kept beside the money, by the `what` of its provision."""
