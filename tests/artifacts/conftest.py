from prefix_forms import base_image, moving, open_home, without_python

__all__ = ["base_image", "moving", "open_home", "without_python"]
