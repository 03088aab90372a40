#include "versions.hpp"

#include <Eigen/Core>
#include <fmt/format.h>
#include <nettle/version.h>
#include <sndfile.h>
#include <soxr.h>
#include <tbb/info.h>
#include <tbb/version.h>

#include "nmfsep/core/real_fft.hpp"
#include "nmfsep/core/version.hpp"
#include "nmfsep/nmf/kernel_target.hpp"

namespace nmfsep::cli {

std::string versions(bool verbose) {
  std::string text = fmt::format(
      "nmfsep {}\n{}\n{}\n{}\nEigen {}.{}.{}\noneTBB {}\nNettle {}.{}\n", version,
      sf_version_string(), fft_library(), soxr_version(), EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION,
      EIGEN_MINOR_VERSION, TBB_runtime_version(), nettle_version_major(), nettle_version_minor());
  if (verbose)
    text += fmt::format("compiler {}\nthreads {}\nkernels {} (of {})\n", __VERSION__,
                        tbb::info::default_concurrency(), kernel_target(),
                        fmt::join(kernel_targets(), ", "));
  return text;
}

}  // namespace nmfsep::cli
