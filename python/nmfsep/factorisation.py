"""NMF by scikit-learn's convention: frames (or any samples) are rows, bins (or features) columns."""

from __future__ import annotations

import numbers
from typing import Any, Callable

import numpy as np

from . import _nmfsep

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError:
    from ._without_sklearn import (
        BaseEstimator,
        ClassNamePrefixFeaturesOutMixin,
        TransformerMixin,
        check_is_fitted,
        validate_data,
    )

Progress = Callable[[str, int, int, "float | None"], Any]

_DIVERGENCES = {"kullback-leibler": "kl", "itakura-saito": "is", "frobenius": "euclidean"}


class NMF(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """X ≈ activations · components, all non-negative: of spectrograms, or of any such matrix.

    Works in float32, which C-ordered arrays of float32 cross without a copy. The same data, settings
    and seed give the same bits, on any number of threads.

    Parameters
    ----------
    n_components : components to learn, beside those that are fixed
    beta_loss : "kullback-leibler" (KL), "itakura-saito", "frobenius", or β from 0 to 3
    solver : "squarem" (fastest), "over-relaxed" or "multiplicative"
    max_iter : most updates
    tol : stop when ten updates lower the cost by less than this part of it; 0 never
    random_state : seed of the random start: an integer, a numpy.random.RandomState, or None for 0
    fixed : fixed_components × features, components that are known and keep their shape; they come
        first in `components_`
    sparsity : weight of the L1 norm of the activations (0.1 to 5 is usual); 0 for none
    progress : called now and then as progress(stage, done, total, cost); False ends it (Cancelled)

    Attributes
    ----------
    components_ : (fixed + n_components) × features, float32, rows that sum to one
    reconstruction_err_ : the cost at the end: the divergence, and with it the prior's
    n_iter_ : updates made
    n_features_in_ : features
    """

    def __init__(
        self,
        n_components: int = 25,
        *,
        beta_loss: str | float = "kullback-leibler",
        solver: str = "squarem",
        max_iter: int = 100,
        tol: float = 1e-5,
        random_state: Any = None,
        fixed: np.ndarray | None = None,
        sparsity: float = 0.0,
        progress: Progress | None = None,
    ):
        self.n_components = n_components
        self.beta_loss = beta_loss
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.fixed = fixed
        self.sparsity = sparsity
        self.progress = progress

    def fit(self, X: np.ndarray, y: Any = None) -> NMF:
        """Learns components of X (samples × features, non-negative and finite)."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: np.ndarray, y: Any = None) -> np.ndarray:
        """Learns components of X and answers their activations, samples × components, float32."""
        X = self._checked(X, reset=True)
        fixed = None if self.fixed is None else _unit_rows(self.fixed, "fixed")[0]
        activations, self.components_, report = _nmfsep.factorise(
            X, fixed, self._options(), self.progress
        )
        self.n_components_ = self._n_features_out = self.components_.shape[0]
        self.n_iter_ = report["iterations"]
        self.cost_ = report["cost"]
        self.reconstruction_err_ = report["cost"][-1][1]
        return activations

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Activations of X, samples × components, float32, each sample by itself."""
        check_is_fitted(self)
        X = self._checked(X, reset=False)
        return _nmfsep.infer_activations(X, self.components_, self._options(), self.progress)[0]

    def inverse_transform(self, X: np.ndarray) -> np.ndarray:
        """X (samples × components) · `components_`."""
        check_is_fitted(self)
        return np.asarray(X) @ self.components_

    def _checked(self, X, reset):
        X = validate_data(self, X, dtype=np.float32, order="C", reset=reset)
        _refuse_negative(X)
        return X

    def _options(self):
        options = _nmfsep.NmfOptions()
        options.components = self.n_components
        options.iterations = self.max_iter
        options.tolerance = self.tol
        options.solver = self.solver
        options.seed = _seed_of(self.random_state)
        options.divergence = _divergence_of(self.beta_loss)
        options.set_sparsity(self.sparsity)
        return options

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def infer_activations(
    X: np.ndarray,
    components: np.ndarray,
    *,
    beta_loss: str | float = "kullback-leibler",
    solver: str = "squarem",
    max_iter: int = 100,
    tol: float = 1e-5,
    sparsity: float = 0.0,
    exact: bool = False,
    progress: Progress | None = None,
) -> np.ndarray:
    """Activations of X (samples × features) for known components (components × features).

    Answers samples × components, float32, so that X ≈ activations · components. Each sample is a
    problem of its own: any split of X gives the same bits. `exact` searches large dictionaries,
    too, on all features and components. The other arguments are those of `NMF`.
    """
    X = np.ascontiguousarray(X, dtype=np.float32)
    unit, sums = _unit_rows(components, "components")
    estimator = NMF(
        beta_loss=beta_loss, solver=solver, max_iter=max_iter, tol=tol, sparsity=sparsity
    )
    options = estimator._options()
    options.exact = exact
    activations = _nmfsep.infer_activations(X, unit, options, progress)[0]
    return activations if (sums == 1).all() else activations / sums


def _unit_rows(components, name) -> tuple[np.ndarray, np.ndarray]:
    """Rows that sum to one as the library wants them, and what they summed to (1 where they did)."""
    rows = np.ascontiguousarray(components, dtype=np.float32)
    if rows.ndim != 2:
        raise ValueError(f"{name} has {rows.ndim} dimensions, must be components × features")
    sums = rows.sum(axis=1, dtype=np.float64)
    if not (np.isfinite(sums).all() and (sums > 0).all() and (rows >= 0).all()):
        raise ValueError(f"{name}: rows must be non-negative, finite and not all zero")
    sums[np.abs(sums - 1) < 1e-6] = 1
    if (sums == 1).all():
        return rows, sums.astype(np.float32)
    return (rows / sums[:, np.newaxis]).astype(np.float32), sums.astype(np.float32)


def _refuse_negative(X):
    if X.size and X.min() < 0:
        raise ValueError("Negative values in data passed to NMF: X must be non-negative")


def _divergence_of(beta_loss) -> str:
    if isinstance(beta_loss, numbers.Real):
        return f"beta={float(beta_loss):.17g}"
    return _DIVERGENCES.get(beta_loss, beta_loss)


def _seed_of(random_state) -> int:
    if random_state is None:
        return 0
    if isinstance(random_state, numbers.Integral):
        return int(random_state)
    return int(random_state.randint(2**31 - 1))
