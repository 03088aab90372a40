"""What `NMF` needs of scikit-learn, for those who have none."""

from __future__ import annotations

import inspect

import numpy as np


class BaseEstimator:
    def get_params(self, deep=True):
        """The arguments of the constructor."""
        names = inspect.signature(type(self).__init__).parameters
        return {name: getattr(self, name) for name in names if name != "self"}

    def set_params(self, **params):
        """Changes arguments of the constructor."""
        for name, value in params.items():
            if name not in self.get_params():
                raise ValueError(f"Invalid parameter {name!r} for {type(self).__name__}")
            setattr(self, name, value)
        return self


class TransformerMixin:
    pass


class ClassNamePrefixFeaturesOutMixin:
    def get_feature_names_out(self, input_features=None):
        """One name a component: "nmf0" and so on."""
        return np.array([f"nmf{k}" for k in range(self._n_features_out)], dtype=object)


def check_is_fitted(estimator):
    if not hasattr(estimator, "components_"):
        raise ValueError(
            f"This {type(estimator).__name__} instance is not fitted yet: call fit before"
        )


def validate_data(estimator, X, *, dtype, order, reset):
    X = np.asarray(X, dtype=dtype, order=order)
    if X.ndim != 2:
        raise ValueError(f"X has {X.ndim} dimensions, must be samples × features")
    if not np.isfinite(X).all():
        raise ValueError("X has NaN or infinity, must be finite")
    if reset:
        estimator.n_features_in_ = X.shape[1]
    elif X.shape[1] != estimator.n_features_in_:
        raise ValueError(
            f"X has {X.shape[1]} features, but {type(estimator).__name__} is expecting "
            f"{estimator.n_features_in_} features as input"
        )
    return X
