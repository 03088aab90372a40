#include "nmfsep/core/progress.hpp"

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

void report(const ProgressCallback& callback, const Progress& progress) {
  if (callback && callback(progress) == Answer::cancel) throw Cancelled();
}

}  // namespace nmfsep
