#include "info/probabilities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

constexpr std::size_t most_peaks = 3;

/// W, bins × atoms, or null.
const Tensor* atoms_in(const std::vector<Tensor>& tensors, const Model& model) {
  const std::vector<Index> shape{bins_of(model.analysis), model.components()};
  for (const Tensor& tensor : tensors)
    if (tensor.name == "W" && tensor.shape == shape) return &tensor;
  return nullptr;
}

/// "0.312 at 86 Hz, 0.101 at 172 Hz; entropy 3.41 bits" of what sums to one over bins.
std::string describe(const std::vector<double>& p, double hertz_a_bin) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
  std::string text;
  for (std::size_t i = 0; i < std::min(most_peaks, order.size()); ++i)
    text += fmt::format("{}{:.3f} at {:.0f} Hz", i == 0 ? "" : ", ", p[order[i]],
                        static_cast<double>(order[i]) * hertz_a_bin);
  double entropy = 0;
  for (const double each : p) entropy -= each > 0 ? each * std::log2(each) : 0;
  return fmt::format("{}; entropy {:.2f} bits", text, entropy);
}

}  // namespace

std::string probabilities_of(const std::string& path, const SourceModel& model) {
  const std::vector<Tensor> tensors = model->tensors();
  const Tensor* W = atoms_in(tensors, *model);
  if (W == nullptr)
    throw InvalidArgument(
        fmt::format("--probabilities: {}: source '{}' is a {}, which has no atoms of one frame",
                    nmfsep::quoted(path), model->name, model->describe_kind()));
  const auto bins = static_cast<std::size_t>(W->shape[0]);
  const auto count = static_cast<std::size_t>(W->shape[1]);
  const double hertz_a_bin =
      static_cast<double>(model->analysis.sample_rate) / model->analysis.stft.fft_size;
  std::string text = fmt::format("{}: source '{}', p(f|z) of {} {}\n", printable(path), model->name,
                                 count, model->component_word());
  for (std::size_t z = 0; z < count; ++z) {
    std::vector<double> p(bins);
    for (std::size_t f = 0; f < bins; ++f) p[f] = static_cast<double>(W->values[f * count + z]);
    text += fmt::format("  z = {:<4} {}\n", z + 1, describe(p, hertz_a_bin));
  }
  return text;
}

}  // namespace nmfsep::cli
