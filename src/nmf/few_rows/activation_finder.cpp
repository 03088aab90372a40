#include "nmfsep/nmf/activation_finder.hpp"

#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/columns.hpp"

namespace nmfsep {
namespace {

/// Of its source's sum: activations below it are not worth multiplying with atoms of all rows.
constexpr double faintest_to_rebuild = 1.2e-2;

}  // namespace

ActivationFinder::ActivationFinder(const std::vector<MatrixView>& sources, Index context,
                                   NmfOptions options)
    : options_(std::move(options)) {
  if (sources.empty()) throw InvalidArgument("ActivationFinder: there is no source");
  options_.validate();
  for (const MatrixView& atoms : sources) {
    sources_.push_back(atoms.cols());
    components_ += atoms.cols();
  }
  if (FewRows::suit(sources.front().rows(), components_, options_))
    few_rows_.emplace(sources, context);
  else
    atoms_ = side_by_side(std::vector<Matrix>(sources.begin(), sources.end()));
}

Activations ActivationFinder::find(const MatrixView& V, const ProgressCallback& progress) const {
  if (!few_rows_) return infer_activations(V, atoms_, options_, progress);
  Activations found = few_rows_->infer(V, options_, progress);
  drop_faint(sources_, faintest_to_rebuild, found.H);
  return found;
}

}  // namespace nmfsep
