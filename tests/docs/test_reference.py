"""The generated pages are what the code generates; JEJAK_UPDATE_GOLDEN=1 rewrites them."""

import pytest

from tests.docs.generate import PAGES, ROOT, UPDATE


@pytest.mark.parametrize("page", PAGES)
def test_a_reference_page_is_current(page: str) -> None:
    path = ROOT / page
    made = PAGES[page]()
    if UPDATE:
        path.write_text(made, "utf-8")
    assert path.read_text("utf-8") == made
