"""A call between patient and doctor: pictures that move, and what becomes of it when something is taken away."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.person import Person

# Frames that were drawn, and the width of what was.
_PLAYED = """() => {
  const seen = document.querySelector("#call [data-theirs]");
  return [seen.videoWidth, seen.getVideoPlaybackQuality().totalVideoFrames];
}"""
_MOVES = """async () => {
  const seen = document.querySelector("#call [data-theirs]");
  const frames = () => seen.getVideoPlaybackQuality().totalVideoFrames;
  const until = performance.now() + 14000, before = frames();
  while (performance.now() < until) {
    if (seen.videoWidth > 0 && frames() > before + 5) return true;
    await new Promise(requestAnimationFrame);
  }
  return false;
}"""


def may_use_camera_and_microphone(person: Person) -> None:
    person.context.grant_permissions(["camera", "microphone"], origin=person.world.address("telemed"))


def sees_the_other_move(person: Person) -> None:
    """The other side's picture has a width, and frame follows frame."""
    assert person.page.evaluate(_MOVES), f"no moving picture: {person.page.evaluate(_PLAYED)}; {told(person)}"


def hears_without_a_picture(person: Person) -> None:
    expect(person.page.locator("#call [data-told]")).to_have_text("Говорите: звук есть, без видео.")


def goes_on_in_the_chat(person: Person) -> None:
    expect(person.page.locator("#call [data-told]")).to_contain_text("Пишите в чат")


def loses_camera_and_microphone(person: Person) -> None:
    """The system takes both away in the middle of the call."""
    person.context.clear_permissions()


def switches(person: Person, what: str) -> None:
    person.page.locator("#call").get_by_role("button", name=what).click()


def is_told_of_the_call(person: Person, words: str) -> None:
    expect(person.page.locator("#call [data-told]")).to_contain_text(words)


def told(person: Person) -> str:
    return person.page.locator("#call [data-told]").inner_text()
