# `cmake --install` gives the program, the library, the headers and a package for find_package.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/nmfsep)

install(TARGETS nmfsep EXPORT nmfsepTargets FILE_SET HEADERS)
install(TARGETS nmfsep_program RUNTIME)
install(EXPORT nmfsepTargets NAMESPACE nmfsep:: DESTINATION ${package_dir})
configure_package_config_file(cmake/nmfsepConfig.cmake.in
  ${PROJECT_BINARY_DIR}/nmfsepConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/nmfsepConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/nmfsepConfig.cmake
              ${PROJECT_BINARY_DIR}/nmfsepConfigVersion.cmake
              cmake/dependencies.cmake
        DESTINATION ${package_dir})
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
