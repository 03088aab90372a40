# `cpack` in the build folder makes Debian packages: the program with its manual, the library with its
# headers, nmfsep-mpi where that is built and, where the Python package goes where Debian's Python looks, that.
# With SOURCE_DATE_EPOCH in the environment the same build gives the same bytes (scripts/release).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME nmfsep)
set(CPACK_PACKAGE_CONTACT "The nmfsep authors <nmfsep@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/package_files.cmake)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME nmfsep)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION sound)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
"Learns a model of each source from seconds of it, separates mixtures with the
 models, and scores the stems.")

# The library is an archive: who links it links what it links, by cmake/dependencies.cmake.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libnmfsep-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    libeigen3-dev libtbb-dev libfmt-dev nlohmann-json3-dev libpng-dev pkg-config libsndfile1-dev
    libsoxr-dev libhwy-dev nettle-dev)
if(NMFSEP_FFT STREQUAL fftw)
  list(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS libfftw3-dev)
endif()
list(JOIN CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", " CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
"The library below the program nmfsep: headers, an archive to link, and a
 package for CMake's find_package.")

# As Debian has them, for a package of its own: compressed by package_files.cmake.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(cmake/debian_changelog.in ${PROJECT_BINARY_DIR}/debian/changelog @ONLY)
function(install_changelog package component)
  install(FILES ${PROJECT_BINARY_DIR}/debian/changelog
          DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component})
endfunction()
install_changelog(nmfsep program)
install_changelog(libnmfsep-dev development)

if(NMFSEP_MPI)
  list(APPEND CPACK_COMPONENTS_ALL mpi)
  set(CPACK_DEBIAN_MPI_PACKAGE_NAME nmfsep-mpi)
  set(CPACK_DEBIAN_MPI_PACKAGE_SECTION sound)
  set(CPACK_DEBIAN_MPI_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_MPI_PACKAGE_DEPENDS openmpi-bin) # mpirun
  install_changelog(nmfsep-mpi mpi)
  install_copyright(nmfsep-mpi mpi)
  set(CPACK_COMPONENT_MPI_DESCRIPTION
"Learns models of sources from recordings that many machines share: mpirun
 starts a process of it on each, and all make one dictionary, to the bit.")
endif()

if(NMFSEP_PYTHON AND NMFSEP_PYTHON_FOLDER MATCHES "dist-packages")
  list(APPEND CPACK_COMPONENTS_ALL python)
  find_package(Python 3.9 REQUIRED COMPONENTS Interpreter)
  math(EXPR next_minor "${Python_VERSION_MINOR} + 1")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-nmfsep)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS
      "python3 (>= 3.${Python_VERSION_MINOR}), python3 (<< 3.${next_minor}), python3-numpy")
  install_changelog(python3-nmfsep python)
  file(GLOB nanobind_licence ${nanobind_DIR}/../../nanobind-*.dist-info/licenses/LICENSE)
  install_copyright(python3-nmfsep python ${nanobind_licence})

  # What pip and importlib.metadata read; in a wheel the build backend writes it.
  file(STRINGS pyproject.toml requires REGEX "^requires-python = ")
  string(REGEX REPLACE ".*\"(.*)\"" "\\1" requires "${requires}")
  configure_file(python/METADATA.in ${PROJECT_BINARY_DIR}/python/METADATA @ONLY)
  file(WRITE ${PROJECT_BINARY_DIR}/python/INSTALLER "debian\n")
  install(FILES ${PROJECT_BINARY_DIR}/python/METADATA ${PROJECT_BINARY_DIR}/python/INSTALLER
          DESTINATION ${NMFSEP_PYTHON_FOLDER}-${PROJECT_VERSION}.dist-info COMPONENT python)
  set(CPACK_COMPONENT_PYTHON_DESCRIPTION
"Trains models of sources, separates mixtures and scores stems on NumPy arrays,
 with metrics under the names of mir_eval, museval and pystoi.")
endif()
include(CPack)
