// From the formats' own descriptions: RIFF/WAVE (Microsoft and IBM, 1991), RF64 (EBU Tech 3306),
// Wave64 (Sony).
#include "support/hostile_collection.hpp"

namespace nmfsep::test {
namespace {

/// The fields of a WAV's format chunk.
struct WaveFormat {
  unsigned tag = 1;
  unsigned channels = 1;
  std::uint64_t rate = 8000;
  unsigned frame_bytes = 2;
  unsigned bits = 16;
  Text extension = {};

  Text bytes() const {
    return little(tag, 2) + little(channels, 2) + little(rate, 4) + little(rate * frame_bytes, 4) +
           little(frame_bytes, 2) + little(bits, 2) + extension;
  }
};

Text chunk(const Text& id, const Text& content) {
  return id + little(content.size(), 4) + content + Text(content.size() % 2, '\0');
}

Text riff(const Text& chunks, const Text& form = "RIFF") {
  return form + little(chunks.size() + 4, 4) + "WAVE" + chunks;
}

Text wav(const WaveFormat& format) {
  return riff(chunk("fmt ", format.bytes()) + chunk("data", sound));
}

/// A WAV whose data chunk claims another size than it has.
Text wav_claiming(std::uint64_t size) {
  return riff(chunk("fmt ", WaveFormat().bytes()) + "data" + little(size, 4) + sound);
}

}  // namespace

void add_wav_formats(Collection& files) {
  const auto with = [&](const Text& fault, const WaveFormat& format) {
    files.add(fault, wav(format));
  };
  for (const unsigned channels : {0U, 65U, 255U, 1025U, 65535U})
    with(fmt::format("{} channels", channels), {1, channels, 8000, 2 * channels % 65536, 16});
  for (const std::uint64_t rate :
       {0ULL, 1ULL, 999ULL, 768001ULL, 0x7FFFFFFFULL, 0x80000000ULL, 0xFFFFFFFFULL})
    with(fmt::format("{} Hz", rate), {1, 1, rate, 2, 16});
  for (const unsigned bits : {0U, 33U, 64U, 255U, 65535U})
    with(fmt::format("{} bits a sample", bits), {1, 1, 8000, bits / 8 + 1, bits});
  for (const unsigned bits : {0U, 8U, 16U, 24U, 128U})
    with(fmt::format("floats of {} bits", bits), {3, 1, 8000, bits / 8, bits});
  for (const unsigned tag :
       {0U, 5U, 0x30U, 0x31U + 1, 0x50U, 0x160U, 0x161U, 0x2000U, 0x674FU, 0xFFFFU})
    with(fmt::format("coding {:#x}", tag), {tag, 1, 8000, 2, 16});
  for (const unsigned tag : {2U, 0x11U})
    for (const unsigned frame_bytes : {0U, 1U, 65535U})
      with(fmt::format("coding {:#x} in blocks of {}", tag, frame_bytes),
           {tag, 1, 8000, frame_bytes, 4, little(2, 2) + little(0, 2)});
  with("an extension cut off", {0xFFFE, 1, 8000, 2, 16, little(22, 2)});
  with("an extension of zeros", {0xFFFE, 1, 8000, 2, 16, little(22, 2) + Text(22, '\0')});
}

void add_wav_chunks(Collection& files) {
  const Text format = chunk("fmt ", WaveFormat().bytes());
  const Text data = chunk("data", sound);
  files.add("no format", riff(data));
  files.add("no data", riff(format));
  files.add("nothing", riff(""));
  files.add("data of 0 bytes", riff(format + chunk("data", "")));
  files.add("a form that is no WAVE", "RIFF" + little(4000, 4) + "AVI " + format + data);
  files.add("the other byte order", riff(format + data, "RIFX"));
  for (const unsigned size : {0U, 2U, 8U, 14U})
    files.add(fmt::format("a format of {} bytes", size),
              riff(chunk("fmt ", WaveFormat().bytes().substr(0, size)) + data));
  files.add("a format larger than the file",
            riff("fmt " + little(0x7FFFFFF0, 4) + WaveFormat().bytes() + data));
  files.add("a chunk larger than the file",
            riff(format + "LIST" + little(0xFFFFFFF0, 4) + "INFO" + data));
  for (const std::uint64_t size : {4001ULL, 0x7FFFFFFFULL, 0x80000000ULL, 0xFFFFFFFEULL})
    files.add(fmt::format("{} bytes of data claimed", size), wav_claiming(size));
  Text empty;
  for (int i = 0; i < 5000; ++i) empty += chunk("junk", "");
  files.add("5000 empty chunks and no data", riff(format + empty));
  files.add_cuts(wav({}), 44, 2);
}

void add_rf64(Collection& files) {
  const auto sizes = [](std::uint64_t data) {
    return chunk("ds64", little(5000, 8) + little(data, 8) + little(data / 2, 8) + little(0, 4));
  };
  const Text rest = chunk("fmt ", WaveFormat().bytes()) + "data" + little(0xFFFFFFFF, 4) + sound;
  const auto rf64 = [&](const Text& head) { return riff(head + rest, "RF64"); };
  files.add("no sizes", rf64(""));
  files.add("sizes of 0 bytes", rf64(chunk("ds64", "")));
  files.add("sizes cut off", rf64("ds64" + little(28, 4) + little(1, 8)));
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{4001}, std::uint64_t{1} << 32U,
                                   std::uint64_t{1} << 63U, ~std::uint64_t{0}})
    files.add(fmt::format("{} bytes of data claimed", size), rf64(sizes(size)));
  files.add_cuts(rf64(sizes(4000)), 80, 8);
}

void add_w64(Collection& files) {
  const Text tail = "\xF3\xAC\xD3\x11\x8C\xD1";
  const Text rest = tail + Text("\x00\xC0\x4F\x8E\xDB\x8A", 6);
  const Text head = Text("riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00", 16);
  const auto w64 = [&](std::uint64_t format, std::uint64_t data) {
    return head + little(5000, 8) + "wave" + rest + "fmt " + rest + little(format, 8) +
           WaveFormat().bytes() + "data" + rest + little(data, 8) + sound;
  };
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{23}, std::uint64_t{1} << 40U, ~std::uint64_t{0}})
    files.add(fmt::format("a format of {} bytes", size), w64(size, 4024));
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{24}, std::uint64_t{4025},
                                   std::uint64_t{1} << 63U, ~std::uint64_t{0}})
    files.add(fmt::format("a data chunk of {} bytes", size), w64(40, size));
  files.add_cuts(w64(40, 4024), 104, 8);
}

}  // namespace nmfsep::test
