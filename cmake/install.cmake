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
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
# What `nmfsep paint --demo` opens; see apps/nmfsep/paint/demo.hpp.
install(FILES data/mixture.flac data/README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/nmfsep/demo
        COMPONENT program)
install(DIRECTORY data/train DESTINATION ${CMAKE_INSTALL_DATADIR}/nmfsep/demo COMPONENT program)
include(cmake/manual.cmake)
