# install_copyright(PACKAGE COMPONENT [NANOBIND_LICENCE]): share/doc/PACKAGE/copyright, in Debian's
# machine-readable form (DEP 5), of which we have one text for all that is passed on.

# indented(TEXT OUT): as a field's further lines.
function(indented text out)
  string(STRIP "${text}" text)
  string(REGEX REPLACE "\n\n" "\n.\n" text "${text}")
  string(REPLACE "\n" "\n " text " ${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

function(install_copyright package component)
  file(READ ${PROJECT_SOURCE_DIR}/LICENSE expat)
  string(REGEX REPLACE "^.*The nmfsep authors\n" "" expat "${expat}")
  indented("${expat}" expat)
  if(NMFSEP_FFT STREQUAL fftw)
    set(whole "It is linked with FFTW, which is under the GPL: as a whole it is under the GPL's terms (version 2 or\n later; /usr/share/common-licenses/GPL-2 on a Debian).")
  else()
    set(whole "No library that it is linked with is under the GPL.")
  endif()
  set(nanobind "")
  if(ARGC GREATER 2)
    file(READ ${ARGV2} bsd)
    string(FIND "${bsd}" "\n" first_line)
    string(SUBSTRING "${bsd}" ${first_line} -1 bsd)
    indented("${bsd}" bsd)
    set(nanobind "
Files: nanobind/*
Copyright: 2022 Wenzel Jakob <wenzel.jakob@epfl.ch>
License: BSD-3-clause
Comment: compiled into the module; not in this project's sources

Files: nanobind/ext/robin_map/*
Copyright: 2017 Thibaut Goetghebuer-Planchon <tessil@gmx.com>
License: Expat
Comment: compiled into the module; not in this project's sources

License: BSD-3-clause
${bsd}
")
  endif()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/copyright.in
                 ${PROJECT_BINARY_DIR}/copyright/${package}/copyright @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/copyright/${package}/copyright
          DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component})
endfunction()
