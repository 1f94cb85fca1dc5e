from prefix_forms import moving, open_home, without_python

__all__ = ["moving", "open_home", "without_python"]
