#include "shared_material.hpp"

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/shared_training.hpp"

namespace nmfsep::cli {
namespace {

/// Appends columns where they are, if memory allows.
void append(const Matrix& columns, Matrix& all) {
  const Index before = all.cols();
  all.conservativeResize(Eigen::NoChange, before + columns.cols());
  all.rightCols(columns.cols()) = columns;
}

FileFacts facts_of(const SourceAudio& audio, Index frames) {
  FileFacts facts;
  const std::string& digest = audio.digests.front().sha256;
  if (digest.size() != facts.sha256.size())
    throw AudioFileError(audio.origin + ": is no regular file; give a file that can be read again");
  std::copy(digest.begin(), digest.end(), facts.sha256.begin());
  facts.seconds = audio.seconds();
  facts.frames = frames;
  return facts;
}

}  // namespace

SharedMaterial read_share(const std::vector<std::filesystem::path>& files,
                          const TrainingOptions& options, const ReadingOptions& reading,
                          Diagnostics& diagnostics, const ProgressCallback& progress) {
  SharedMaterial material;
  material.spectra.resize(bins_of(options.analysis(*reading.sample_rate)), 0);
  const auto total = static_cast<std::int64_t>(files.size());
  std::int64_t done = 0;
  const ProgressCallback of_all = [&](const Progress& one) {
    return progress ? progress({one.stage, done, total, {}}) : Answer::proceed;
  };
  for (const std::filesystem::path& file : files) {
    const SourceAudio audio =
        std::move(read_sources({{"recording", {file}}}, reading, diagnostics, of_all).front());
    Matrix spectra;
    if (!audio.recordings.empty()) {
      spectra = sounding_spectra(audio, options);
      append(spectra, material.spectra);
    }
    material.facts.push_back(facts_of(audio, spectra.cols()));
    ++done;
  }
  return material;
}

}  // namespace nmfsep::cli
