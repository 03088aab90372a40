#include "shared_learning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "checkpoint.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/core/version.hpp"
#include "nmfsep/nmf/kernel_target.hpp"
#include "nmfsep/sources/shared_training.hpp"
#include "tree_reducer.hpp"

namespace nmfsep::cli {
namespace {

std::string_view text_of(const std::array<char, 64>& digest) {
  return {digest.data(), digest.size()};
}

std::vector<Index> frames_of(const std::vector<FileFacts>& facts) {
  std::vector<Index> frames;
  for (const FileFacts& file : facts) frames.push_back(file.frames);
  return frames;
}

SharedSource source_of(const std::vector<FileFacts>& facts, const LearningJob& job) {
  const std::vector<std::filesystem::path>& paths = job.files.paths;
  SharedSource source{job.name, quoted(paths.front()), *job.reading.sample_rate};
  if (paths.size() > 1) source.origin += fmt::format(" and {} more", paths.size() - 1);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    source.seconds += facts[i].seconds;
    source.frames += facts[i].frames;
    source.digests.push_back({printable(paths[i].native()), std::string(text_of(facts[i].sha256))});
  }
  return source;
}

/// What the bits of a job depend on beside its files, a line each.
std::string settings_of(const LearningJob& job, Index components) {
  const NmfOptions& nmf = job.options.nmf;
  const Excerpt& excerpt = job.reading.excerpt;
  return fmt::format(
      "version {}\ninstruction set {}\ncomponents {}\niterations {}\ntolerance {}\nseed {}\n"
      "solver {}\ndivergence {}\nmagnitude exponent {}\nanalysis {}\nstart {}\nduration {}\n",
      version, kernel_target(), components, nmf.iterations, nmf.tolerance, nmf.seed,
      to_string(nmf.solver), to_string(job.options.objective.divergence),
      job.options.objective.magnitude_exponent,
      describe(job.options.analysis(*job.reading.sample_rate)), excerpt.start_seconds,
      excerpt.seconds ? fmt::format("{}", *excerpt.seconds) : "to the end");
}

CheckpointLayout layout_of(const std::vector<FileFacts>& facts, const LearningJob& job) {
  const std::vector<Index> frames = frames_of(facts);
  const Index sounding = std::accumulate(frames.begin(), frames.end(), Index{0});
  CheckpointLayout layout;
  layout.bins = bins_of(job.options.analysis(*job.reading.sample_rate));
  layout.components = job.options.fit_components ? std::min(job.options.nmf.components, sounding)
                                                 : job.options.nmf.components;
  layout.job = settings_of(job, layout.components);
  const FileRange own = job.place.files;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const std::vector<Index> blocks = block_lengths(frames[i]);
    if (i < own.first) layout.first += blocks.size();
    if (i >= own.first && i < own.last) layout.count += blocks.size();
    layout.blocks.insert(layout.blocks.end(), blocks.begin(), blocks.end());
    layout.job += fmt::format("file {} of {} bytes and {} frames, {}\n", i + 1, job.files.sizes[i],
                              frames[i], text_of(facts[i].sha256));
  }
  return layout;
}

}  // namespace

TrainedModel learn_from(const SharedMaterial& material, const LearningJob& job,
                        const ProgressCallback& progress) {
  TrainingOptions options = job.options;
  options.nmf.reducer = std::make_shared<TreeReducer>(job.ranks, job.place.links);
  SharedJob shared;
  std::optional<CheckpointFile> checkpoint;
  if (!job.checkpoint.empty()) {
    checkpoint.emplace(job.ranks, job.checkpoint, layout_of(material.facts, job));
    shared.resume = checkpoint->load();
    shared.after = [&](const SharedStateView& state) {
      const int updates = state.report.iterations + 1;
      if (updates % job.every == 0 && updates < options.nmf.iterations) checkpoint->save(state);
    };
  }
  return learn_shared(material.spectra,
                      job.tree.branch(job.place.files, frames_of(material.facts), options.nmf.seed),
                      source_of(material.facts, job), options, std::move(shared), progress);
}

}  // namespace nmfsep::cli
