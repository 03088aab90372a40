// Preloaded into the program, this library fails one of its calls of the system, or all from then
// on, or ends the program there as a power cut would. NMFSEP_FAULT says where: KIND:N:HOW, where
//   KIND  calls of this kind are counted, from the beginning of main to its end: open, read, write,
//         flush, rename, close, mkdir, truncate, lock, seek, allocate, or `call` for all but the
//         last
//   N     the one that fails, from 1
//   HOW   an errno's number, with a + when all later calls fail too; `kill` for SIGKILL before the
//         call, `killed` for SIGKILL after it
// When main ends, the number of calls is written to the file that NMFSEP_FAULT_COUNT names.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

enum Kind : unsigned {
  opens = 1,
  reads = 2,
  writes = 4,
  flushes = 8,
  renames = 16,
  closes = 32,
  mkdirs = 64,
  truncations = 128,
  locks = 256,
  seeks = 512,
  calls = 1023,
  allocations = 1024,
};

struct Fault {
  unsigned kinds = 0;
  long nth = 0;
  int error = 0;
  bool for_good = false;
  bool kills_before = false;
  bool kills_after = false;
};

Fault fault;
std::atomic<bool> counting = false;
std::atomic<long> counted = 0;

unsigned kinds_named(const char* name, std::size_t length) {
  constexpr struct {
    const char* name;
    unsigned kinds;
  } table[] = {{"open", opens},    {"read", reads},           {"write", writes},
               {"flush", flushes}, {"rename", renames},       {"close", closes},
               {"mkdir", mkdirs},  {"truncate", truncations}, {"lock", locks},
               {"seek", seeks},    {"call", calls},           {"allocate", allocations}};
  for (const auto& entry : table)
    if (std::strlen(entry.name) == length && std::strncmp(name, entry.name, length) == 0)
      return entry.kinds;
  return 0;
}

void read_instructions() {
  const char* text = std::getenv("NMFSEP_FAULT");
  if (text == nullptr) return;
  const char* colon = std::strchr(text, ':');
  if (colon == nullptr) return;
  fault.kinds = kinds_named(text, static_cast<std::size_t>(colon - text));
  char* how = nullptr;
  fault.nth = std::strtol(colon + 1, &how, 10);
  if (*how == ':') ++how;
  fault.kills_before = std::strcmp(how, "kill") == 0;
  fault.kills_after = std::strcmp(how, "killed") == 0;
  fault.error = std::atoi(how);
  fault.for_good = std::strchr(how, '+') != nullptr;
}

void end_at_once() { ::kill(::getpid(), SIGKILL); }

/// What is to become of a call.
struct Verdict {
  bool fails = false;
  bool is_last = false;
  ~Verdict() {
    if (is_last) end_at_once();
  }
};

Verdict judge(Kind kind) {
  if ((fault.kinds & kind) == 0 || !counting.load(std::memory_order_relaxed)) return {};
  const long number = counted.fetch_add(1, std::memory_order_relaxed) + 1;
  const bool is_nth = number == fault.nth;
  if (is_nth && fault.kills_before) end_at_once();
  if (is_nth && fault.kills_after) return {false, true};
  if (fault.error == 0 || !(is_nth || (fault.for_good && number > fault.nth))) return {};
  errno = fault.error;
  return {true, false};
}

/// The function of this name behind ours.
template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

void report() {
  const char* path = std::getenv("NMFSEP_FAULT_COUNT");
  if (path == nullptr) return;
  static const auto open_file = next<FILE*(const char*, const char*)>("fopen");
  FILE* file = open_file(path, "w");
  if (file == nullptr) return;
  std::fprintf(file, "%ld\n", counted.load());
  std::fclose(file);
}

using Main = int(int, char**, char**);
Main* program = nullptr;

int counted_main(int argc, char** argv, char** environment) {
  read_instructions();
  counting = true;
  const int status = program(argc, argv, environment);
  counting = false;
  report();
  return status;
}

