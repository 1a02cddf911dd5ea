"""National rules decide alone if no local notice speaks, and a province's if no city's does, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.law.domain.model import Bundle
from chalicelib.registry.domain.model import Institution
from tests.kit.worked_cases import WorkedCase, decide, differences, shipped_bundle, worked_cases

KUNMING, TAIYUAN, GAOTANG = "H53010200001", "H14010500001", "H37152600001"


def decided(name: str, bundle: Bundle, **changes: Any) -> Mapping[str, Any]:
    """Return the determination of a worked case whose claim is changed."""
    case = next(case for case in worked_cases() if case.id == name)
    found = decide(WorkedCase(case.id, case.path, {**case.document, "claim": {**case.claim, **changes}}), bundle)
    assert found.document is not None, [finding.code for finding in found.findings]
    return found.document


def with_institution(code: str, **changes: Any) -> Bundle:
    bundle = shipped_bundle()
    other: Institution = replace(bundle.registry.institutions[code], **changes)
    return replace(
        bundle,
        registry=replace(bundle.registry, institutions={**bundle.registry.institutions, code: other}),
    )


def notices(document: Mapping[str, Any], *steps: str) -> set[str]:
    """The notices that decided the named steps."""
    return {each["notice"] for step in document["steps"] if step["step"] in steps for each in step["decided_by"]}


def test_in_2023_the_national_notice_decides_where_no_province_does() -> None:
    """Weihai's bill in Kunming, for an employee of Kunming: 7,000.00 in the plan, 720.00 beside it, 280.00 not counted.

    Basic (7,720 - 1,200) x 0.85 = 5,542.00, on the plan lines 5,542 x 7,000 / 7,720 = 5,025.13; finance
    7,000 - 5,025.13 = 1,974.87, of which the centre returns 0.6 = 1,184.92; the patient pays
    8,000 - 5,542 - 1,974.87 = 483.13.
    """
    employee = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10").claim["patient"]
    document = decided(
        "weihai-2023-inpatient-split",
        with_institution(KUNMING, agreement_until=date(2023, 12, 31)),
        institution=KUNMING,
        patient=employee,
    )
    assert document["shares"] == {
        "basic": "5542.00",
        "critical": "0.00",
        "assistance": "0.00",
        "fiscal": "1974.87",
        "patient": "483.13",
    }
    assert document["fiscal_split"] == [{"area": "530100", "amount": "1974.87"}]
    assert document["central_refund"] == "1184.92"
    assert notices(document, "protection", "in-scope", "mask", "fiscal", "central-refund") == {"nat-2023-1"}


def test_in_2020_the_confirmed_are_spared_the_remote_cut_and_the_centre_returns_sixty_per_cent() -> None:
    """A Wuhan employee in Taiyuan, nobody's own notice asking for it: (30,000 - 800) x 0.86 = 25,112.00; finance
    4,888.00, of which the centre returns 2,932.80.
    """
    document = in_taiyuan("confirmed")
    assert (document["shares"]["basic"], document["shares"]["fiscal"]) == ("25112.00", "4888.00")
    assert document["central_refund"] == "2932.80"
    assert notices(document, "protection") == {"nat-2020", "nat-2020-5"}
    assert notices(document, "remote-cut") == {"nat-2020-5"}
    assert notices(document, "central-refund") == {"mof-2020-2"}


def test_in_2020_the_suspected_are_covered_without_either() -> None:
    """The same bill: (30,000 - 800 x 2) x 0.86 x 0.7 = 17,096.80; finance 12,903.20, and nothing by a fixed share."""
    document = in_taiyuan("suspected")
    assert (document["shares"]["basic"], document["shares"]["fiscal"]) == ("17096.80", "12903.20")
    assert (document["shares"]["patient"], document["central_refund"]) == ("0.00", "0.00")
    assert notices(document, "protection") == {"nat-2020", "nat-2020-01-27"}
    assert notices(document, "remote-cut") == {"base-ordinary"}


def in_taiyuan(status: str) -> Mapping[str, Any]:
    """The bill of the Wuhan employee whom Kunming treated, in Taiyuan."""
    codes = [{"code": "U07.100x001" if status == "confirmed" else "J18.900", "role": "main"}]
    ill = {"history": [{"status": status, "on": "2020-02-10"}], "codes": codes}
    return decided("kunming-treats-wuhan-employee", shipped_bundle(), institution=TAIYUAN, diagnosis=ill)


def test_a_city_of_shandong_without_a_notice_of_its_own_pays_first_and_gets_eighty_per_cent_back() -> None:
    """Gaotang's bill of 960.00 for finance, in Liaocheng itself: 768.00 from the province, 192.00 the city's."""
    document = decided("gaotang-directly-managed-county", with_institution(GAOTANG, area="371500"))
    assert document["fiscal_split"] == [{"area": "370000", "amount": "768.00"}, {"area": "371500", "amount": "192.00"}]
    assert document["fiscal_paid_first_by"] == "371500"
    assert "sd-2023-1" in notices(document, "fiscal-split")


def without(citation: str) -> Bundle:
    bundle = shipped_bundle()
    return replace(bundle, provisions=tuple(each for each in bundle.provisions if each.citation != citation))


def test_the_national_notice_of_2023_ends_the_relief_of_2020_in_every_province() -> None:
    """Admitted on 7 January and on 1 April 2023; without the national regime the relief of 2020 goes on."""
    for name, ended in (("weihai-admitted-7-january-2023", False), ("rongcheng-admitted-1-april-2023", True)):
        case = next(case for case in worked_cases() if case.id == name)
        assert differences(case.document["expect"], decided(name, shipped_bundle())) == []
        goes_on = differences(case.document["expect"], decided(name, without("nat-2023-1.regime"))) != []
        assert goes_on == ended


def test_no_reason_of_2023_says_that_a_province_set_aside_a_national_notice() -> None:
    for name in ("weihai-2023-inpatient-split", "gaotang-directly-managed-county", "weihai-2023-outpatient-75"):
        document = decided(name, shipped_bundle())
        reasons = {lost["why"]["zh"] for step in document["steps"] for lost in step["lost"]}
        assert not any("鲁医保发〔2023〕1号" in why and "取代" in why for why in reasons)
        assert "已由医保发〔2023〕1号取代" in reasons


def test_suspected_outpatients_of_a_third_level_hospital_have_no_floor() -> None:
    """The national floor is for level two and below: 3,900.00 x 0.50 = 1,950.00."""
    third = with_institution("H53010200004", level=3)
    assert decided("kunming-2023-outpatient-national-floor", third)["shares"]["basic"] == "1950.00"
