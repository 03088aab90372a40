#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <map>

#include "bindings.hpp"
#include "interruptible.hpp"
#include "nmfsep/training/trainer.hpp"
#include "recording.hpp"
#include "reports.hpp"
#include "warnings.hpp"

namespace nmfsep::python {
namespace {

using namespace nb::literals;
namespace fs = std::filesystem;

/// A source's name and its recordings.
using Source = std::pair<std::string, std::vector<Recording>>;

/// Recordings as the library names them: arrays go by names that stand for them.
class NamedRecordings {
 public:
  NamedRecordings(const std::vector<Source>& sources, int sample_rate) : sample_rate_(sample_rate) {
    for (const auto& [name, recordings] : sources) {
      sources_.push_back({name, {}});
      for (const Recording& recording : recordings) add(recording);
    }
  }

  const std::vector<SourceRecordings>& sources() const { return sources_; }

  std::unique_ptr<AudioSource> open(const fs::path& path) const {
    const auto found = arrays_.find(path);
    return found == arrays_.end() ? python::open(path, 0, "")
                                  : python::open(*found->second, sample_rate_, path.string());
  }

 private:
  void add(const Recording& recording) {
    SourceRecordings& source = sources_.back();
    if (const auto* path = std::get_if<fs::path>(&recording)) {
      source.files.push_back(*path);
      return;
    }
    const std::string number = std::to_string(source.files.size() + 1);
    source.files.emplace_back(source.name + ", array " + number);
    arrays_[source.files.back()] = &recording;
  }

  int sample_rate_;
  std::vector<SourceRecordings> sources_;
  std::map<fs::path, const Recording*> arrays_;
};

/// Answers models, reports, remarks and warnings.
nb::tuple train(const std::vector<Source>& sources, int sample_rate, TrainingOptions options,
                ReadingOptions reading, nb::object listener) {
  const NamedRecordings recordings(sources, sample_rate);
  reading.open = [&](const fs::path& path, const ProgressCallback&) {
    return recordings.open(path);
  };
  std::vector<TrainedModel> trained;
  Diagnostics diagnostics;
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
             "progress"_a.none());
}

}  // namespace nmfsep::python
