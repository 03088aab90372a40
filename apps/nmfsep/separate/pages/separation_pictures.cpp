#include "separate/pages/separation_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/text.hpp"
#include "nmfsep/masking/wiener_mask.hpp"
#include "pictures/cost_picture.hpp"

namespace nmfsep::cli {
namespace {

/// Beyond these, ordering atoms by pitch takes longer than it tells.
constexpr Index most_ordered_atoms = 400;

/// The columns of each channel's own frames.
Matrix own_columns(const Matrix& all, const ExplainedFrames& frames) {
  Matrix own(all.rows(), frames.channels * frames.own);
  for (Index channel = 0; channel < frames.channels; ++channel)
    own.middleCols(channel * frames.own, frames.own) =
        all.middleCols(frames.column(channel, 0), frames.own);
  return own;
}

/// The masks that stems are made with, of the own frames.
std::vector<Matrix> masks_of(const ExplainedFrames& frames, double exponent) {
  std::vector<SourceEstimate> own;
  for (const SourceEstimate& source : frames.decomposition.sources)
    own.push_back({source.name, own_columns(source.magnitudes, frames)});
  if (!frames.decomposition.are_masks) return wiener_masks(own, exponent);
  std::vector<Matrix> masks;
  for (SourceEstimate& source : own) masks.push_back(std::move(source.magnitudes));
  return masks;
}

AtomOrder order_for(Index atoms) {
  return atoms <= most_ordered_atoms ? AtomOrder::pitch : AtomOrder::stored;
}

}  // namespace

void SeparationPictures::take(const ExplainedFrames& frames) {
  const Decomposition& found = frames.decomposition;
  const auto picture = [&] { return FramesPicture(subject_.analysis, subject_.start_seconds); };
  for (std::size_t s = sources_.size(); s < found.sources.size(); ++s)
    sources_.push_back({found.sources[s].name, picture()});
  const std::vector<Matrix> masks = masks_of(frames, subject_.objective.mask_exponent);
  for (std::size_t s = 0; s < masks.size(); ++s) {
    Source& source = sources_[s];
    source.mask.push(masks[s], frames.channels, 0, frames.own);
    if (s >= found.factors.size() || found.factors[s].H.size() == 0) continue;
    if (!source.activations) source.activations = picture();
    source.activations->push(own_columns(found.factors[s].H, frames), frames.channels, 0,
                             frames.own);
    source.learnt = found.factors[s].W;
  }
}

HeatMap SeparationPictures::spectrogram(const DrawnSound& sound,
                                        const ProgressCallback& progress) const {
  const int rate = sound.audio.info().sample_rate;
  HeatMap map = spectrogram_of(
      sound.audio, {{rate, StftOptions::for_sample_rate(rate)}, subject_.start_seconds, {}},
      progress);
  map.title = printable(sound.title);
  return map;
}

std::vector<Panel> SeparationPictures::panels(const NmfReport& report, double seconds) const {
  std::vector<Panel> panels;
  for (const Source& source : sources_) {
    HeatMap map = source.mask.map(seconds, {});
    map.title = fmt::format("Mask of '{}'", printable(source.name));
    map.colour = {"", 0, 1};
    panels.emplace_back(std::move(map));
  }
  for (const Source& source : sources_) add_factors(source, seconds, panels);
  std::vector<Point> points;
  for (const CostSample& sample : report.cost)
    points.push_back({static_cast<double>(sample.iteration), sample.cost});
  if (std::optional<LineChart> curve = cost_chart(points)) {
    curve->title = "Cost";
    panels.emplace_back(std::move(*curve));
  }
  return panels;
}

/// None, where a source is explained by something else.
Atoms SeparationPictures::atoms_of_source(const Source& source) const {
  if (source.learnt.size() > 0)
    return {source.learnt,
            order_of(source.learnt, subject_.analysis, order_for(source.learnt.cols())),
            subject_.analysis, subject_.objective.magnitude_exponent};
  for (const SourceModel& model : subject_.models)
    if (model->name == source.name) return atoms_of(model, order_for(model->components()));
  return {};
}

/// An atom a row, the first below, in dB under the loudest moment.
HeatMap SeparationPictures::activations_map(const Source& source, const Atoms& atoms,
                                            double seconds) const {
  HeatMap map = source.activations->map(seconds, {});
  if (static_cast<Index>(atoms.order.size()) == map.values.rows())
    map.values = map.values(atoms.order, Eigen::all).eval();
  const float highest = std::max(map.values.maxCoeff(), 1e-30F);
  map.values = 20 * (map.values.array() / highest).max(1e-10F).log10();
  const auto rows = static_cast<double>(map.values.rows());
  map.title = fmt::format("H of '{}'", printable(source.name));
  map.rows = {0.5, rows + 0.5};
  map.y = {"Atom", 0.5, rows + 0.5};
  map.colour = {"dB", -50, 0};
  map.smooth = false;
  return map;
}

void SeparationPictures::add_factors(const Source& source, double seconds,
                                     std::vector<Panel>& panels) const {
  const Atoms atoms = atoms_of_source(source);
  if (atoms.W.size() > 0)
    panels.emplace_back(
        dictionary_map(atoms, fmt::format("W of '{}'", printable(source.name)), {}));
  if (source.activations) panels.emplace_back(activations_map(source, atoms, seconds));
}

void share_bar(std::vector<HeatMap>& spectrograms) {
  double loudest = -100;
  for (const HeatMap& map : spectrograms)
    loudest = std::max(loudest, static_cast<double>(map.values.maxCoeff()));
  for (HeatMap& map : spectrograms) map.colour = PictureStyle().decibels(loudest);
}

}  // namespace nmfsep::cli
