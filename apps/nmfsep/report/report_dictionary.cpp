#include "report/report_dictionary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "files/npy_reader.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "pictures/model_picture.hpp"
#include "pictures/spectrogram_picture.hpp"
#include "separate/component_facts.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

constexpr int atoms_width = 600;  // pixels
constexpr int atoms_height = 240;
constexpr float atom_range = 60;  // dB

/// The magnitudes of an atom, over all of its frames.
Vector spectrum_of(const Atoms& atoms, Index k) {
  const Index bins = bins_of(atoms.analysis);
  Vector sum = Vector::Zero(bins);
  for (Index first = 0; first < atoms.W.rows(); first += bins)
    sum += atoms.W.col(k).segment(first, bins);
  return sum.array().pow(static_cast<float>(1 / atoms.exponent));
}

/// A byte a bin: 255 is the atom's highest, 0 is `atom_range` dB below or less.
std::string bytes_of_spectrum(const Vector& spectrum) {
  const float highest = std::max(spectrum.maxCoeff(), 1e-30F);
  std::string bytes;
  for (const float value : spectrum) {
    const float level = 1 + 20 * std::log10(std::max(value / highest, 1e-10F)) / atom_range;
    bytes += static_cast<char>(std::lround(255 * std::clamp(level, 0.0F, 1.0F)));
  }
  return bytes;
}

bool is_shown(const Atoms& atoms) {
  return atoms.W.cols() > 0 && atoms.W.cols() <= most_clickable_atoms;
}

AtomActivations activations_of(const fs::path& path, Index components) {
  const NpyArray array = read_npy(path);
  if (array.shape.size() != 3 || array.shape[2] != components || array.shape[1] < 1 ||
      array.shape[0] < 1)
    throw FileError(
        fmt::format("{}: holds no activations of {} components; name what separate "
                    "--save-activations wrote with this model",
                    nmfsep::quoted(path), components));
  const Index frames = array.shape[0];
  const Index channels = array.shape[1];
  AtomActivations result{Matrix(components, frames * channels), channels};
  for (Index t = 0; t < frames; ++t)
    for (Index c = 0; c < channels; ++c)
      result.H.col(c * frames + t) = Eigen::Map<const Vector>(
          &array.values[static_cast<std::size_t>((t * channels + c) * components)], components);
  return result;
}

/// An atom a row, the first below, over the time that the page plays.
Raster activations_picture(const AtomActivations& found, const Atoms& atoms,
                           const DictionaryRequest& request) {
  const Index frames = found.H.cols() / found.channels;
  Matrix ordered(found.H.rows(), found.H.cols());
  for (std::size_t row = 0; row < atoms.order.size(); ++row)
    ordered.row(static_cast<Index>(row)) = found.H.row(atoms.order[row]);
  FramesPicture picture(atoms.analysis);
  picture.push(ordered, found.channels, 0, frames);
  HeatMap map = picture.map(request.seconds, {});
  const double start = request.excerpt.start_seconds;
  map.x = {"", start, start + request.seconds};
  const auto rows = static_cast<double>(map.values.rows());
  map.rows = {0, rows};
  map.y = {"", 0, rows};
  const float highest = std::max(map.values.maxCoeff(), 1e-30F);
  map.values = 20 * (map.values.array() / highest).max(1e-10F).log10();
  map.colour = {"", -50, 0};
  map.smooth = false;
  return raster_of(map, 2 * atoms_width, atoms_height);
}

Json dictionary_json(const SourceModel& model, const Atoms& atoms,
                     const DictionaryRequest& request) {
  Json names = Json::array();
  std::string spectra;
  for (const Index k : atoms.order) {
    const Vector spectrum = spectrum_of(atoms, k);
    spectra += bytes_of_spectrum(spectrum);
    const auto pitch = pitch_of(spectrum, atoms.analysis);
    names.push_back(pitch ? fmt::format("{:.0f} Hz", *pitch) : "noisy");
  }
  HeatMap map = dictionary_map(atoms, "", {});
  map.x.title = "";
  Json json = {{"source", printable(model->name)},
               {"atoms", atoms.W.cols()},
               {"bins", bins_of(atoms.analysis)},
               {"hertz_per_bin",
                static_cast<double>(atoms.analysis.sample_rate) / atoms.analysis.stft.fft_size},
               {"range", atom_range},
               {"names", names},
               {"spectra", base64(spectra)},
               {"picture", base64(png_of(raster_of(map, atoms_width, atoms_height)))}};
  const auto found = request.activations.find(model->name);
  if (found != request.activations.end())
    json["activations"] = base64(png_of(activations_picture(found->second, atoms, request)));
  return json;
}

}  // namespace

std::map<std::string, AtomActivations> read_activations(const fs::path& folder,
                                                        const std::vector<SourceModel>& models) {
  std::map<std::string, AtomActivations> result;
  for (const SourceModel& model : models)
    if (const Atoms atoms = atoms_of(model, AtomOrder::stored); is_shown(atoms))
      result[model->name] = activations_of(folder / (model->name + "-H.npy"), atoms.W.cols());
  return result;
}

Json dictionaries_json(const DictionaryRequest& request) {
  Json list = Json::array();
  for (const SourceModel& model : request.models) {
    if (is_shown(atoms_of(model, AtomOrder::stored)))
      list.push_back(dictionary_json(model, atoms_of(model, AtomOrder::pitch), request));
  }
  return list;
}

}  // namespace nmfsep::cli
