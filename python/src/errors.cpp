#include "nmfsep/core/errors.hpp"

#include <exception>

#include "bindings.hpp"

namespace nmfsep::python {
namespace {

/// An exception type of the package, derived from Python's own that callers know.
nb::object make_type(nb::module_& module, const char* name, nb::handle bases, const char* doc) {
  const std::string full = std::string("nmfsep.") + name;
  nb::object type = nb::steal(PyErr_NewExceptionWithDoc(full.c_str(), doc, bases.ptr(), nullptr));
  if (!type.is_valid()) nb::raise_python_error();
  module.attr(name) = type;
  return type;
}

/// Kept for as long as the interpreter lives, as types of modules are.
struct Types {
  PyObject* error;
  PyObject* invalid_argument;
  PyObject* file_error;
  PyObject* audio_file_error;
  PyObject* model_file_error;
  PyObject* cancelled;
};

void set_error(const Types& types, const std::exception& error) {
  PyObject* type = types.error;
  if (dynamic_cast<const InvalidArgument*>(&error)) type = types.invalid_argument;
  if (dynamic_cast<const FileError*>(&error)) type = types.file_error;
  if (dynamic_cast<const AudioFileError*>(&error)) type = types.audio_file_error;
  if (dynamic_cast<const ModelFileError*>(&error)) type = types.model_file_error;
  if (dynamic_cast<const Cancelled*>(&error)) type = types.cancelled;
  PyErr_SetString(type, error.what());
}

}  // namespace

void bind_errors(nb::module_& module) {
  static Types types;
  const nb::object error =
      make_type(module, "Error", PyExc_Exception, "Base of all that the library raises.");
  const auto both = [&](PyObject* python) { return nb::make_tuple(error, nb::handle(python)); };
  types.error = error.inc_ref().ptr();
  types.invalid_argument =
      make_type(module, "InvalidArgument", both(PyExc_ValueError),
                "An argument breaks its documented rule: the text names field, value and rule.")
          .release()
          .ptr();
  const nb::object file = make_type(module, "FileError", both(PyExc_OSError),
                                    "A file cannot be opened, written, flushed or renamed.");
  types.file_error = file.inc_ref().ptr();
  types.audio_file_error =
      make_type(module, "AudioFileError", file,
                "An audio file is missing, unreadable, damaged, or holds what cannot be used.")
          .release()
          .ptr();
  types.model_file_error =
      make_type(module, "ModelFileError", file,
                "A model file is missing, damaged, of another kind, or at odds with the job.")
          .release()
          .ptr();
  types.cancelled = make_type(module, "Cancelled", error,
                              "The progress function answered False; nothing was written.")
                        .release()
                        .ptr();
  nb::register_exception_translator(
      [](const std::exception_ptr& pointer, void* payload) {
        try {
          std::rethrow_exception(pointer);
        } catch (const Error& caught) {
          set_error(*static_cast<const Types*>(payload), caught);
        }
      },
      &types);
}

}  // namespace nmfsep::python
