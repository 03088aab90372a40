#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "bindings.hpp"
#include "interruptible.hpp"
#include "nmfsep/separation/separator.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "nmfsep/sources/hpss/hpss_decomposer.hpp"
#include "recording.hpp"
#include "reports.hpp"
#include "warnings.hpp"

namespace nmfsep::python {
namespace {

using namespace nb::literals;

/// What a separation is asked for: where it says nothing, models do.
struct Request {
  std::vector<SourceModel> models;
  std::vector<LearntSource> learnt;
  std::optional<HpssOptions> hpss;  ///< instead of models and sources to learn
  NmfOptions nmf;                   ///< but for …
  std::optional<int> iterations;    ///< … its updates
  std::optional<StftOptions> stft;  ///< counts where there is no model
  Objective objective;              ///< the same
  std::optional<double> mask_exponent;
  SeparatorOptions separator;
  bool take_what_is_there = false;  ///< of a file that is shorter than its header says
};

/// As the program settles them.
Objective settled_objective(const Request& request) {
  Objective objective =
      request.models.empty() ? request.objective : agreement_of(request.models).objective;
  if (request.hpss) objective.mask_exponent = request.hpss->mask_exponent;
  objective.mask_exponent = request.mask_exponent.value_or(objective.mask_exponent);
  return objective;
}

NmfOptions settled_search(const Request& request, const Objective& objective) {
  NmfOptions nmf = request.nmf;
  nmf.divergence = objective.divergence;
  const Agreement agreement = agreement_of(request.models);
  nmf.exact = nmf.exact || agreement.exact;
  if (request.learnt.empty() && !request.models.empty())
    nmf.iterations = agreement.mixture_iterations;
  nmf.iterations = request.iterations.value_or(nmf.iterations);
  return nmf;
}

Separator separator_for(const Request& request, int sample_rate) {
  const StftOptions usual = StftOptions::for_sample_rate(sample_rate);
  const Analysis analysis = request.models.empty()
                                ? Analysis{sample_rate, request.stft.value_or(usual)}
                                : request.models.front()->analysis;
  const Objective objective = settled_objective(request);
  std::shared_ptr<const Decomposer> decomposer;
  if (request.hpss) {
    HpssOptions hpss = *request.hpss;
    hpss.mask_exponent = objective.mask_exponent;
    decomposer = std::make_shared<HpssDecomposer>(hpss);
  } else {
    decomposer =
        make_decomposer(request.models, request.learnt, settled_search(request, objective));
  }
  return Separator(analysis, objective, decomposer, request.separator);
}

/// Stems as they come, samples × channels each.
class Stems {
 public:
  Stems(std::size_t count, const AudioInfo& mixture)
      : written_(count, 0), samples_(count, Matrix(mixture.length.value(), mixture.channels)) {}

  void take(std::size_t stem, const MatrixView& block) {
    samples_[stem].middleRows(written_[stem], block.rows()) = block;
    written_[stem] += block.rows();
  }

  nb::list arrays() {
    nb::list result;
    for (Matrix& stem : samples_) result.append(rows_of(std::move(stem)));
    return result;
  }

 private:
  std::vector<Index> written_;
  std::vector<Matrix> samples_;
};

/// Answers stems by name, the sample rate, the residual in dB, the report and warnings.
nb::tuple separate(const Recording& recording, int sample_rate, const Request& request,
                   nb::object listener) {
  std::vector<std::string> names;
  std::optional<Stems> stems;
  SeparationReport report;
  Diagnostics diagnostics;
  AudioInfo info;
  Interruptible job(std::move(listener));
  job.run([&] {
    const std::unique_ptr<AudioSource> mixture = open(
        recording, sample_rate, "mixture", request.take_what_is_there ? &diagnostics : nullptr);
    info = mixture->info();
    const Separator separator = separator_for(request, info.sample_rate);
    names = separator.source_names();
    stems.emplace(names.size(), info);
    const SeparationSinks sinks([&](std::size_t stem, const MatrixView& samples,
                                    const MatrixView&) { stems->take(stem, samples); });
    report = separator.separate(*mixture, sinks, diagnostics, job.progress());
  });
  nb::dict by_name;
  const nb::list arrays = stems->arrays();
  for (std::size_t s = 0; s < names.size(); ++s) by_name[names[s].c_str()] = arrays[s];
  return nb::make_tuple(by_name, info.sample_rate, report.residual_dbfs,
                        report_of(report.factorisation), warnings_of(diagnostics));
}

}  // namespace

void bind_separation(nb::module_& module) {
  nb::class_<HpssOptions>(module, "HpssOptions", "How what sustains is told from what strikes.")
      .def(nb::init<>())
      .def_rw("harmonic_frames", &HpssOptions::harmonic_frames)
      .def_rw("percussive_bins", &HpssOptions::percussive_bins)
      .def_rw("harmonic_margin", &HpssOptions::harmonic_margin)
      .def_rw("percussive_margin", &HpssOptions::percussive_margin);
  nb::class_<Request>(module, "SeparationRequest", "What a separation is asked for.")
      .def(nb::init<>())
      .def_rw("models", &Request::models)
      .def("learn",
           [](Request& self, const std::string& name, Index components) {
             self.learnt.push_back({name, components});
           })
      .def_rw("hpss", &Request::hpss, nb::arg().none())
      .def_rw("nmf", &Request::nmf)
      .def_rw("iterations", &Request::iterations, nb::arg().none())
      .def_rw("stft", &Request::stft, nb::arg().none())
      .def_rw("objective", &Request::objective)
      .def_rw("mask_exponent", &Request::mask_exponent, nb::arg().none())
      .def_rw("take_what_is_there", &Request::take_what_is_there)
      .def("set_block_frames",
           [](Request& self, Index frames) { self.separator.block_frames = frames; });
  module.def("separate", &separate, "mixture"_a, "sample_rate"_a, "request"_a, "progress"_a.none());
}

}  // namespace nmfsep::python
