#include "nmfsep/nmf/nmf.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "interruptible.hpp"
#include "nmfsep/nmf/priors/sparsity.hpp"
#include "reports.hpp"

namespace nmfsep::python {
namespace {

using namespace nb::literals;

std::shared_ptr<const Penalty> prior_of(double sparsity) {
  if (sparsity == 0) return nullptr;
  return std::make_shared<const SparsityPenalty>(sparsity);
}

}  // namespace

nb::dict report_of(const NmfReport& report) {
  nb::dict result;
  result["termination"] = to_string(report.termination);
  result["iterations"] = report.iterations;
  nb::list cost;
  for (const CostSample& sample : report.cost)
    cost.append(nb::make_tuple(sample.iteration, sample.cost));
  result["cost"] = cost;
  return result;
}

namespace {

/// All components are learnt, or those beside the `fixed` ones.
nb::tuple factorise_rows(const FloatRows& X, const std::optional<FloatRows>& fixed,
                         const NmfOptions& options, nb::object progress) {
  Factorisation found;
  Interruptible job(std::move(progress));
  job.run([&] {
    found = fixed ? factorise(columns_of(X), columns_of(*fixed), options, job.progress())
                  : factorise(columns_of(X), options, job.progress());
  });
  // NumPy's rows are our columns: X ≈ activations · components is V ≈ W · H transposed.
  return nb::make_tuple(rows_of(std::move(found.H)), rows_of(std::move(found.W)),
                        report_of(found.report));
}

nb::tuple infer_rows(const FloatRows& X, const FloatRows& components, const NmfOptions& options,
                     nb::object progress) {
  Activations found;
  Interruptible job(std::move(progress));
  job.run([&] {
    found = infer_activations(columns_of(X), columns_of(components), options, job.progress());
  });
  return nb::make_tuple(rows_of(std::move(found.H)), report_of(found.report));
}

}  // namespace

void bind_nmf(nb::module_& module) {
  nb::class_<NmfOptions>(module, "NmfOptions", "How a factorisation is searched for.")
      .def(nb::init<>())
      .def_rw("components", &NmfOptions::components)
      .def_rw("iterations", &NmfOptions::iterations)
      .def_rw("tolerance", &NmfOptions::tolerance)
      .def_rw("seed", &NmfOptions::seed)
      .def_rw("exact", &NmfOptions::exact)
      .def_prop_rw(
          "solver", [](const NmfOptions& self) { return to_string(self.solver); },
          [](NmfOptions& self, const std::string& name) { self.solver = solver_from_string(name); })
      .def_prop_rw(
          "divergence", [](const NmfOptions& self) { return to_string(self.divergence); },
          [](NmfOptions& self, const std::string& name) {
            self.divergence = divergence_from_string(name);
          })
      .def("set_sparsity",
           [](NmfOptions& self, double strength) { self.penalty = prior_of(strength); })
      .def("validate", &NmfOptions::validate);
  module.def("factorise", &factorise_rows, "X"_a.noconvert(), "fixed"_a.noconvert().none(),
             "options"_a, "progress"_a.none());
  module.def("infer_activations", &infer_rows, "X"_a.noconvert(), "components"_a.noconvert(),
             "options"_a, "progress"_a.none());
}

}  // namespace nmfsep::python
