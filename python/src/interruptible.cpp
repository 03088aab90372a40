#include "interruptible.hpp"

#include <nanobind/stl/string_view.h>

#include <chrono>
#include <future>

namespace nmfsep::python {
namespace {

constexpr auto between_questions = std::chrono::milliseconds(50);

}  // namespace

Interruptible::Interruptible(nb::object listener) : listener_(std::move(listener)) {}

void Interruptible::run(const std::function<void()>& work) {
  std::future<void> done;
  {
    const nb::gil_scoped_release others_go_on;
    done = std::async(std::launch::async, work);
    while (done.wait_for(between_questions) == std::future_status::timeout) ask_for_signals();
  }
  if (!error_) return done.get();
  try {
    done.get();
  } catch (...) {
    // What the computation says of its end is not why it ended.
  }
  throw nb::python_error(std::move(*error_));
}

void Interruptible::ask_for_signals() {
  const nb::gil_scoped_acquire python;
  if (PyErr_CheckSignals() == 0) return;
  nb::python_error raised;
  if (!error_) error_.emplace(std::move(raised));
  cancelled_ = true;
}

ProgressCallback Interruptible::progress() {
  return [this](const Progress& progress) {
    if (!cancelled_ && !listener_.is_none()) return tell(progress);
    return cancelled_ ? Answer::cancel : Answer::proceed;
  };
}

Answer Interruptible::tell(const Progress& progress) {
  const nb::gil_scoped_acquire python;
  try {
    const nb::object cost = progress.cost ? nb::object(nb::float_(*progress.cost)) : nb::none();
    const nb::object answer = listener_(progress.stage, progress.done, progress.total, cost);
    if (answer.is(nb::bool_(false))) cancelled_ = true;
  } catch (nb::python_error& raised) {
    if (!error_) error_.emplace(std::move(raised));
    cancelled_ = true;
  }
  return cancelled_ ? Answer::cancel : Answer::proceed;
}

}  // namespace nmfsep::python
