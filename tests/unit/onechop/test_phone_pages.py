"""The phone without a screen reads pages as they are written, not as they should be."""

from onechop.phone import pages

REQUEST = """
<!doctype html><title>x</title><main><h1>Log in &amp; share <em>these</em> details?</h1>
<dl class="summary"><div><dt>Who is asking</dt><dd>Licensing<small>licensing.localhost</small></dd>
</div><div><dt>Asked from</dt><dd>Chrome on Linux</dd></div></dl>
<ul class="fields"><li><div><span>Name</span> <b>CHAN, Tai Man</b></div></li></ul>
<form><input type="hidden" name="csrf_token" value="t&quot;1">
<input id="r-email" name="release" type="checkbox" value="email"><label for="r-email">Email
 <b>a@example.hk</b></label>
<div class="code big"><span>4</span><span>7</span><span>1</span><span>9</span></div>
<input name="code" type="radio" value="same"><input name="code" type="radio" value="different">
<script>var hidden = "words";</script><noscript>more words</noscript></form></main>
"""


def test_words_are_read_with_single_spaces_and_without_scripts() -> None:
    page = pages.read(REQUEST)
    assert page.first("h1").text == "Log in & share these details?"
    assert page.first("form").text == "Email a@example.hk 4 7 1 9"


def test_facts_fields_and_the_question_about_the_code_are_found() -> None:
    page = pages.read(REQUEST)
    assert pages.summary(page) == {
        "Who is asking": "Licensing (licensing.localhost)",
        "Asked from": "Chrome on Linux",
    }
    required, optional = pages.fields(page)
    assert (required.claim, required.text, required.required) == ("", "Name CHAN, Tai Man", True)
    assert (optional.claim, optional.text) == ("email", "Email a@example.hk")
    assert pages.shown_code(page) == "4719"
    assert pages.code_choices(page) == ("same", "different")
    assert pages.hidden(page, "csrf_token") == 't"1'


def test_a_page_that_asks_nothing_answers_nothing() -> None:
    page = pages.read("<p>Hello<br>there</p></div></p>")
    assert page.text == "Hello there"
    assert pages.hidden(page, "csrf_token") is None
    assert pages.code_choices(page) == ()
    assert pages.shown_code(page) == ""
    assert pages.problem(page) == ""
