#include "bindings.hpp"
#include "nmfsep/core/version.hpp"

NB_MODULE(_nmfsep, module) {
  using namespace nmfsep;
  module.doc() = "The library as it is; the package nmfsep around it is what programs use.";
  module.attr("version") = version;
  python::bind_errors(module);
  python::bind_nmf(module);
  python::bind_metrics(module);
  python::bind_audio(module);
  python::bind_models(module);
  python::bind_training(module);
  python::bind_tuning(module);
  python::bind_separation(module);
}
