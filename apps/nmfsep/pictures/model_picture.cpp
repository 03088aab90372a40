#include "pictures/model_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "separate/component_facts.hpp"

namespace nmfsep::cli {
namespace {

/// A tensor of two dimensions; without values where the model has none of that name.
Matrix matrix_of(const SourceModel& model, const std::string& name) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  for (const Tensor& tensor : model->tensors())
    if (tensor.name == name && tensor.shape.size() == 2)
      return Eigen::Map<const Rows>(tensor.values.data(), tensor.shape[0], tensor.shape[1]);
  return {};
}

/// In bins.
double centroid_of(const VectorView& spectrum) {
  double sum = 0;
  double weighted = 0;
  for (Index bin = 0; bin < spectrum.size(); ++bin) {
    sum += static_cast<double>(spectrum(bin));
    weighted += static_cast<double>(bin) * static_cast<double>(spectrum(bin));
  }
  return weighted / std::max(sum, 1e-30);
}

/// The magnitudes of an atom over all of its frames.
Vector mean_frame(const VectorView& atom, Index bins) {
  Vector sum = Vector::Zero(bins);
  for (Index first = 0; first < atom.size(); first += bins) sum += atom.segment(first, bins);
  return sum;
}

std::string words_of(AtomOrder order) {
  switch (order) {
    case AtomOrder::pitch:
      return ", by pitch";
    case AtomOrder::centroid:
      return ", by centroid";
    case AtomOrder::stored:
      return "";
  }
  return {};
}

/// "step, training, held out" of a network's training, if the model keeps it.
std::optional<LineChart> curve_of(const SourceModel& model, const std::string& file) {
  const Matrix curve = matrix_of(model, "curve");
  if (curve.rows() < 2 || curve.cols() != 3) return std::nullopt;
  LineChart chart{
      fmt::format("{}: training of '{}'", file, printable(model->name)),
      {{"trained on", {}}, {"held out", {}}},
      {"Step", static_cast<double>(curve(0, 0)), static_cast<double>(curve(curve.rows() - 1, 0))},
      {"Loss", 0, static_cast<double>(curve.rightCols(2).maxCoeff())}};
  for (Index i = 0; i < curve.rows(); ++i)
    for (Index line = 0; line < 2; ++line)
      chart.lines[static_cast<std::size_t>(line)].points.push_back(
          {static_cast<double>(curve(i, 0)), static_cast<double>(curve(i, line + 1))});
  if (!(chart.x.low < chart.x.high) || !(chart.y.high > 0)) return std::nullopt;
  return chart;
}

/// SDR of what was held out, step by step, a line for each of a set's networks, if the model keeps
/// it.
std::optional<LineChart> sdr_curve_of(const SourceModel& model, const std::string& file) {
  const Matrix looks = matrix_of(model, "network_sdr");  // network, step, SDR, kept
  if (looks.rows() < 2 || looks.cols() != 4) return std::nullopt;
  const auto least = [&](Index column) {
    return static_cast<double>(looks.col(column).minCoeff());
  };
  const auto most = [&](Index column) { return static_cast<double>(looks.col(column).maxCoeff()); };
  LineChart chart{
      fmt::format("{}: training of the network, held out", file),
      {},
      {"Step", least(1), most(1)},
      {"SDR, dB", std::min(0.0, std::floor(least(2))), std::max(1.0, std::ceil(most(2)))}};
  for (Index i = 0; i < looks.rows(); ++i) {
    if (i == 0 || looks(i, 0) != looks(i - 1, 0))
      chart.lines.push_back({fmt::format("network {}", chart.lines.size() + 1), {}});
    chart.lines.back().points.push_back(
        {static_cast<double>(looks(i, 1)), static_cast<double>(looks(i, 2))});
  }
  if (!(chart.x.low < chart.x.high)) return std::nullopt;
  return chart;
}

}  // namespace

std::vector<Index> order_of(const MatrixView& W, const Analysis& analysis, AtomOrder order) {
  std::vector<Index> places(static_cast<std::size_t>(W.cols()));
  std::iota(places.begin(), places.end(), Index{0});
  if (order == AtomOrder::stored) return places;
  struct Key {
    bool has_no_pitch;
    double height;
    auto operator<=>(const Key&) const = default;
  };
  std::vector<Key> keys;
  for (Index k = 0; k < W.cols(); ++k) {
    const Vector spectrum = mean_frame(W.col(k), bins_of(analysis));
    const auto pitch =
        order == AtomOrder::pitch ? pitch_of(spectrum, analysis) : std::optional<double>();
    keys.push_back({!pitch, pitch.value_or(centroid_of(spectrum))});
  }
  std::stable_sort(places.begin(), places.end(), [&](Index a, Index b) {
    return keys[static_cast<std::size_t>(a)] < keys[static_cast<std::size_t>(b)];
  });
  return places;
}

Atoms atoms_of(const SourceModel& model, AtomOrder order) {
  Atoms atoms{matrix_of(model, "W"), {}, model->analysis, model->objective.magnitude_exponent};
  if (atoms.W.size() == 0) atoms.W = matrix_of(model, "reconstruction/0");
  if (atoms.W.size() > 0 && atoms.W.rows() % bins_of(atoms.analysis) == 0)
    atoms.order = order_of(atoms.W, atoms.analysis, order);
  else
    atoms.W.resize(0, 0);
  return atoms;
}

HeatMap dictionary_map(const Atoms& atoms, const std::string& title, const PictureStyle& style) {
  const Index bins = bins_of(atoms.analysis);
  const Index frames = atoms.W.rows() / bins;
  const double hertz =
      static_cast<double>(atoms.analysis.sample_rate) / atoms.analysis.stft.fft_size;
  const float highest = std::max(atoms.W.maxCoeff(), 1e-30F);
  const auto factor = static_cast<float>(20 / atoms.exponent / std::log(10.0));
  HeatMap map;
  map.title = title;
  map.values.resize(bins, frames * atoms.W.cols());
  Index column = 0;
  for (const Index k : atoms.order)
    for (Index frame = 0; frame < frames; ++frame)
      map.values.col(column++) =
          factor * (atoms.W.col(k).segment(frame * bins, bins).array() / highest).max(1e-30F).log();
  map.rows = {-hertz / 2, atoms.analysis.sample_rate / 2.0 + hertz / 2};
  map.columns = {0.5, static_cast<double>(atoms.W.cols()) + 0.5};
  map.x = {"Atom", map.columns.low, map.columns.high};
  map.y = style.frequency(atoms.analysis.sample_rate);
  map.colour = style.decibels(0);
  map.map = style.map;
  return map;
}

std::vector<Panel> panels_of(const SourceModel& model, const std::string& file,
                             const PictureStyle& style) {
  std::vector<Panel> panels;
  const Atoms atoms = atoms_of(model, style.order);
  if (atoms.W.size() > 0)
    panels.emplace_back(dictionary_map(
        atoms,
        fmt::format("{}: {} {} of '{}'{}", file, atoms.W.cols(), model->component_word(),
                    printable(model->name), words_of(style.order)),
        style));
  if (const auto curve = curve_of(model, file)) panels.emplace_back(*curve);
  if (const auto curve = sdr_curve_of(model, file)) panels.emplace_back(*curve);
  if (panels.empty())
    throw ModelFileError(
        fmt::format("{}: source '{}' is a {} and has neither atoms nor a curve of "
                    "training to draw; leave it out",
                    file, printable(model->name), model->describe_kind()));
  return panels;
}

}  // namespace nmfsep::cli