mode_t mode_after(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

// A call of the same name and type as the system's, which fails or does what the system's does.
#define NMFSEP_CALL(kind, failure, type, name, parameters, arguments) \
  extern "C" type name parameters {                                   \
    static const auto original = next<type parameters>(#name);        \
    const Verdict verdict = judge(kind);                              \
    return verdict.fails ? failure : original arguments;              \
  }

NMFSEP_CALL(reads, -1, ssize_t, read, (int d, void* b, size_t n), (d, b, n))
NMFSEP_CALL(reads, -1, ssize_t, pread, (int d, void* b, size_t n, off_t o), (d, b, n, o))
NMFSEP_CALL(reads, -1, ssize_t, pread64, (int d, void* b, size_t n, off64_t o), (d, b, n, o))
NMFSEP_CALL(writes, -1, ssize_t, write, (int d, const void* b, size_t n), (d, b, n))
NMFSEP_CALL(writes, -1, ssize_t, writev, (int d, const iovec* v, int n), (d, v, n))
NMFSEP_CALL(writes, -1, ssize_t, pwrite, (int d, const void* b, size_t n, off_t o), (d, b, n, o))
NMFSEP_CALL(writes, -1, ssize_t, pwrite64, (int d, const void* b, size_t n, off64_t o),
            (d, b, n, o))
NMFSEP_CALL(flushes, -1, int, fsync, (int d), (d))
NMFSEP_CALL(flushes, -1, int, fdatasync, (int d), (d))
NMFSEP_CALL(renames, -1, int, rename, (const char* a, const char* b), (a, b))
NMFSEP_CALL(renames, -1, int, renameat2, (int d, const char* a, int e, const char* b, unsigned f),
            (d, a, e, b, f))
NMFSEP_CALL(mkdirs, -1, int, mkdir, (const char* path, mode_t mode), (path, mode))
NMFSEP_CALL(truncations, -1, int, ftruncate, (int d, off_t n), (d, n))
NMFSEP_CALL(truncations, -1, int, ftruncate64, (int d, off64_t n), (d, n))
NMFSEP_CALL(locks, -1, int, flock, (int d, int o), (d, o))
NMFSEP_CALL(seeks, -1, off_t, lseek, (int d, off_t o, int w), (d, o, w))
NMFSEP_CALL(seeks, -1, off64_t, lseek64, (int d, off64_t o, int w), (d, o, w))
NMFSEP_CALL(opens, nullptr, FILE*, fopen, (const char* path, const char* mode), (path, mode))
NMFSEP_CALL(opens, nullptr, FILE*, fopen64, (const char* path, const char* mode), (path, mode))

// A close that fails has closed all the same.
#define NMFSEP_CLOSE(name, parameter, argument)               \
  extern "C" int name(parameter argument) {                   \
    static const auto original = next<int(parameter)>(#name); \
    const int status = original(argument);                    \
    const Verdict verdict = judge(closes);                    \
    return verdict.fails ? -1 : status;                       \
  }

NMFSEP_CLOSE(close, int, descriptor)
NMFSEP_CLOSE(fclose, FILE*, file)

#define NMFSEP_OPEN(name, leading_parameter, leading_argument)                              \
  extern "C" int name(leading_parameter const char* path, int flags, ...) {                 \
    static const auto original = next<int(leading_parameter const char*, int, ...)>(#name); \
    va_list arguments;                                                                      \
    va_start(arguments, flags);                                                             \
    const mode_t mode = mode_after(flags, arguments);                                       \
    va_end(arguments);                                                                      \
    const Verdict verdict = judge(opens);                                                   \
    return verdict.fails ? -1 : original(leading_argument path, flags, mode);               \
  }
#define NMFSEP_COMMA ,

NMFSEP_OPEN(open, , )
NMFSEP_OPEN(open64, , )
NMFSEP_OPEN(openat, int folder NMFSEP_COMMA, folder NMFSEP_COMMA)
NMFSEP_OPEN(openat64, int folder NMFSEP_COMMA, folder NMFSEP_COMMA)

// glibc's own allocator, by names that dlsym need not look up: dlsym allocates itself.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size) { return judge(allocations).fails ? nullptr : __libc_malloc(size); }
void* calloc(size_t count, size_t size) {
  return judge(allocations).fails ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  return judge(allocations).fails ? nullptr : __libc_realloc(memory, size);
}
void* memalign(size_t alignment, size_t size) {
  return judge(allocations).fails ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, size_t alignment, size_t size) {
  void* const block = memalign(alignment, size);
  if (block == nullptr) return ENOMEM;
  *memory = block;
  return 0;
}

int __libc_start_main(Main* main, int argc, char** argv, void (*initialise)(), void (*finish)(),
                      void (*unload)(), void* stack) {
  program = main;
  return next<int(Main*, int, char**, void (*)(), void (*)(), void (*)(), void*)>(
      "__libc_start_main")(counted_main, argc, argv, initialise, finish, unload, stack);
}
}
