def test_gallery_renders(gallery):
    assert "Галерея" in gallery("portal")
