#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/vector.h>

#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "interruptible.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/evaluation/energy_ratios.hpp"
#include "nmfsep/evaluation/stoi.hpp"

namespace nmfsep::python {
namespace {

using namespace nb::literals;

/// samples × channels, in any layout.
using DoubleSignal = nb::ndarray<const double, nb::ndim<2>, nb::device::cpu>;

using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
using SignalMap = Eigen::Map<const Signal, 0, Strides>;

SignalMap map_of(const DoubleSignal& array) {
  return {array.data(), static_cast<Index>(array.shape(0)), static_cast<Index>(array.shape(1)),
          Strides(array.stride(1), array.stride(0))};
}

/// An array where it lies, a piece at a time; asks `job` whether to go on.
class ArrayReader final : public SignalReader {
 public:
  ArrayReader(const DoubleSignal& array, const Interruptible& job)
      : signal_(map_of(array)), job_(job) {}

  Index samples() const override { return signal_.rows(); }
  Index channels() const override { return signal_.cols(); }
  void rewind() override { position_ = 0; }
  Signal next(Index count) override {
    if (job_.cancelled()) throw Cancelled();
    position_ += count;
    return signal_.middleRows(position_ - count, count);
  }

 private:
  SignalMap signal_;
  const Interruptible& job_;
  Index position_ = 0;
};

class ArrayReaders {
 public:
  ArrayReaders(const std::vector<DoubleSignal>& arrays, const char* what,
               const Interruptible& job) {
    for (const DoubleSignal& array : arrays) {
      require_finite(array, what);
      readers_.push_back(std::make_unique<ArrayReader>(array, job));
      pointers_.push_back(readers_.back().get());
    }
  }
  const std::vector<SignalReader*>& pointers() const { return pointers_; }

 private:
  void require_finite(const DoubleSignal& array, const char* what) const {
    if (!map_of(array).allFinite())
      throw InvalidArgument(std::string(what) + " " + std::to_string(readers_.size()) +
                            " has NaN or infinity, must be finite");
  }

  std::vector<std::unique_ptr<ArrayReader>> readers_;
  std::vector<SignalReader*> pointers_;
};

double number_of(const Score& score) {
  return score.value_or(std::numeric_limits<double>::quiet_NaN());
}

/// sources × frames, as NumPy has it.
template <typename Value>
nb::object table(const BssEvalResult& result, std::size_t sources, const Value& value) {
  const std::size_t frames = result.frames.size();
  using Number = decltype(value(result.frames[0], std::size_t{0}));
  auto* numbers = new std::vector<Number>();
  const nb::capsule owner(
      numbers, [](void* pointer) noexcept { delete static_cast<std::vector<Number>*>(pointer); });
  for (std::size_t j = 0; j < sources; ++j)
    for (const BssFrame& frame : result.frames) numbers->push_back(value(frame, j));
  return nb::cast(
      nb::ndarray<nb::numpy, Number, nb::ndim<2>>(numbers->data(), {sources, frames}, owner));
}

nb::dict scores_of(const BssEvalResult& result, std::size_t sources) {
  nb::dict scores;
  const auto add = [&](const char* name, Score BssScore::*member) {
    scores[name] = table(result, sources, [member](const BssFrame& frame, std::size_t j) {
      return number_of(frame.sources[j].*member);
    });
  };
  add("sdr", &BssScore::sdr);
  add("isr", &BssScore::isr);
  add("sir", &BssScore::sir);
  add("sar", &BssScore::sar);
  scores["permutation"] = table(result, sources, [](const BssFrame& frame, std::size_t j) {
    return static_cast<std::int64_t>(frame.permutation[j]);
  });
  bool underdetermined = false;
  bool ill_conditioned = false;
  for (const BssFrame& frame : result.frames) {
    underdetermined |= frame.underdetermined;
    ill_conditioned |= frame.ill_conditioned;
  }
  scores["underdetermined"] = underdetermined;
  scores["ill_conditioned"] = ill_conditioned;
  return scores;
}

nb::dict score(const std::vector<DoubleSignal>& references,
               const std::vector<DoubleSignal>& estimates, const BssEvalOptions& options) {
  BssEvalResult result;
  Interruptible job;
  job.run([&] {
    const ArrayReaders reference_readers(references, "reference", job);
    const ArrayReaders estimate_readers(estimates, "estimate", job);
    result = bss_eval(reference_readers.pointers(), estimate_readers.pointers(), options);
  });
  return scores_of(result, references.size());
}

std::vector<nb::dict> ratios(const std::vector<DoubleSignal>& references,
                             const std::vector<DoubleSignal>& estimates, bool zero_mean) {
  std::vector<EnergyRatios> found;
  Interruptible job;
  job.run([&] {
    const ArrayReaders reference_readers(references, "reference", job);
    const ArrayReaders estimate_readers(estimates, "estimate", job);
    found = energy_ratios(reference_readers.pointers(), estimate_readers.pointers(), {zero_mean});
  });
  std::vector<nb::dict> result;
  for (const EnergyRatios& one : found) {
    nb::dict scores;
    scores["snr"] = number_of(one.snr);
    scores["mdx_sdr"] = number_of(one.mdx_sdr);
    scores["sd_sdr"] = number_of(one.sd_sdr);
    scores["srr"] = number_of(one.srr);
    scores["si_sdr"] = number_of(one.si_sdr);
    scores["si_sir"] = number_of(one.si_sir);
    scores["si_sar"] = number_of(one.si_sar);
    result.push_back(std::move(scores));
  }
  return result;
}

std::optional<double> intelligibility(const DoubleSignal& reference, const DoubleSignal& estimate,
                                      int sample_rate, bool extended) {
  std::optional<double> result;
  Interruptible job;
  job.run([&] {
    result = stoi(map_of(reference), map_of(estimate), sample_rate,
                  extended ? StoiVariant::extended : StoiVariant::stoi);
  });
  return result;
}

}  // namespace

void bind_metrics(nb::module_& module) {
  nb::class_<BssEvalOptions>(module, "BssEvalOptions", "How signals are scored by BSS Eval.")
      .def(nb::init<>())
      .def_rw("filter_length", &BssEvalOptions::filter_length)
      .def_rw("permute", &BssEvalOptions::permute)
      .def_rw("undefined_together", &BssEvalOptions::undefined_together)
      .def_prop_rw(
          "images", [](const BssEvalOptions& self) { return self.criteria == BssCriteria::images; },
          [](BssEvalOptions& self, bool images) {
            self.criteria = images ? BssCriteria::images : BssCriteria::sources;
          })
      .def_prop_rw(
          "filters_per_frame",
          [](const BssEvalOptions& self) { return self.filters == BssFilters::per_frame; },
          [](BssEvalOptions& self, bool per_frame) {
            self.filters = per_frame ? BssFilters::per_frame : BssFilters::whole_signal;
          })
      .def("set_framing", [](BssEvalOptions& self, Index window, double hop) {
        self.framing = Framing{window, hop};
      });
  module.def("bss_eval", &score, "references"_a, "estimates"_a, "options"_a);
  module.def("energy_ratios", &ratios, "references"_a, "estimates"_a, "zero_mean"_a);
  module.def("stoi", &intelligibility, "reference"_a, "estimate"_a, "sample_rate"_a, "extended"_a);
}

}  // namespace nmfsep::python
