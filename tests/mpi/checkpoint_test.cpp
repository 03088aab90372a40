#include "checkpoint.hpp"

#include "nmfsep/core/errors.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/random_matrix.hpp"
#include "support/temporary_folder.hpp"

/// MPI leaves what it holds to the system, and the sanitizer, which looks here, would call that
/// leaks.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

using namespace nmfsep;
using namespace nmfsep::cli;
using test::read_bytes;
using test::TemporaryFolder;
using test::write_bytes;

namespace {

/// This process alone, started without mpirun.
const Ranks& alone() {
  static int argc = 0;
  static char** argv = nullptr;
  static const Ranks ranks(argc, argv);
  return ranks;
}

CheckpointLayout layout() { return {"seed 0\nsolver em\n", 7, 3, {4, 1, 6}, 0, 3}; }

SharedState a_state() {
  Random random(4);
  const auto drawn = [&](Index rows, Index columns) {
    return Matrix(Matrix::NullaryExpr(rows, columns, [&] { return random.uniform(); }));
  };
  SharedState state{drawn(7, 3), drawn(3, 11), drawn(3, 1), {}};
  state.report.iterations = 14;
  state.report.cost = {{0, 9.5}, {10, 4.25}};
  return state;
}

void save(const CheckpointFile& file, const SharedState& state) {
  file.save({state.W, state.H, state.rescale, state.report});
}

}  // namespace

TEST_CASE("A checkpoint gives back what was kept") {
  const TemporaryFolder folder;
  const CheckpointFile file(alone(), folder / "c", layout());
  CHECK_FALSE(file.load().has_value());
  const SharedState state = a_state();
  save(file, state);
  save(file, state);  // takes the place of the first
  const std::optional<SharedState> kept = file.load();
  REQUIRE(kept.has_value());
  CHECK(kept->W == state.W);
  CHECK(kept->H == state.H);
  CHECK(kept->rescale == state.rescale);
  CHECK(kept->report.iterations == 14);
  REQUIRE(kept->report.cost.size() == 2);
  CHECK(kept->report.cost[1].iteration == 10);
  CHECK(kept->report.cost[1].cost == 4.25);
  CHECK(folder.entries() == std::vector<std::string>{"c"});
}

TEST_CASE("A checkpoint of another job is refused with what differs") {
  const TemporaryFolder folder;
  save(CheckpointFile(alone(), folder / "c", layout()), a_state());
  CheckpointLayout other = layout();
  other.job = "seed 0\nsolver multiplicative\n";
  CHECK_THROWS_WITH(
      CheckpointFile(alone(), folder / "c", other).load(),
      contains("is of another job, with 'solver em' instead of 'solver multiplicative'; remove it "
               "to begin anew, or give --checkpoint another name"));
  other.job = "seed 0\nsolver em\nfile 1\n";
  CHECK_THROWS_WITH(CheckpointFile(alone(), folder / "c", other).load(),
                    contains("with 'less' instead of 'file 1'"));
}

TEST_CASE("What is no checkpoint is refused and left as it is") {
  const TemporaryFolder folder;
  for (const std::string bytes : {"", "RIFF", "nmfsep-mpi checkpoint 1\n",
                                  "nmfsep-mpi checkpoint 1\n\xff\xff\xff\xff\xff\xff\xff\xff"}) {
    write_bytes(folder / "c", bytes);
    CHECK_THROWS_AS(CheckpointFile(alone(), folder / "c", layout()).load(), FileError);
    CHECK(read_bytes(folder / "c") == bytes);
  }
}

TEST_CASE("A checkpoint that is damaged anywhere is refused") {
  const TemporaryFolder folder;
  const CheckpointFile file(alone(), folder / "c", layout());
  save(file, a_state());
  const std::string whole = read_bytes(folder / "c");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    write_bytes(folder / "c", damaged);
    CAPTURE(i);
    REQUIRE_THROWS_AS(file.load(), FileError);
  }
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    write_bytes(folder / "c", whole.substr(0, size));
    CAPTURE(size);
    REQUIRE_THROWS_AS(file.load(), FileError);
  }
  write_bytes(folder / "c", whole + "x");
  CHECK_THROWS_WITH(file.load(), contains("is damaged"));
}

TEST_CASE("A checkpoint that cannot be written says so and leaves nothing") {
  const TemporaryFolder folder;
  const CheckpointFile file(alone(), folder / "nowhere" / "c", layout());
  CHECK_THROWS_WITH(save(file, a_state()), contains("there is no folder"));
  CHECK(folder.entries().empty());
}
