#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "audio/container.hpp"
#include "audio/flac_signature.hpp"
#include "audio/posix_file.hpp"
#include "audio/sound_file.hpp"
#include "audio/usable.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr Index read_length = 16384;

}  // namespace

struct AudioReader::State {
  PosixFile file;
  Extent extent;
  SoundFile sound;
  AudioInfo info;
  Index length = 0;
  Index position = 0;  ///< samples read
  std::vector<float> interleaved;
  std::vector<double> precise;             ///< for reading in double, empty till then
  std::vector<std::int32_t> integers;      ///< for FLAC
  std::optional<FlacSignature> signature;  ///< for FLAC

  /// `origin` is what a PosixFile is made of.
  template <typename... Origin>
  explicit State(Diagnostics* incomplete, Origin... origin)
      : file(std::move(origin)...),
        extent{incomplete != nullptr},
        sound(file, recognise_container(file, extent)),
        info(sound.info()) {
    if (const std::string fault = fault_of(info); !fault.empty()) file.fail(fault);
    interleaved.resize(static_cast<std::size_t>(read_length * info.channels));
    settle_length(incomplete);
    info.length = length;
    if (length == 0) file.fail("has no audio: 0 samples");
    if (info.container == "FLAC") {
      integers.resize(interleaved.size());
      if (!extent.lacks) signature.emplace(file);
    }
  }

  void settle_length(Diagnostics* incomplete) {
    const bool is_compressed =
        info.container == "FLAC" || info.container == "Ogg" || info.container == "MP3";
    length =
        info.length && !(incomplete != nullptr && is_compressed) ? *info.length : counted_length();
    if (incomplete == nullptr) return;
    std::optional<Index> promised;
    if (is_compressed)
      promised = info.length;
    else if (extent.share > 0)
      promised = static_cast<Index>(static_cast<double>(length) / extent.share);
    if (promised && *promised > length) extent.lacks = true;
    if (extent.lacks && length > 0) warn(*incomplete, promised);
  }

  void warn(Diagnostics& diagnostics, std::optional<Index> promised) const {
    const auto seconds = [&](Index samples) {
      return fmt::format("{:.2f} s", static_cast<double>(samples) / info.sample_rate);
    };
    if (extent.unended)
      return diagnostics.warn(
          WarningCode::incomplete,
          fmt::format("{}: is without an end: its header was never completed; {} are there, and "
                      "are taken",
                      file.name(), seconds(length)));
    diagnostics.warn(
        WarningCode::incomplete,
        promised && *promised > length
            ? fmt::format(
                  "{}: is cut off: of the {} that its header promises the first {} are there, "
                  "and are taken",
                  file.name(), seconds(*promised), seconds(length))
            : fmt::format("{}: is cut off: its end is missing; {} are there, and are taken",
                          file.name(), seconds(length)));
  }

  /// By decoding all; where the end may be missing, up to where that goes.
  Index counted_length() {
    if (extent.may_lack) return readable_length();
    Index count = 0;
    while (const Index got = sound.read(std::span(interleaved))) count += got;
    if (count > 0) sound.rewind();
    return count;
  }

  /// By a decoder of its own: one that has met the end of what was cut off does not go back.
  Index readable_length() {
    const std::int64_t position_of_ours = file.tell();
    file.seek(0);
    const Index count = SoundFile(file, info.container).count_readable();
    file.seek(position_of_ours);
    return count;
  }

