"""Services about stocks and purchases of drugs, and the months of a fund."""

from __future__ import annotations

from chalicelib.console.domain.model import Group, Service, ServiceAct
from chalicelib.kernel.text import Text

_MATTER = "/v1/supply-matters/{matter_id}"

SUPPLIES = (
    Service(
        code="stocks",
        group=Group.INSTITUTIONS,
        title=Text("药品库存", "Drug stocks"),
        says=Text("医疗机构报送的目录药品库存和日用量。", "What hospitals hold of listed drugs, and use in a day."),
        listed="/v1/drug-stocks",
        key="report_id",
        columns=("institution", "on", "lines", "reported", "revision"),
        acts=(ServiceAct(call="POST /v1/drug-stocks"),),
    ),
    Service(
        code="shortages",
        group=Group.INSTITUTIONS,
        title=Text("药品短缺", "Drug shortages"),
        says=Text("库存不足或断供的药品，由经办机构答复。", "Drugs that run low or are out, for the agency to answer."),
        listed="/v1/drug-shortages",
        key="shortage_id",
        columns=("institution", "code", "state", "on_hand", "daily_use", "since", "status", "clock"),
        acts=(
            ServiceAct(call="POST /v1/drug-shortages/{shortage_id}/answer", when={"status": ("open",)}, where="agency"),
        ),
        duties=("drug-shortage",),
    ),
    Service(
        code="supply",
        group=Group.INSTITUTIONS,
        title=Text("采购监测", "Watched purchases"),
        says=Text("防治药品和耗材的采购价格、数量和配送报送。", "Prices, quantities and delivery of what is watched."),
        listed="/v1/supply-reports",
        key="report_id",
        columns=("institution", "code", "on", "price", "ordered", "delivered", "reported"),
        acts=(ServiceAct(call="POST /v1/supply-reports"),),
    ),
    Service(
        code="supply-matters",
        group=Group.INSTITUTIONS,
        title=Text("采购异常", "Supply matters"),
        says=Text("价格、数量或配送异常：调查、上报、办结。", "Odd prices, quantities or delivery, until closed."),
        listed="/v1/supply-matters",
        key="matter_id",
        columns=("institution", "code", "measure", "figure", "median", "status", "clock"),
        acts=(
            ServiceAct(call=f"POST {_MATTER}/investigation", when={"status": ("open",)}, where="agency"),
            ServiceAct(call=f"POST {_MATTER}/forwarding", when={"status": ("investigated",)}, where="agency"),
            ServiceAct(
                call=f"POST {_MATTER}/closing",
                when={"status": ("investigated", "passed-on")},
                another=("investigated", "passed_on"),
                where="agency",
            ),
        ),
        duties=("supply-investigation",),
    ),
)

FUNDS = (
    Service(
        code="plans",
        group=Group.OVERSIGHT,
        title=Text("基金预案", "Contingency plans"),
        says=Text("基金运行风险预案，由两人制定。", "What a fund does when it runs short, made by two people."),
        listed="/v1/contingency-plans",
        key="plan_id",
        columns=("plan_no", "title", "area", "starts_on", "status", "proposed", "decided"),
        acts=(
            ServiceAct(call="POST /v1/contingency-plans"),
            ServiceAct(
                call="POST /v1/contingency-plans/{plan_id}/decision",
                when={"status": ("proposed",)},
                another=("proposed",),
                where="area",
            ),
        ),
    ),
    Service(
        code="analyses",
        group=Group.OVERSIGHT,
        title=Text("基金运行分析", "Fund analyses"),
        says=Text("每月基金支出与预案触发条件的对照。", "A month's spending against what sets a plan in motion."),
        listed="/v1/fund-analyses",
        key="analysis_id",
        columns=("month", "area", "epidemic_share", "growth", "status", "clock"),
        acts=(
            ServiceAct(call="POST /v1/fund-analyses"),
            ServiceAct(call="POST /v1/fund-analyses/{analysis_id}/answer", when={"status": ("open",)}, where="area"),
        ),
        duties=("fund-contingency",),
    ),
    Service(
        code="fund-income",
        group=Group.OVERSIGHT,
        title=Text("基金收入", "Fund income"),
        says=Text("各险种每月基金收入，更正保留原数。", "A fund's income month by month; corrections keep what stood."),
        listed="/v1/fund-income",
        key="figure_id",
        columns=("period", "area", "kind", "amount"),
        needed=("scheme",),
        acts=(ServiceAct(call="POST /v1/fund-income"),),
    ),
    Service(
        code="fiscal-budgets",
        group=Group.OVERSIGHT,
        title=Text("财政预算", "Fiscal budgets"),
        says=Text("财政安排的年度预算。", "What finance has set aside for a year."),
        listed="/v1/fiscal-budgets",
        key="figure_id",
        columns=("period", "area", "amount"),
        acts=(ServiceAct(call="POST /v1/fiscal-budgets"),),
    ),
)

REPORTED = (
    Service(
        code="hotline",
        group=Group.DESK,
        title=Text("热线咨询", "Hotline"),
        says=Text("24 小时热线的咨询登记。", "What people asked on the hotline, round the clock."),
        listed="/v1/hotline-consultations",
        key="consultation_id",
        columns=("consultation_no", "subject", "on", "hour", "area", "recorded", "withdrawn"),
        acts=(
            ServiceAct(call="POST /v1/hotline-consultations"),
            ServiceAct(
                call="POST /v1/hotline-consultations/{consultation_id}/withdrawal",
                when={"withdrawn": ()},
                where="area",
            ),
        ),
    ),
    Service(
        code="progress",
        group=Group.DESK,
        title=Text("工作进展", "Progress reports"),
        says=Text("各单位逐日报送的工作进展。", "What each unit reports of the day's work."),
        listed="/v1/progress-reports",
        key="report_id",
        columns=("on", "unit", "name", "told", "late", "clock"),
        acts=(ServiceAct(call="POST /v1/progress-reports"),),
    ),
)

DIALYSIS = Service(
    code="dialysis",
    group=Group.CARE,
    title=Text("透析审核", "Dialysis reviews"),
    says=Text("透析治疗先予通过，疫情后补审。", "A dialysis passes for the time being and is audited afterwards."),
    listed="/v1/dialysis-reviews",
    key="review_id",
    columns=("review_no", "institution", "from", "to", "status", "asked", "decided", "clock"),
    acts=(
        ServiceAct(call="POST /v1/dialysis-reviews"),
        ServiceAct(
            call="POST /v1/dialysis-reviews/{review_id}/decision",
            when={"status": ("waiting",)},
            another=("asked",),
            where="area",
        ),
        ServiceAct(
            call="POST /v1/dialysis-reviews/{review_id}/audit",
            says=Text(
                "疫情解除后，由提出人以外的人补审自动通过的审核。通过有误的，所列结算申请逐笔冲销，款项向医疗机构追回；"
                "追回中断的，重复提交同一结论即继续。",
                "Once the epidemic is lifted, another person than the one who asked audits a review that passed by "
                "itself. A review that passed wrongly has the named claims reversed and their money recovered from "
                "the hospital. A recovery that was cut off goes on when the same outcome is sent again.",
            ),
            when={"status": ("passed", "due", "recovering")},
            another=("asked",),
            where="area",
        ),
        ServiceAct(
            call="POST /v1/dialysis-reviews/{review_id}/withdrawal",
            when={"status": ("waiting",)},
            where="institution",
        ),
    ),
    duties=("dialysis-",),
)
