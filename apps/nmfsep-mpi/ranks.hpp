#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace nmfsep::cli {

/// The processes that mpirun has started. Every wait for another is one that also sees when some
/// other has failed. Not to be used by two threads at once; const changes nothing that others see.
class Ranks {
 public:
  Ranks(int& argc, char**& argv);
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  /// The one that speaks, and writes files.
  bool is_first() const { return rank_ == 0; }

  /// Values of any plain type. Sender and receiver agree on their number.
  template <typename T>
  void send(int to, std::span<const T> values) const {
    send_bytes(to, std::as_bytes(values));
  }
  template <typename T>
  void receive(int from, std::span<T> values) const {
    receive_bytes(from, std::as_writable_bytes(values));
  }

  /// All get what the first has.
  void share(std::string& text) const { share_all(text); }
  template <typename T>
  void share(std::vector<T>& values) const {
    share_all(values);
  }
  template <typename T>
  void share(T& value) const {
    static_assert(std::is_trivially_copyable_v<T>);
    share_bytes(std::as_writable_bytes(std::span(&value, 1)));
  }

  /// The first gets what all have, one after the other; the others get nothing.
  template <typename Values>
  Values gathered(const Values& own) const {
    Values all;
    if (!is_first()) {
      const std::size_t count = own.size();
      send(0, std::span(&count, 1));
      send(0, std::span(own.data(), own.size()));
      return all;
    }
    all = own;
    for (int from = 1; from < size_; ++from) {
      std::size_t count = 0;
      receive(from, std::span(&count, 1));
      Values theirs;
      theirs.resize(count);
      receive(from, std::span(theirs.data(), count));
      all.insert(all.end(), theirs.begin(), theirs.end());
    }
    return all;
  }

  /// On the first: throws what another has failed with, InvalidArgument or Error, and Cancelled
  /// when the user has interrupted. Cheap.
  void check() const;

  /// Ends all processes with this status. The first has said why; another gives it `why`, to be
  /// said, and time for that.
  [[noreturn]] void end_all(int status, const std::string& why = "") const;

 private:
  struct Request;

  template <typename Values>
  void share_all(Values& values) const {
    std::size_t count = values.size();
    share(count);
    values.resize(count);
    share_bytes(std::as_writable_bytes(std::span(values.data(), count)));
  }
  void send_bytes(int to, std::span<const std::byte> bytes) const;
  void receive_bytes(int from, std::span<std::byte> bytes) const;
  void share_bytes(std::span<std::byte> bytes) const;
  void wait(Request& request) const;

  int rank_ = 0;
  int size_ = 1;
};

}  // namespace nmfsep::cli
