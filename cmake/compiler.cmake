# Flags that every target of ours shares.
add_library(nmfsep_flags INTERFACE)
target_compile_options(nmfsep_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  # Contracting a*b+c is the compiler's choice, and so would be the last bit of every result.
  -ffp-contract=off
  $<$<BOOL:${NMFSEP_WARNINGS_AS_ERRORS}>:-Werror>)

# Sanitizers reach every object, so that the library's inlined parts are instrumented too.
set(NMFSEP_SANITIZE "" CACHE STRING "Comma-separated sanitizers: address,undefined or thread")
if(NMFSEP_SANITIZE)
  add_compile_options(-fsanitize=${NMFSEP_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NMFSEP_SANITIZE})
endif()
