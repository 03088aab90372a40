// From the formats' own descriptions: AIFF and AIFC (Apple, 1989 and 1991), FLAC (RFC 9639), Ogg
// (RFC 3533), and first bytes of many others.
#include "support/hostile_audio.hpp"

#include "support/hostile_collection.hpp"

namespace nmfsep::test {
namespace {

/// An 80-bit float (IEEE 754 extended) by its sign with exponent, and its first 4 mantissa bytes.
Text extended(unsigned exponent, std::uint64_t mantissa) {
  return big(exponent, 2) + big(mantissa, 4) + Text(4, '\0');
}

const Text rate_8000 = extended(0x400B, 0xFA000000);

void add_aiff(Collection& files) {
  const auto part = [](const Text& id, const Text& content) {
    return id + big(content.size(), 4) + content;
  };
  const Text data = part("SSND", big(0, 8) + sound);
  const auto aiff = [&](unsigned channels, std::uint64_t frames, unsigned bits, const Text& rate) {
    const Text common = part("COMM", big(channels, 2) + big(frames, 4) + big(bits, 2) + rate);
    return "FORM" + big(4 + common.size() + data.size(), 4) + "AIFF" + common + data;
  };
  for (const unsigned channels : {0U, 65U, 65535U})
    files.add(fmt::format("{} channels", channels), aiff(channels, 10, 16, rate_8000));
  for (const std::uint64_t frames : {0ULL, 2001ULL, 0x80000000ULL, 0xFFFFFFFFULL})
    files.add(fmt::format("{} frames claimed", frames), aiff(1, frames, 16, rate_8000));
  for (const unsigned bits : {0U, 33U, 65535U})
    files.add(fmt::format("{} bits a sample", bits), aiff(1, 10, bits, rate_8000));
  for (const auto& [fault, rate] :
       {std::pair{"no rate", extended(0, 0)}, std::pair{"an infinite rate", extended(0x7FFF, 0)},
        std::pair{"a rate that is no number", extended(0x7FFF, 0xC0000000)},
        std::pair{"a rate of 10^300 Hz", extended(0x43E3, 0x80000000)},
        std::pair{"a rate below 1 Hz", extended(0x3F00, 0x80000000)}})
    files.add(fault, aiff(1, 2000, 16, rate));
  files.add("no sound", "FORM" + big(22, 4) + "AIFF" +
                            part("COMM", big(1, 2) + big(9, 4) + big(16, 2) + rate_8000));
  files.add("no description", "FORM" + big(4 + data.size(), 4) + "AIFF" + data);
  for (const Text coding : {"MAC6", "QDM2", "\x1b[2J", "ulaw"})
    files.add("coding " + std::to_string(static_cast<unsigned char>(coding[0])),
              "FORM" + big(5000, 4) + "AIFC" +
                  part("COMM", big(coding == "ulaw" ? 0 : 1, 2) + big(2000, 4) + big(16, 2) +
                                   rate_8000 + coding + Text(2, '\0')) +
                  data);
  files.add_cuts(aiff(1, 2000, 16, rate_8000), 54, 5);
}

void add_flac(Collection& files) {
  // Rate (20 bits), channels less one (3), bits less one (5), samples (36), MD5.
  const auto stream = [](std::uint64_t rate, std::uint64_t bits, std::uint64_t samples) {
    const std::uint64_t packed = rate << 44U | (bits - 1) << 36U | samples;
    return big(4096, 2) + big(4096, 2) + big(0, 6) + big(packed, 8) + Text(16, '\x01');
  };
  const auto flac = [](const Text& info, unsigned kind = 0x80) {
    return "fLaC" + big(kind, 1) + big(info.size(), 3) + info;
  };
  const Text frames = Text("\xFF\xF8\xC9\x08\x00", 5) + sound;
  files.add("no frames", flac(stream(8000, 16, 4096)));
  files.add("frames of junk", flac(stream(8000, 16, 4096)) + sound);
  files.add("a damaged frame", flac(stream(8000, 16, 4096)) + frames);
  files.add("0 Hz", flac(stream(0, 16, 4096)) + frames);
  files.add("1048575 Hz", flac(stream(1048575, 16, 4096)) + frames);
  files.add("1 bit a sample", flac(stream(8000, 1, 4096)) + frames);
  files.add("2^36 - 1 samples", flac(stream(8000, 16, (std::uint64_t{1} << 36U) - 1)) + frames);
  files.add("no samples", flac(stream(8000, 16, 0)));
  files.add("another block first", flac(Text(34, '\0'), 0x84) + frames);
  files.add("a reserved block", flac(stream(8000, 16, 4096), 0xFF) + frames);
  files.add("a block larger than the file", "fLaC\x80\xFF\xFF\xFF" + stream(8000, 16, 4096));
  files.add("a comment of 4 GiB", flac(stream(8000, 16, 4096), 0) + Text("\x84\x00\x00\x08", 4) +
                                      little(0xFFFFFFFF, 4) + little(0xFFFFFFFF, 4) + frames);
  files.add_cuts(flac(stream(8000, 16, 4096)), 42, 4);
}

void add_ogg(Collection& files) {
  const auto page = [](const Text& packet, unsigned flags) {
    return "OggS" + big(0, 1) + big(flags, 1) + Text(8, '\0') + little(7, 4) + Text(8, '\0') +
           big(1, 1) + big(packet.size(), 1) + packet;
  };
  const auto vorbis = [](unsigned channels, std::uint64_t rate) {
    return "\x01vorbis" + Text(4, '\0') + big(channels, 1) + little(rate, 4) + Text(12, '\0') +
           "\xB8\x01";
  };
  const auto opus = [](unsigned version, unsigned channels, unsigned family) {
    return "OpusHead" + big(version, 1) + big(channels, 1) + little(312, 2) + little(48000, 4) +
           little(0, 2) + big(family, 1);
  };
  for (const auto& [fault, packet] :
       {std::pair{"Theora", "\x80theora" + Text(30, '\0')}, std::pair{"Speex", Text("Speex   1.2")},
        std::pair{"nothing", Text()}, std::pair{"Vorbis without channels", vorbis(0, 8000)},
        std::pair{"Vorbis of 255 channels", vorbis(255, 8000)},
        std::pair{"Vorbis of 0 Hz", vorbis(1, 0)}, std::pair{"Vorbis alone", vorbis(1, 8000)},
        std::pair{"Opus without channels", opus(1, 0, 0)},
        std::pair{"Opus of 255 channels", opus(1, 255, 255)},
        std::pair{"Opus of version 255", opus(255, 1, 0)}, std::pair{"Opus alone", opus(1, 1, 0)},
        std::pair{"FLAC without a stream",
                  "\x7F"
                  "FLAC" +
                      Text(8, '\0')}}) {
    files.add(fault, page(packet, 2) + page("", 4));
    files.add(Text(fault) + ", and no end", page(packet, 2));
  }
  files.add("255 segments that are not there", page("OpusHead", 2).substr(0, 26) + "\xFF");
  files.add_cuts(page(vorbis(1, 8000), 6), 58, 6);
}

void add_mp3(Collection& files) {
  const Text frame = Text("\xFF\xFB\x90\x00", 4) + Text(413, '\0');
  const auto xing = [&](std::uint64_t frames, std::uint64_t bytes) {
    Text first = frame;
    const Text tag = "Xing" + big(3, 4) + big(frames, 4) + big(bytes, 4);
    return first.replace(36, tag.size(), tag) + frame + frame;
  };
  files.add("one frame's header", Text("\xFF\xFB\x90\x00", 4));
  files.add("one frame", frame);
  files.add("more bytes promised than there are", xing(3, 100000));
  files.add("4 GiB promised", xing(0xFFFFFFFF, 0xFFFFFFFF));
  files.add("a tag larger than the file", "ID3" + Text("\x04\x00\x00\x7F\x7F\x7F\x7F", 7) + frame);
  files.add("a tag and nothing else", "ID3" + Text("\x04\x00\x00\x00\x00\x00\x10", 7) + sound);
  files.add("a forbidden bit rate", Text("\xFF\xFB\xF0\x00", 4) + sound);
  files.add("layer II", Text("\xFF\xFD\x90\x00", 4) + sound);
}

void add_others(Collection& files) {
  for (const Text head : {".snd",
                          "Creative Voice File\x1a",
                          "FORM\x01\x01\x01\x01"
                          "8SVX",
                          "caff",
                          "NIST_1A\n   1024",
                          "2BIT",
                          "Extended Instrument: ",
                          "MATLAB 5.0 MAT-file",
                          "PVF1\n1 8000 16\n",
                          "SOUND",
                          "DiamondWare Digitized",
                          "ajkg",
                          "wvpk",
                          "MAC ",
                          "TTA1",
                          "MPCK",
                          "0&\xB2u\x8E\x66\xCF\x11",
                          "\x1A\x45\xDF\xA3",
                          "\x89PNG\r\n\x1a\n",
                          "%PDF-1.7",
                          "\x7F"
                          "ELF",
                          "PK\x03\x04",
                          "\x1F\x8B\x08",
                          "<!DOCTYPE html>",
                          "{\"audio\": []}",
                          "#!/bin/sh\n",
                          "RIFF",
                          "fLaX",
                          "OggX",
                          "FORM",
                          "RF64",
                          "riff",
                          "\xEF\xBB\xBF",
                          "\xFF\xFE",
                          "ID3"})
    files.add("begins with " + head, head + sound);
  files.add("nothing", "");
  files.add("a byte", Text(1, '\0'));
  files.add("zeros", Text(5000, '\0'));
  files.add("a cry", Text(5000, '\xFF'));
}

}  // namespace

std::vector<HostileFile> hostile_audio() {
  std::vector<HostileFile> all;
  const auto collect = [&](const Text& container, auto... adders) {
    Collection files(container);
    (adders(files), ...);
    files.move_to(all);
  };
  collect("WAV", add_wav_formats, add_wav_chunks);
  collect("RF64", add_rf64);
  collect("W64", add_w64);
  collect("AIFF", add_aiff);
  collect("FLAC", add_flac);
  collect("Ogg", add_ogg);
  collect("MP3", add_mp3);
  collect("a file that", add_others);
  return all;
}

}  // namespace nmfsep::test
