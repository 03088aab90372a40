#include "nmfsep/sources/grouping/grouping.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "sources/grouping/likeness.hpp"
#include "sources/grouping/spectral_clustering.hpp"
#include "sources/trained_atoms.hpp"
#include "sources/value_checks.hpp"

namespace nmfsep {
namespace {

constexpr double correlation_part = 0.25;  // of what is alike in time, beside persistence
constexpr double tiny = 1e-12;

/// The median of what is above the diagonal.
double median_distance(const Eigen::MatrixXd& distances) {
  std::vector<double> all;
  for (Index b = 1; b < distances.cols(); ++b)
    for (Index a = 0; a < b; ++a) all.push_back(distances(a, b));
  if (all.empty()) return tiny;
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end());
  return std::max(*middle, tiny);
}

/// How unlike nodes are, those of components first: two components at the median have 1.
Eigen::MatrixXd timbre_distances(const Components& components, const GroupingOptions& options) {
  std::vector<Atoms> atoms{{components.W, components.analysis}};
  for (const GroupExample& example : options.examples)
    atoms.push_back({example.W, example.analysis});
  const Eigen::MatrixXd distances = squared_distances(cepstra(atoms));
  const Index K = components.W.cols();
  return distances / median_distance(distances.topLeftCorner(K, K));
}

/// The same in time. Nobody knows when examples would sound in the mixture: there they are as far
/// from all as components are from each other on average.
Eigen::MatrixXd time_distances(const Components& components, const GroupingOptions& options) {
  Points points = persistence(components.H, components.analysis);
  const Index K = points.rows();
  for (const GroupExample& example : options.examples) {
    points.conservativeResize(points.rows() + example.H.rows(), Eigen::NoChange);
    points.bottomRows(example.H.rows()) = persistence(example.H, example.analysis);
  }
  const Eigen::MatrixXd apart = 1 - activation_correlation(components.H).array();
  Eigen::MatrixXd distances = squared_distances(points).array() + correlation_part * apart.mean();
  distances.topLeftCorner(K, K).array() += correlation_part * (apart.array() - apart.mean());
  return distances / median_distance(distances.topLeftCorner(K, K));
}

/// A graph of components, then the atoms of each example.
class Graph {
 public:
  Graph(const Components& components, const GroupingOptions& options)
      : components_(components), options_(options), K_(components.W.cols()) {
    problem_.clusters = options.groups;
    problem_.seed = options.seed;
    problem_.pinned.assign(static_cast<std::size_t>(K_), -1);
    for (std::size_t e = 0; e < options.examples.size(); ++e)
      problem_.pinned.insert(problem_.pinned.end(),
                             static_cast<std::size_t>(options.examples[e].W.cols()),
                             static_cast<Index>(e));
    problem_.affinity = (-distances().array()).exp();
    problem_.weights = weights();
  }

  const ClusteringProblem& problem() const { return problem_; }

 private:
  Index nodes() const { return static_cast<Index>(problem_.pinned.size()); }

  Eigen::MatrixXd distances() const {
    if (options_.by == GroupBy::timbre) return timbre_distances(components_, options_);
    Eigen::MatrixXd result = time_distances(components_, options_);
    if (options_.by == GroupBy::both) result += timbre_distances(components_, options_);
    return result;
  }

  /// A component's amplitude; an example's atoms count together as a group does on average.
  Eigen::VectorXd weights() const {
    Eigen::VectorXd result(nodes());
    for (Index k = 0; k < K_; ++k)
      result(k) =
          static_cast<double>(components_.W.col(k).norm()) * components_.H.row(k).norm() + tiny;
    const double group = result.head(K_).sum() / static_cast<double>(options_.groups);
    Index first = K_;
    for (const GroupExample& example : options_.examples) {
      result.segment(first, example.W.cols())
          .setConstant(group / static_cast<double>(example.W.cols()));
      first += example.W.cols();
    }
    return result;
  }

  const Components& components_;
  const GroupingOptions& options_;
  Index K_;
  ClusteringProblem problem_;
};

}  // namespace

GroupExample learn_example(const SourceAudio& source, const TrainingOptions& options,
                           const ProgressCallback& progress) {
  const Material material = material_for(source, options);
  const NmfOptions nmf = fitted_to(sounding_frames(material).cols(), options, source.origin);
  Factorisation learnt = factorise(material.spectra, nmf, progress);  // silence tells of time, too
  return {source.name, std::move(learnt.W), std::move(learnt.H),
          options.analysis(source.recordings.front().sample_rate)};
}

std::string to_string(GroupBy by) {
  if (by == GroupBy::timbre) return "timbre";
  return by == GroupBy::time ? "time" : "both";
}

GroupBy group_by_from_string(std::string_view text) {
  for (const GroupBy by : {GroupBy::timbre, GroupBy::time, GroupBy::both})
    if (text == to_string(by)) return by;
  throw InvalidArgument(
      fmt::format("group by = '{}', must be timbre, time or both", printable(text)));
}

void GroupingOptions::validate(Index components) const {
  if (groups < 2 || groups > components)
    throw InvalidArgument(
        fmt::format("GroupingOptions: groups = {}, must be from 2 to the number of components, {}",
                    groups, components));
  if (static_cast<Index>(examples.size()) > groups)
    throw InvalidArgument(
        fmt::format("GroupingOptions: examples = {}, must be at most the number of groups, {}",
                    examples.size(), groups));
  for (const GroupExample& example : examples) {
    validate_source_name(example.name);
    const NamedMatrix atoms{example.name, "W", example.W};
    require_shape(atoms, bins_of(example.analysis), example.W.cols());
    require_non_negative(atoms);
    require_shape({example.name, "H", example.H}, example.W.cols(), example.H.cols());
    require_non_negative({example.name, "H", example.H});
  }
}

std::vector<Index> group_components(const Components& components, const GroupingOptions& options) {
  options.validate(components.W.cols());
  std::vector<Index> groups = cluster_spectrally(Graph(components, options).problem());
  groups.resize(static_cast<std::size_t>(components.W.cols()));
  return groups;
}

}  // namespace nmfsep
