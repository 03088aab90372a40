#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "nmfsep/sources/source_model.hpp"

namespace nmfsep::python {
namespace {

using namespace nb::literals;

/// The values in an array of their shape, which owns them.
nb::object array_of(const Tensor& tensor) {
  auto* kept = new std::vector<float>(tensor.values);
  const nb::capsule owner(
      kept, [](void* pointer) noexcept { delete static_cast<std::vector<float>*>(pointer); });
  const std::vector<std::size_t> shape(tensor.shape.begin(), tensor.shape.end());
  return nb::cast(nb::ndarray<nb::numpy, float>(kept->data(), shape.size(), shape.data(), owner));
}

nb::dict tensors_of(const SourceModel& model) {
  nb::dict result;
  for (const Tensor& tensor : model->tensors()) result[tensor.name.c_str()] = array_of(tensor);
  return result;
}

nb::dict analysis_of(const SourceModel& model) {
  const Analysis& analysis = model->analysis;
  nb::dict result;
  result["sample_rate"] = analysis.sample_rate;
  result["fft_size"] = analysis.stft.fft_size;
  result["window_size"] = analysis.stft.window_length();
  result["hop"] = analysis.stft.hop;
  result["window"] = to_string(analysis.stft.window);
  result["magnitude_exponent"] = model->objective.magnitude_exponent;
  result["mask_exponent"] = model->objective.mask_exponent;
  result["divergence"] = to_string(model->objective.divergence);
  return result;
}

std::string text_of(const SourceModel& model) {
  return "<nmfsep.Model '" + model->name + "': " + model->describe_kind() + ", " +
         std::to_string(model->components()) + " " + model->component_word() + ", " +
         describe(model->analysis) + ">";
}

void save(const std::filesystem::path& path, const std::vector<SourceModel>& models,
          bool overwrite) {
  save_models(path, models, overwrite ? Overwrite::replace : Overwrite::refuse);
}

}  // namespace

void bind_models(nb::module_& module) {
  nb::class_<SourceModel>(module, "Model",
                          "What a source can sound like. Immutable; copies share their memory.")
      .def_prop_ro(
          "name", [](const SourceModel& self) { return self->name; }, "The source's name.")
      .def_prop_ro(
          "kind", [](const SourceModel& self) { return self->kind(); },
          "As files spell it: \"dictionary\".")
      .def_prop_ro(
          "components", [](const SourceModel& self) { return self->components(); },
          "Activations of a frame.")
      .def_prop_ro(
          "sample_rate", [](const SourceModel& self) { return self->analysis.sample_rate; },
          "Hz, of what it separates without resampling.")
      .def_prop_ro("analysis", &analysis_of,
                   "How sound becomes spectra, and what is minimised: a dict; sizes in samples.")
      .def_prop_ro(
          "training", [](const SourceModel& self) { return self->describe_training(); },
          "How its training ended, for people.")
      .def_prop_ro(
          "facts", [](const SourceModel& self) { return self->facts(); },
          "What else people may want to know: pairs of a heading and what it says.")
      .def_prop_ro(
          "tensors", &tensors_of,
          "Its values by their names in a file, as copies: \"W\" of a dictionary is bins × "
          "components.")
      .def("__repr__", &text_of);
  module.def("load_models", &load_models, "path"_a, nb::call_guard<nb::gil_scoped_release>());
  module.def("save_models", &save, "path"_a, "models"_a, "overwrite"_a,
             nb::call_guard<nb::gil_scoped_release>());
}

}  // namespace nmfsep::python
