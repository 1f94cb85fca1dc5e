"""``env pin-kernel``: kernels of one version or pointer."""

from __future__ import annotations

import argparse

from ..models.environment import KernelPin
from ..models.problem import NotFound
from .build import opened
from .console import Console
from .env import namespace_of
from .exits import OK
from .names import Target


def pin_kernel(args: argparse.Namespace, console: Console) -> int:
    """List a kernel of one version or pointer, or remove it."""
    target = Target.parse(args.env)
    wanted = str(Target.parse(f"{target.name}@{args.version}", version=True).version)
    with opened(args) as port:
        namespace = namespace_of(port, target)
        name = f"{namespace}/{target.name}"
        if args.remove:
            shown = port.environment(namespace, target.name)
            going = [kernel.name for kernel in shown.pinned_kernels if kernel.pinned == wanted]
            if not going:
                raise NotFound(f"no kernel is pinned to {name}@{wanted}")
            for kernel in going:
                port.unpin_kernel(namespace, target.name, kernel)
            console.document({"removed": going})
            console.line(f"No kernel is pinned to {name}@{wanted} any more.")
            return OK
        made = port.pin_kernel(namespace, target.name, KernelPin(version=wanted))
    console.document(made)
    for one in made:
        console.line(f"{one.display_name} is in the list of kernels: {one.name}")
    return OK
