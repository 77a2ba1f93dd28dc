"""Decision models: .dmn files as the standard means them, with null instead of Unknown.

Takes: .dmn files (DMN 1.1 to 1.5) and values of inputs.
Gives: `Model`; values, and each null that came from an error with its place.
May assume: nothing; a model comes from any tool, and from anywhere.
Refuses: what is no DMN, references that lead to nothing, evaluations beyond their bounds.
"""

from .loading import load, read
from .model import Model, Result

__all__ = ["Model", "Result", "load", "read"]