  /// Up to read_length samples a channel.
  template <typename Sample>
  Index read(Eigen::Ref<Eigen::Matrix<Sample, Eigen::Dynamic, Eigen::Dynamic>> block) {
    const Index wanted = std::min(block.rows(), length - position);
    const auto count = static_cast<std::size_t>(wanted * info.channels);
    std::vector<Sample>& samples = interleaved_as<Sample>();
    samples.resize(std::max(samples.size(), count));
    const Index got = signature ? read_integers(std::span(samples).first(count))
                                : sound.read(std::span(samples).first(count));
    if (got < wanted)
      file.fail(fmt::format("is cut off: its header promises {} samples and {} are there; {}",
                            length, position + got, incomplete_remedy));
    const Eigen::Map<const Eigen::Matrix<Sample, Eigen::Dynamic, Eigen::Dynamic>> arrived(
        samples.data(), info.channels, got);
    block.topRows(got) = arrived.transpose();
    if (const auto fault = fault_of(arrived, position, info.sample_rate); !fault.empty())
      file.fail(fault);
    position += got;
    if (signature && position == length && !signature->matches())
      file.fail("is damaged: its samples are not those of its MD5; get the file again");
    return got;
  }

  /// Reads integers, for the signature, and makes numbers of them, which is exact in double, and up
  /// to 24 bits in float.
  template <typename Sample>
  Index read_integers(std::span<Sample> samples) {
    const Index got = sound.read(std::span(integers).first(samples.size()));
    const auto count = static_cast<std::size_t>(got * info.channels);
    signature->update(std::span(integers).first(count));
    std::transform(integers.data(), integers.data() + count, samples.data(),
                   [](std::int32_t sample) {
                     return static_cast<Sample>(sample) * static_cast<Sample>(0x1p-31F);
                   });
    return got;
  }

  template <typename Sample>
  std::vector<Sample>& interleaved_as() {
    if constexpr (std::is_same_v<Sample, double>)
      return precise;
    else
      return interleaved;
  }

  /// As many samples as there are, or as `block` holds.
  template <typename Sample>
  Index fill(Eigen::Ref<Eigen::Matrix<Sample, Eigen::Dynamic, Eigen::Dynamic>> block) {
    if (block.cols() != info.channels)
      throw InvalidArgument(fmt::format("AudioReader: a block of {} channels for a file of {}",
                                        block.cols(), info.channels));
    const Index wanted = std::min(block.rows(), length - position);
    for (Index done = 0; done < wanted;)
      done += read<Sample>(block.middleRows(done, std::min(read_length, wanted - done)));
    return wanted;
  }
};

AudioReader::AudioReader(std::filesystem::path path, Diagnostics* incomplete)
    : state_(std::make_unique<State>(incomplete, std::move(path))) {}

AudioReader::AudioReader(int descriptor, std::string shown, Diagnostics* incomplete)
    : state_(std::make_unique<State>(incomplete, descriptor, std::move(shown))) {}

AudioReader::~AudioReader() = default;
AudioReader::AudioReader(AudioReader&&) noexcept = default;
AudioReader& AudioReader::operator=(AudioReader&&) noexcept = default;

std::string AudioReader::name() const { return state_->file.name(); }

const AudioInfo& AudioReader::info() const { return state_->info; }

AudioTags AudioReader::tags() const {
  AudioTags tags = state_->sound.tags();
  std::erase_if(tags.cues, [this](const CuePoint& cue) { return cue.sample >= state_->length; });
  return tags;
}

Index AudioReader::read(Eigen::Ref<Matrix> block) { return state_->fill<float>(block); }

Index AudioReader::read(Eigen::Ref<Eigen::MatrixXd> block) { return state_->fill<double>(block); }

AudioBuffer read_audio(const std::filesystem::path& path) {
  AudioReader reader(path);
  const Index length = reader.info().length.value();
  AudioBuffer audio{Matrix(0, reader.info().channels), reader.info().sample_rate};
  // Memory grows with what was read, since a damaged header may promise anything.
  for (Index done = 0; done < length;) {
    audio.samples.conservativeResize(std::min(length, std::max<Index>(2 * done, 1 << 20)),
                                     Eigen::NoChange);
    done += reader.read(audio.samples.bottomRows(audio.samples.rows() - done));
  }
  return audio;
}

}  // namespace nmfsep
