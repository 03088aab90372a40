#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "interruptible.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/core/errors.hpp"
#include "warnings.hpp"

namespace nmfsep::python {
namespace {

using namespace nb::literals;

constexpr Index samples_at_once = 1 << 16;

/// Answers channels × samples, the sample rate and warnings.
nb::tuple read(const std::filesystem::path& path, bool take_what_is_there) {
  using Samples = Eigen::MatrixXd;
  auto samples = std::make_unique<Samples>();
  int sample_rate = 0;
  Diagnostics diagnostics;
  Interruptible job;
  job.run([&] {
    AudioReader reader(path, take_what_is_there ? &diagnostics : nullptr);
    sample_rate = reader.info().sample_rate;
    samples->resize(reader.info().length.value(), reader.info().channels);
    for (Index at = 0; at < samples->rows(); at += samples_at_once) {
      if (job.cancelled()) throw Cancelled();
      reader.read(samples->middleRows(at, std::min(samples_at_once, samples->rows() - at)));
    }
  });
  Samples* kept = samples.release();
  const nb::capsule owner(kept,
                          [](void* pointer) noexcept { delete static_cast<Samples*>(pointer); });
  using Array = nb::ndarray<nb::numpy, double, nb::ndim<2>>;
  return nb::make_tuple(
      Array(kept->data(),
            {static_cast<std::size_t>(kept->cols()), static_cast<std::size_t>(kept->rows())},
            owner),
      sample_rate, warnings_of(diagnostics));
}

}  // namespace

void bind_audio(nb::module_& module) {
  module.def("read_audio", &read, "path"_a, "take_what_is_there"_a);
}

}  // namespace nmfsep::python
