#include "nmfsep/guidance/score/music_score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr double ringing = 0.25;   // seconds that a note sounds on when its key is let go
constexpr double stroke = 0.6;     // seconds that percussion rings
constexpr double least_width = 2;  // bins on each side of a partial: half a Hann window's main lobe

double hertz_of(int key) { return 440 * std::exp2((key - 69) / 12.0); }

/// Where a note may sound, in seconds.
struct Stretch {
  double begin;
  double end;
};

/// An atom's frequencies and when it may sound.
struct Atom {
  int key = 0;
  bool has_partials = true;
  std::vector<Stretch> sounds = {};
};

/// A part's atoms: first those of partials by key, then strokes by key.
std::vector<Atom> atoms_of(const ScorePart& part, double tolerance) {
  std::map<std::pair<bool, int>, Atom> atoms;
  for (const ScoreNote& note : part.notes) {
    Atom& atom = atoms[{note.is_struck, note.key}];
    atom.key = note.key;
    atom.has_partials = !note.is_struck;
    const double end = note.is_struck ? note.begin + stroke : std::max(note.begin, note.end);
    atom.sounds.push_back(
        {note.begin - tolerance, end + tolerance + (note.is_struck ? 0 : ringing)});
  }
  std::vector<Atom> result;
  for (auto& [place, atom] : atoms) result.push_back(std::move(atom));
  return result;
}

/// 1/n around the n-th partial, as wide as the tolerance says; 0 elsewhere.
Vector partials_of(int key, const Analysis& analysis, double semitones) {
  const Index bins = bins_of(analysis);
  const double hertz_a_bin = static_cast<double>(analysis.sample_rate) / analysis.stft.fft_size;
  const double base = hertz_of(key) / hertz_a_bin;
  const double spread = std::exp2(semitones / 12);
  Vector spectrum = Vector::Zero(bins);
  const auto highest = static_cast<int>(static_cast<double>(bins - 1) / base);
  for (int n = 1; n <= std::max(1, highest); ++n) {
    const double centre = std::min(n * base, static_cast<double>(bins - 1));
    const double below = std::max(centre - centre / spread, least_width);
    const double above = std::max(centre * spread - centre, least_width);
    const auto first = std::max<Index>(0, static_cast<Index>(std::ceil(centre - below)));
    const auto last = std::min(bins - 1, static_cast<Index>(std::floor(centre + above)));
    for (Index bin = first; bin <= last; ++bin)
      spectrum(bin) = std::max(spectrum(bin), 1 / static_cast<float>(n));
  }
  return spectrum;
}

/// The second in the middle of a frame.
double middle_of(Index frame, const GuideGrid& grid) {
  const StftOptions& stft = grid.analysis.stft;
  const Index lead = Stft(stft).lead_frames();
  return grid.start_seconds + static_cast<double>((frame - lead) * stft.hop + stft.fft_size / 2) /
                                  grid.analysis.sample_rate;
}

/// 1 in the frames whose middle lies in one of the stretches.
Eigen::RowVectorXf sounding(const Atom& atom, const GuideGrid& grid) {
  Eigen::RowVectorXf row = Eigen::RowVectorXf::Zero(grid.frames);
  if (grid.frames == 0) return row;
  const double first = middle_of(0, grid);
  const double hop = static_cast<double>(grid.analysis.stft.hop) / grid.analysis.sample_rate;
  const auto frame_from = [&](double seconds) {
    return static_cast<Index>(
        std::clamp(std::ceil((seconds - first) / hop), 0.0, static_cast<double>(grid.frames)));
  };
  for (const Stretch& stretch : atom.sounds) {
    const Index begin = frame_from(stretch.begin);
    row.segment(begin, frame_from(stretch.end) - begin).setOnes();
  }
  return row;
}

}  // namespace

void MusicScoreOptions::validate() const {
  if (!(tolerance >= 0 && tolerance <= 10))
    throw InvalidArgument(fmt::format("score tolerance = {}, must be 0 to 10 seconds", tolerance));
  if (!(semitones > 0 && semitones <= 6))
    throw InvalidArgument(
        fmt::format("score semitones = {}, must be above 0 and at most 6", semitones));
}

MusicScore::MusicScore(const std::vector<ScorePart>& parts, MusicScoreOptions options)
    : options_(options) {
  options_.validate();
  if (parts.empty()) throw InvalidArgument("a score without parts says nothing");
  for (const ScorePart& part : parts) {
    const auto same = std::find_if(parts_.begin(), parts_.end(),
                                   [&](const ScorePart& one) { return one.name == part.name; });
    if (same == parts_.end())
      parts_.push_back(part);
    else
      same->notes.insert(same->notes.end(), part.notes.begin(), part.notes.end());
  }
}

std::vector<std::string> MusicScore::names() const {
  std::vector<std::string> names;
  for (const ScorePart& part : parts_) names.push_back(part.name);
  return names;
}

bool MusicScore::has(const std::string& name) const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [&](const ScorePart& part) { return part.name == name; });
}

const ScorePart& MusicScore::part(const std::string& name) const {
  for (const ScorePart& part : parts_)
    if (part.name == name) return part;
  throw InvalidArgument(fmt::format("the score has no part '{}'", name));
}

Index MusicScore::components(const std::string& name) const {
  return static_cast<Index>(atoms_of(part(name), options_.tolerance).size());
}

void MusicScore::require_notes(const GuideGrid& grid) const {
  for (const ScorePart& part : parts_)
    for (const Atom& atom : atoms_of(part, options_.tolerance))
      if (sounding(atom, grid).any()) return;
  throw InvalidArgument(fmt::format(
      "the score has no note from {:.2f} to {:.2f} s, which is separated; align it with the "
      "recording",
      grid.start_seconds,
      grid.start_seconds +
          static_cast<double>(grid.frames * grid.analysis.stft.hop) / grid.analysis.sample_rate));
}

ScoreStart MusicScore::start(const std::string& name, const GuideGrid& grid) const {
  const std::vector<Atom> atoms = atoms_of(part(name), options_.tolerance);
  const Index bins = bins_of(grid.analysis);
  const auto count = static_cast<Index>(atoms.size());
  ScoreStart start{Matrix::Ones(bins, count), Matrix(count, grid.frames)};
  for (Index k = 0; k < count; ++k) {
    const Atom& atom = atoms[static_cast<std::size_t>(k)];
    if (atom.has_partials)
      start.W.col(k) = partials_of(atom.key, grid.analysis, options_.semitones);
    start.H.row(k) = sounding(atom, grid);
  }
  return start;
}

}  // namespace nmfsep
