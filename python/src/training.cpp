#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "bindings.hpp"
#include "interruptible.hpp"
#include "named_recordings.hpp"
#include "nmfsep/training/trainer.hpp"
#include "reports.hpp"
#include "warnings.hpp"

namespace nmfsep::python {
namespace {

using namespace nb::literals;
/// Answers models, reports, remarks and warnings.
nb::tuple train(const std::vector<Source>& sources, int sample_rate, TrainingOptions options,
                ReadingOptions reading, bool take_what_is_there, nb::object listener) {
  Diagnostics diagnostics;
  const NamedRecordings recordings(sources, sample_rate,
                                   take_what_is_there ? &diagnostics : nullptr);
  reading.open = recordings.opener();
  std::vector<TrainedModel> trained;
  Interruptible job(std::move(listener));
  job.run([&] {
    trained = Trainer(options).train(recordings.sources(), reading, diagnostics, job.progress());
  });
  nb::list reports;
  nb::list remarks;
  for (const TrainedModel& one : trained) {
    reports.append(report_of(one.report));
    remarks.append(one.remark);
  }
  return nb::make_tuple(models_of(trained), reports, remarks, warnings_of(diagnostics));
}

}  // namespace

void bind_training(nb::module_& module) {
  nb::class_<StftOptions>(module, "StftOptions", "How a signal is cut into spectra, in samples.")
      .def(nb::init<>())
      .def_static("for_sample_rate", &StftOptions::for_sample_rate)
      .def_rw("fft_size", &StftOptions::fft_size)
      .def_rw("hop", &StftOptions::hop)
      .def_rw("window_size", &StftOptions::window_size)
      .def_prop_rw(
          "window", [](const StftOptions& self) { return to_string(self.window); },
          [](StftOptions& self, const std::string& name) {
            self.window = window_from_string(name);
          });
  nb::class_<Objective>(module, "Objective", "What is explained, minimised, and the mask's rule.")
      .def(nb::init<>())
      .def_static(
          "for_divergence",
          [](const std::string& name) { return objective_for(divergence_from_string(name)); })
      .def_rw("magnitude_exponent", &Objective::magnitude_exponent)
      .def_rw("mask_exponent", &Objective::mask_exponent);
  nb::class_<TrainingOptions>(module, "TrainingOptions", "How models are learnt.")
      .def_static("usual", &usual_training, "method"_a, "together"_a)
      .def_ro("method", &TrainingOptions::method)
      .def_rw("stft", &TrainingOptions::stft, nb::arg().none())
      .def_rw("objective", &TrainingOptions::objective)
      .def_rw("nmf", &TrainingOptions::nmf)
      .def_rw("fit_components", &TrainingOptions::fit_components)
      .def_rw("context", &TrainingOptions::context)
      .def_rw("ensemble", &TrainingOptions::ensemble)
      .def_rw("mixture_seconds", &TrainingOptions::mixture_seconds)
      .def_prop_rw(
          "steps", [](const TrainingOptions& self) { return self.masks.steps; },
          [](TrainingOptions& self, int steps) { self.masks.steps = steps; })
      .def_prop_rw(
          "states", [](const TrainingOptions& self) { return self.n_hmm.states; },
          [](TrainingOptions& self, int states) { self.n_hmm.states = states; })
      .def_prop_rw(
          "draws", [](const TrainingOptions& self) { return self.n_hmm.draws; },
          [](TrainingOptions& self, double draws) { self.n_hmm.draws = draws; })
      .def_prop_ro("without_effect", [](const TrainingOptions& self) {
        std::vector<std::string> names;
        for (const std::string_view name : options_without_effect(self)) names.emplace_back(name);
        return names;
      });
  nb::class_<ReadingOptions>(module, "ReadingOptions", "How recordings are read.")
      .def(nb::init<>())
      .def_rw("most_seconds", &ReadingOptions::most_seconds)
      .def_rw("seed", &ReadingOptions::seed)
      .def_rw("sample_rate", &ReadingOptions::sample_rate, nb::arg().none());
  module.def("train", &train, "sources"_a, "sample_rate"_a, "options"_a, "reading"_a,
             "take_what_is_there"_a, "progress"_a.none());
}

}  // namespace nmfsep::python
