# `cmake --install` gives the program, the library, the headers and a package for find_package.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/nmfsep)

# Two components: the program with its manual, and what other programs are built with.
install(TARGETS nmfsep EXPORT nmfsepTargets COMPONENT development
        FILE_SET HEADERS COMPONENT development)
install(TARGETS nmfsep_program RUNTIME COMPONENT program)
install(EXPORT nmfsepTargets NAMESPACE nmfsep:: DESTINATION ${package_dir}
        COMPONENT development)
configure_package_config_file(cmake/nmfsepConfig.cmake.in
  ${PROJECT_BINARY_DIR}/nmfsepConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/nmfsepConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/nmfsepConfig.cmake
              ${PROJECT_BINARY_DIR}/nmfsepConfigVersion.cmake
              cmake/dependencies.cmake
        DESTINATION ${package_dir} COMPONENT development)
include(cmake/copyright.cmake)
install_copyright(nmfsep program)
install_copyright(libnmfsep-dev development)
install(FILES README.md CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
# What `nmfsep paint --demo` opens; see apps/nmfsep/paint/demo.hpp. No program may need what lies in
# share/doc, so that it does not take the examples below.
install(FILES data/mixture.flac data/README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/nmfsep/demo
        COMPONENT program)
install(DIRECTORY data/train DESTINATION ${CMAKE_INSTALL_DATADIR}/nmfsep/demo COMPONENT program)

# Examples: what the README's commands separate, scripts for clusters, and a project on the library.
set(examples ${CMAKE_INSTALL_DOCDIR}/examples)
install(DIRECTORY data cluster DESTINATION ${examples} COMPONENT program
        PATTERN render EXCLUDE)
set(library_docs ${CMAKE_INSTALL_DATADIR}/doc/libnmfsep-dev)
install(DIRECTORY tests/install/consumer DESTINATION ${library_docs}/examples COMPONENT development)
include(cmake/manual.cmake)
