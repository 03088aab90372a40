#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "bindings.hpp"
#include "interruptible.hpp"
#include "named_recordings.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/tuning/tuner.hpp"
#include "warnings.hpp"

namespace nmfsep::python {
namespace {

using namespace nb::literals;

nb::dict dict_of(const Trial& trial) {
  nb::dict result;
  result["choice"] = describe(trial.choice);
  result["sdr"] = trial.sdr;
  result["sir"] = trial.sir;
  result["sar"] = trial.sar;
  result["mixtures"] = trial.mixtures;
  result["seconds"] = trial.seconds;
  return result;
}

nb::dict dict_of(const TuningResult& tuned) {
  nb::list trials;
  for (const Trial& trial : tuned.trials) trials.append(dict_of(trial));
  nb::dict result;
  result["models"] = tuned.models;
  result["best"] = describe(tuned.best);
  result["trials"] = trials;
  result["usual"] = tuned.searched ? nb::object(dict_of(tuned.usual)) : nb::none();
  result["reached"] = tuned.searched ? nb::object(dict_of(tuned.reached)) : nb::none();
  result["enough_material"] = tuned.enough_material;
  return result;
}

/// Answers what was found, and warnings.
nb::tuple tune(const std::vector<Source>& sources, int sample_rate, TunerOptions options,
               ReadingOptions reading, bool take_what_is_there, nb::object listener) {
  Diagnostics diagnostics;
  const NamedRecordings recordings(sources, sample_rate,
                                   take_what_is_there ? &diagnostics : nullptr);
  reading.open = recordings.opener();
  TuningResult tuned;
  Interruptible job(std::move(listener));
  job.run([&] {
    const auto audio = read_sources(recordings.sources(), reading, diagnostics, job.progress());
    tuned = Tuner(options).tune(audio, diagnostics, job.progress());
    if (tuned.interrupted) throw Cancelled();
  });
  return nb::make_tuple(dict_of(tuned), warnings_of(diagnostics));
}

}  // namespace

void bind_tuning(nb::module_& module) {
  nb::class_<TunerOptions>(module, "TunerOptions", "How settings are searched.")
      .def(nb::init<>())
      .def_rw("budget_seconds", &TunerOptions::budget_seconds)
      .def_rw("most_choices", &TunerOptions::most_choices)
      .def_rw("seed", &TunerOptions::seed)
      .def_rw("exact", &TunerOptions::exact);
  module.def("tune", &tune, "sources"_a, "sample_rate"_a, "options"_a, "reading"_a,
             "take_what_is_there"_a, "progress"_a.none());
}

}  // namespace nmfsep::python
