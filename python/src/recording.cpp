#include "recording.hpp"

#include "nmfsep/audio/audio_file.hpp"

namespace nmfsep::python {

std::unique_ptr<AudioSource> open(const Recording& recording, int sample_rate,
                                  const std::string& name, Diagnostics* incomplete) {
  if (const auto* path = std::get_if<std::filesystem::path>(&recording))
    return std::make_unique<AudioReader>(*path, incomplete);
  return std::make_unique<ArraySource>(std::get<FloatRows>(recording), sample_rate, name);
}

}  // namespace nmfsep::python
