#pragma once

#include <stdexcept>

namespace nmfsep {

/// Base of everything the library throws. The message names the file or field, the value, and
/// what the user can do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An option or argument breaks its documented rule: "NmfOptions: components = 0, must be …".
class InvalidArgument : public Error {
 public:
  using Error::Error;
};

/// A file cannot be opened, written, flushed or renamed.
class FileError : public Error {
 public:
  using Error::Error;
};

/// An audio file is missing, unreadable, damaged, or holds samples that cannot be used.
class AudioFileError : public FileError {
 public:
  using FileError::FileError;
};

/// A model file is missing, damaged, of another kind, or at odds with the job.
class ModelFileError : public FileError {
 public:
  using FileError::FileError;
};

/// The progress callback asked to stop. Nothing was written.
class Cancelled : public Error {
 public:
  Cancelled() : Error("cancelled") {}
};

}  // namespace nmfsep
