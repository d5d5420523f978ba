"""Every page, in three languages, on a phone and a desktop, in light and dark.

Held against axe (WCAG 2.2 A and AA, best practice), the 320-pixel reflow of WCAG 1.4.10, the
console, and the rule that no page needs another host.
"""

from collections.abc import Callable, Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Page

from house.at_home import Citizen
from house.browser import Faults, Phone
from house.demo import Demo

AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """async () => {
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" | ")}`);
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
LANGUAGES = ("en", "zh-Hant-HK", "zh-Hans")
WINDOWS = ((320, "light"), (1280, "dark"))

PROVIDER = (
    "/verify",
    "/pki/",
    "/pki/cps",
    "/sign",
    "/account",
    "/account/services",
    "/account/documents",
    "/account/sessions",
    "/account/devices",
    "/account/certificates",
    "/account/activity",
    "/nowhere",
)
ON_THE_PHONE = ("/phone", "/phone/scan", "/phone/certificate", "/phone/residents")


@pytest.mark.journey
def test_every_page_is_for_everybody(
    citizen: Citizen, new_desktop: Callable[..., Page], faults: Faults
) -> None:
    citizen.bind_phone("CHAN, Ming Fung")
    citizen.log_in()
    problems: list[str] = []
    stranger = new_desktop()
    for language in LANGUAGES:
        for width, scheme in WINDOWS:
            for page, url in _pages(citizen, stranger):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.goto(f"{url}?lang={language}")
                where = f"{url} {language} {width} {scheme}"
                problems += [f"{where}: {found}" for found in _faults_of(page, language)]
    faults.seen = [fault for fault in faults.seen if "404" not in fault]
    assert not problems, "\n".join(problems)
    assert not faults.seen


@pytest.mark.journey
def test_the_waiting_page_and_the_request_are_for_everybody(citizen: Citizen) -> None:
    citizen.bind_phone("CHAN, Ming Fung")
    citizen.ask_to_log_in()
    citizen.scan()
    problems: list[str] = []
    for language in LANGUAGES:
        for page in (citizen.desk, citizen.phone.page):
            for width, scheme in WINDOWS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.goto(f"{page.url.partition('?')[0]}?lang={language}")
                where = f"{page.url} {width} {scheme}"
                problems += [f"{where}: {found}" for found in _faults_of(page, language)]
    assert not problems, "\n".join(problems)


@pytest.mark.journey
def test_without_scripts_a_department_can_be_used(
    demo: Demo, new_desktop: Callable[..., Page], new_phone: Callable[..., Phone]
) -> None:
    """Everything but passkey, camera and live status works with JavaScript off."""
    citizen = Citizen(desk=new_desktop(java_script_enabled=False), phone=new_phone(), demo=demo)
    citizen.bind_phone("LAM, Ka Yan")
    citizen.ask_to_log_in()
    citizen.type_code()
    citizen.approve()
    citizen.phone.page.get_by_role("heading", name="Approved").wait_for()
    citizen.desk.reload()
    citizen.desk.locator("#continue").click()
    citizen.desk.get_by_role("button", name="Renew this licence").first.click()
    citizen.desk.get_by_role("main").get_by_role("link", name="Begin").click()
    citizen.desk.get_by_label("Name in English").wait_for()


def _pages(citizen: Citizen, stranger: Page) -> Iterator[tuple[Page, str]]:
    demo = citizen.demo
    yield stranger, f"{demo.licensing}/"
    yield stranger, f"{demo.notices}/"
    yield stranger, f"{demo.idp}/account"
    yield stranger, f"{demo.idp}/phone"
    yield citizen.desk, f"{demo.licensing}/licences"
    for path in PROVIDER:
        yield citizen.desk, f"{demo.idp}{path}"
    for path in ON_THE_PHONE:
        yield citizen.phone.page, f"{demo.idp}{path}"


def _faults_of(page: Page, language: str) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN_AXE)
    if (sideways := page.evaluate(OVERFLOW)) > 0:
        found.append(f"scrolls {sideways} pixels sideways")
    if (said := page.locator("html").get_attribute("lang")) != language:
        found.append(f"says its language is {said}")
    return found


@pytest.mark.journey
@pytest.mark.parametrize("language", ["zh-Hant-HK", "zh-Hans"])
def test_the_provider_speaks_the_departments_language(
    demo: Demo, desktop: Page, language: str
) -> None:
    """`ui_locales` crosses over (OIDC Core §3.1.2.1), though cookies do not."""
    desktop.goto(f"{demo.licensing}/?lang={language}")
    desktop.get_by_role("main").locator("a[href^='/login']").first.click()
    desktop.locator("#qr").wait_for()
    assert desktop.locator("html").get_attribute("lang") == language
