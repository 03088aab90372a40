#include "guidance/score/midi_track.hpp"

#include <fmt/format.h>

#include <deque>
#include <utility>

namespace nmfsep {
namespace {

constexpr int text_of_name = 0x03;
constexpr int end_of_track = 0x2F;
constexpr int set_tempo = 0x51;

/// Walks over a track's events.
class TrackReader {
 public:
  explicit TrackReader(MidiBytes bytes) : bytes_(std::move(bytes)) {}

  MidiTrack read() {
    while (!ended_ && !bytes_.at_end()) {
      tick_ += bytes_.variable("a time");
      event();
    }
    for (auto& [key, sounding] : sounding_)
      for (const std::size_t note : sounding) track_.notes[note].end = tick_;
    return std::move(track_);
  }

 private:
  void event() {
    const std::size_t begin = bytes_.at();
    if (bytes_.at_end()) bytes_.fail("an event is cut off after its time; export it anew");
    if (bytes_.peek() >= 0x80)
      status_ = bytes_.byte("an event");
    else if (status_ == 0)
      bytes_.fail(
          fmt::format("0x{:02X} is no event, and none came before it that could go on; "
                      "export it anew",
                      bytes_.peek()));
    if (status_ < 0xF0) return message();
    if (status_ == 0xFF)
      meta();
    else if (status_ == 0xF0 || status_ == 0xF7)
      bytes_.text(bytes_.variable("the length of a system message"), "a system message");
    else
      bytes_.fail_at(
          begin, fmt::format("0x{:02X} is an event that no file holds; export it anew", status_));
    status_ = 0;
  }

  void message() {
    const int channel = status_ & 0x0F;
    const int kind = status_ & 0xF0;
    const int first = bytes_.data("an event's first value");
    if (kind == 0xC0) track_.programs.emplace(channel, first);
    if (kind == 0xC0 || kind == 0xD0) return;
    const int second = bytes_.data("an event's second value");
    if (kind == 0x90 && second > 0) return start(channel, first);
    if (kind == 0x80 || kind == 0x90) stop(channel, first);
  }

  void start(int channel, int key) {
    sounding_[{channel, key}].push_back(track_.notes.size());
    track_.notes.push_back({tick_, tick_, key, channel});
  }

  /// Of several notes of a key the first ends first.
  void stop(int channel, int key) {
    const auto sounding = sounding_.find({channel, key});
    if (sounding == sounding_.end() || sounding->second.empty()) return;
    track_.notes[sounding->second.front()].end = tick_;
    sounding->second.pop_front();
  }

  void meta() {
    const int kind = bytes_.data("the kind of a meta event");
    const std::size_t begin = bytes_.at();
    const std::uint32_t size = bytes_.variable("the length of a meta event");
    if (kind == set_tempo) {
      if (size != 3)
        bytes_.fail_at(begin,
                       fmt::format("a tempo of {} bytes, must have 3; export it anew", size));
      const std::uint32_t tempo = bytes_.number(3, "a tempo");
      if (tempo == 0) bytes_.fail_at(begin + 1, "a tempo of 0, must be above; correct it");
      track_.tempos.push_back({tick_, tempo});
      return;
    }
    const std::string text = bytes_.text(size, "a meta event");
    if (kind == text_of_name && track_.name.empty()) track_.name = text;
    ended_ = kind == end_of_track;
  }

  MidiBytes bytes_;
  MidiTrack track_;
  std::int64_t tick_ = 0;
  int status_ = 0;  ///< of the last event, which goes on where none is given
  bool ended_ = false;
  std::map<std::pair<int, int>, std::deque<std::size_t>> sounding_;  ///< by channel and key
};

}  // namespace

MidiTrack read_midi_track(MidiBytes bytes) { return TrackReader(std::move(bytes)).read(); }

}  // namespace nmfsep
